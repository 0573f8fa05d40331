"""The built-in encoder: Kiwi's morpheme vectors, and a trained table of foreign words in the same space."""

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import korean
from index.encoders.words import WordFinder, Words
from index.korean import SHARED_IDS
from index.types import EncoderIdentity, Vectors

DIMENSION = 256
TABLE = Path(__file__).with_name("foreign.npz")  # made by tests/bench/train_foreign.py
Progress = Callable[[int, int], None]
Arrays = Mapping[str, NDArray[np.generic]]


# --- Kiwi's vectors, derived once per machine


def recover(landmarks: Sequence[int], progress: Progress) -> Vectors:
    """Vectors whose products are Kiwi's cosines, by id: shape (morphemes, at most 256).

    Kiwi gives cosines only, a row at a time. With S the rows of some landmarks and U w U' the
    eigendecomposition of their own block, S' U / sqrt(w) has the same products (Nystroem), exactly so
    between landmarks, and everywhere once the landmarks span the 256 dimensions that there are.
    """
    rows = []
    for done, landmark in enumerate(landmarks):
        progress(done, len(landmarks))
        rows.append(korean.cosines(landmark))
    progress(len(landmarks), len(landmarks))
    cosines = np.stack(rows)
    block = cosines[:, landmarks].astype(np.float64)
    values, vectors = np.linalg.eigh((block + block.T) / 2)
    values, vectors = values[-DIMENSION:], vectors[:, -DIMENSION:]
    return np.asarray(cosines.T @ (vectors / np.sqrt(np.maximum(values, 1e-9))), np.float32)


def turned(vectors: Vectors, landmarks: Sequence[int], reference: Vectors) -> Vectors:
    """`vectors` rotated so that the landmarks come to lie on `reference` (orthogonal Procrustes).

    Eigenvectors come with any sign, and in any mixture where eigenvalues are near: each machine finds
    the same vectors but for a rotation, and the table was trained in one particular.
    """
    left, _, right = np.linalg.svd(vectors[list(landmarks)].T.astype(np.float64) @ reference)
    return np.asarray(vectors @ (left @ right).astype(np.float32), np.float32)


def whitened(vectors: Vectors, mean: Vectors, whitening: Vectors) -> Vectors:
    """Unit vectors, by id, each times the word's weight a / (a + p), a = 1e-4 (Arora, Liang and Ma, 2017).

    Kiwi numbers morphemes by how common they are, so that p follows Zipf's law in the id. Slots shared
    by all words of one tag say nothing of any of them and are zero.
    """
    shares = 1 / np.arange(1, len(vectors) + 1)
    weights = (1e-4 / (1e-4 + shares / shares.sum())).astype(np.float32)
    weights[:SHARED_IDS] = 0
    spread = np.asarray((vectors - mean) @ whitening, np.float32)
    return np.asarray(unit(spread) * weights[:, None], np.float32)


def derive(table: Arrays, progress: Progress) -> dict[str, NDArray[np.generic]]:
    """The morphemes' forms and finished vectors: Kiwi's own, and on top what training added to some."""
    forms = korean.forms()
    number = {form: i for i, form in enumerate(forms)}
    names = strings(table["landmarks"])
    known = [i for i, name in enumerate(names) if name in number]
    landmarks = [number[names[i]] for i in known]
    reference = table["reference"].astype(np.float32)[known]
    vectors = turned(recover(landmarks, progress), landmarks, reference)
    vectors = whitened(vectors, table["mean"].astype(np.float32), table["whitening"].astype(np.float32))
    weights = np.linalg.norm(vectors, axis=1, keepdims=True)
    learned = {name: i for i, name in enumerate(strings(table["learned_forms"]))}
    rows = [(number[name], i) for name, i in learned.items() if name in number]
    to, of = [row for row, _ in rows], [i for _, i in rows]
    vectors[to] += weights[to] * unpacked(table["learned_values"][of], table["learned_scales"][of])
    return {"forms": joined(forms), "vectors": vectors.astype(np.float16)}


def cached(cache_folder: Path, table: Arrays, fingerprint: str, progress: Progress) -> Arrays:
    """What `derive` gives, out of the cache; a file that is missing or does not verify is made anew.

    The file is a CRC-32 of the rest, and the arrays as numpy saves them.
    """
    path = cache_folder.expanduser() / f"{korean.VERSION.replace('/', '-')}-{fingerprint[:8]}.vectors"
    try:
        content = path.read_bytes()
        if int.from_bytes(content[:4], "big") == zlib.crc32(memoryview(content)[4:]) and len(content) > 4:
            return _arrays(content[4:])
    except FileNotFoundError:
        pass
    arrays = derive(table, progress)
    saved = io.BytesIO()
    np.savez(saved, allow_pickle=False, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(zlib.crc32(saved.getbuffer()).to_bytes(4, "big") + saved.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return arrays


def _arrays(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


# --- how tables lie in files


def joined(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def strings(array: NDArray[np.generic]) -> list[str]:
    return array.tobytes().decode().split("\n")


def unpacked(values: NDArray[np.generic], scales: NDArray[np.generic]) -> Vectors:
    return values.astype(np.float32) * scales.astype(np.float32)[:, None]


def unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-6, vectors / np.maximum(lengths, 1e-6), 0), np.float32)


# --- the encoder


def word_finder(forms: Sequence[str], table: Arrays) -> WordFinder:
    nouns: dict[str, int] = {}
    for number, form in enumerate(forms):
        noun, _, tag = form.rpartition("/")
        if len(noun) > 1 and number >= SHARED_IDS and tag in ("NNG", "NNP", "XR", "NR", "MAG"):
            nouns.setdefault(noun, number)  # the commonest comes first
    han = {line[0]: (line[1], line[2:]) for line in strings(table["han"])}
    return WordFinder(nouns, han, len(forms))


@lru_cache(maxsize=200_000)
def hashed(key: str) -> NDArray[np.float32]:
    """A unit vector that only this key has; two keys' vectors are all but orthogonal."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(key.encode()).digest(DIMENSION // 8), np.uint8))
    return np.asarray((bits * 2.0 - 1) / DIMENSION**0.5, np.float32)


def hashed_sum(words: Words) -> NDArray[np.float32]:
    total = np.zeros(DIMENSION, np.float32)
    for key, weight in words.hashed:
        total += weight * hashed(key)
    return total


class KiwiEncoder:
    """A text is the sum of its words' vectors, made a unit vector; questions and passages alike."""

    def __init__(self, cache_folder: Path, progress: Progress = lambda done, total: None) -> None:
        table, digest = _shipped()
        fingerprint = hashlib.sha256(f"{korean.VERSION} {digest}".encode()).hexdigest()[:16]
        derived = cached(cache_folder, table, fingerprint, progress)
        self.identity = EncoderIdentity("built-in", DIMENSION, fingerprint)
        self._morphemes = derived["vectors"]
        self._finder = word_finder(strings(derived["forms"]), table)
        self._keys = {key: i for i, key in enumerate(strings(table["keys"]))}
        self._values, self._scales = table["values"], table["scales"]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        for row, words in enumerate(self._finder.find(texts)):
            rows = [self._keys[key] for key in words.keys if key in self._keys]
            vectors[row] = hashed_sum(words)
            vectors[row] += self._morphemes[words.ids].astype(np.float32).sum(axis=0)
            vectors[row] += unpacked(self._values[rows], self._scales[rows]).sum(axis=0)
        return unit(vectors)


@cache
def _shipped() -> tuple[Arrays, str]:
    content = TABLE.read_bytes()
    return _arrays(content), hashlib.sha256(content).hexdigest()
