"""The built-in encoder: Kiwi's morpheme vectors, and a table of foreign words that point into their space."""

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import korean
from index.types import EncoderIdentity, Vectors

DIMENSION = 256
LANDMARKS = 320
SHARED_IDS = 61  # ids below are slots shared by all words of one tag
Progress = Callable[[int, int], None]
_MAGIC = b"morphemes"


# --- Kiwi's vectors, derived once per machine


def derive(landmarks: NDArray[np.int64], progress: Progress) -> NDArray[np.float32]:
    """Unit vectors whose products are Kiwi's cosines: shape (morphemes, 256).

    Kiwi gives cosines only, a row at a time. With S the rows of some landmarks, and U w U' the
    eigendecomposition of their own block, S' U / sqrt(w) has the same products (Nystroem; exact, as
    the rank is 256 and the landmarks are more).
    """
    rows = []
    for done, landmark in enumerate(landmarks):
        progress(done, len(landmarks))
        rows.append(korean.cosines(int(landmark)))
    cosines = np.stack(rows)
    block = cosines[:, landmarks].astype(np.float64)
    values, vectors = np.linalg.eigh((block + block.T) / 2)
    values, vectors = values[::-1][:DIMENSION], vectors[:, ::-1][:, :DIMENSION]
    table = cosines.T @ (vectors / np.sqrt(values)).astype(np.float32)
    progress(len(landmarks), len(landmarks))
    return np.asarray(table, np.float32)


def morpheme_vectors(cache: Path, progress: Progress) -> NDArray[np.float16]:
    """The derived table out of the cache, or derived and put there; a file that does not verify is replaced."""
    path = cache.expanduser() / f"{korean.VERSION.replace('/', '-')}.vectors"
    try:
        return _read(path)
    except (OSError, ValueError):
        pass
    count = korean.morpheme_count()
    landmarks = np.random.default_rng(0).choice(np.arange(SHARED_IDS, count), LANDMARKS, replace=False)
    table = derive(landmarks, progress).astype(np.float16)
    _write(path, table)
    return table


def _read(path: Path) -> NDArray[np.float16]:
    """Raises OSError or ValueError when the file is missing, cut short or altered."""
    content = path.read_bytes()
    head, body = content[: len(_MAGIC) + 4], memoryview(content)[len(_MAGIC) + 4 :]
    if head != _MAGIC + zlib.crc32(body).to_bytes(4, "big") or not body:
        raise ValueError(f"{path} does not verify")
    return np.frombuffer(body, np.float16).reshape(-1, DIMENSION)


def _write(path: Path, table: NDArray[np.float16]) -> None:
    """Whole or not at all, whoever else writes at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = table.tobytes()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_MAGIC + zlib.crc32(body).to_bytes(4, "big") + body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


# --- the encoder

_CONTENT = re.compile(r"NN|NR|VV|VA|XR|MA|MM|XPN")


class KiwiEncoder:
    """Weighted mean of a text's words in one 256-dimensional space, less what all texts share."""

    def __init__(self, cache: Path, progress: Progress = lambda done, total: None) -> None:
        self._morphemes = morpheme_vectors(cache, progress)
        self.identity = EncoderIdentity("built-in", DIMENSION, _fingerprint())

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        for row, morphemes in enumerate(korean.analyse(texts)):
            ids = [m.id for m in morphemes if _CONTENT.match(m.tag)]
            ids = [i for i in ids if SHARED_IDS <= i < len(self._morphemes)]
            if ids:
                vectors[row] = self._morphemes[ids].astype(np.float32).mean(axis=0)
        return _unit(vectors)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)


def _fingerprint() -> str:
    return hashlib.sha256(korean.VERSION.encode()).hexdigest()[:16]
