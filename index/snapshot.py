"""What searching needs in memory, and its copy beside the truth, which can always be made again.

snapshot-N/       BM25 postings and the FAISS index of generation N
manifest.json     generation and the hash of each snapshot file: its existence means they are complete
"""

import hashlib
import json
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.dense import Dense
from index.lexical import Bm25

_FILES = {"dense.faiss", "numbers.npy", "terms.npz", "bigrams.npz"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What searching needs in memory; row i of each leg is passage `numbers[i]` of the truth."""

    numbers: NDArray[np.int64]
    terms: Bm25
    bigrams: Bm25
    dense: Dense


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def save_snapshot(folder: Path, generation: int, snapshot: Snapshot) -> None:
    """Writes the files, then the manifest; a folder that cannot be written keeps its truth and goes without."""
    target = folder / f"snapshot-{generation}"
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        snapshot.dense.save(target / "dense.faiss")
        np.save(target / "numbers.npy", snapshot.numbers)
        for name in ("terms", "bigrams"):
            leg: Bm25 = getattr(snapshot, name)
            vocabulary = np.frombuffer("\0".join(leg.vocabulary).encode(), np.uint8)
            np.savez(
                target / f"{name}.npz",
                vocabulary=vocabulary,
                size=np.array(leg.size),
                starts=leg.starts,
                bags=leg.bags,
                weights=leg.weights,
                idf=leg.idf,
            )
        for path in target.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        files = {path.name: _hash(path) for path in sorted(target.iterdir())}
        draft = folder / "manifest.json.tmp"
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation, "files": files}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "manifest.json")
        for old in folder.glob("snapshot-*"):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError) as error:  # FAISS reports a full disk as RuntimeError
        logging.getLogger(__name__).warning("스냅숏을 저장하지 못했습니다 (색인은 온전합니다): %s", error)


def load_snapshot(folder: Path, generation: int) -> Snapshot | None:
    """The stored snapshot, or None where there is none, it is of another generation, or a hash does not fit."""
    target = folder / f"snapshot-{generation}"
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["generation"] != generation or manifest["files"].keys() != _FILES:
            return None
        if any(_hash(target / name) != digest for name, digest in manifest["files"].items()):
            return None
        legs = {}
        for name in ("terms", "bigrams"):
            with np.load(target / f"{name}.npz") as arrays:
                words = arrays["vocabulary"].tobytes().decode().split("\0")
                vocabulary = {word: number for number, word in enumerate(words)} if len(arrays["idf"]) else {}
                columns = (arrays[column] for column in ("starts", "bags", "weights", "idf"))
                legs[name] = Bm25(int(arrays["size"]), vocabulary, *columns)
        dense = Dense.load(target / "dense.faiss")
        return Snapshot(np.load(target / "numbers.npy"), legs["terms"], legs["bigrams"], dense)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        return None
