"""What searching needs in memory, and its copy beside the truth, which can always be made again.

snapshot-N.npz    postings and vectors of generation N
manifest.json     generation and hash of the snapshot: its existence means that it is complete
"""

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import Dense
from index.lexical import Bm25

_COLUMNS = ("size", "starts", "bags", "weights", "idf")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What searching needs in memory; row i of each leg is passage `numbers[i]` of the truth."""

    numbers: NDArray[np.int64]
    terms: Bm25
    bigrams: Bm25
    dense: Dense


def save_snapshot(folder: Path, generation: int, snapshot: Snapshot) -> None:
    """Writes the file, then the manifest; a folder that cannot be written keeps its truth and goes without."""
    target, draft = folder / f"snapshot-{generation}.npz", folder / "manifest.json.tmp"
    arrays: dict[str, NDArray[Any]] = {"numbers": snapshot.numbers, "vectors": snapshot.dense.vectors}
    for name, leg in (("terms", snapshot.terms), ("bigrams", snapshot.bigrams)):
        arrays[name] = np.frombuffer("\0".join(leg.vocabulary).encode(), np.uint8)
        arrays |= {f"{name}_{column}": np.array(getattr(leg, column)) for column in _COLUMNS}
    try:
        with target.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        with draft.open("w", encoding="utf-8") as text:
            json.dump({"generation": generation, "hash": _hash(target)}, text)
            text.flush()
            os.fsync(text.fileno())
        draft.replace(folder / "manifest.json")
        for old in folder.glob("snapshot-*.npz"):
            if old != target:
                old.unlink()
    except OSError as error:
        logging.getLogger(__name__).warning("스냅숏을 저장하지 못했습니다 (색인은 온전합니다): %s", error)


def load_snapshot(folder: Path, generation: int) -> Snapshot | None:
    """The stored snapshot, or None where there is none, it is of another generation, or its hash does not fit."""
    target = folder / f"snapshot-{generation}.npz"
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if (manifest["generation"], manifest["hash"]) != (generation, _hash(target)):
            return None
        with np.load(target, allow_pickle=False) as arrays:
            legs = []
            for name in ("terms", "bigrams"):
                size, *columns = (arrays[f"{name}_{column}"] for column in _COLUMNS)
                words = arrays[name].tobytes().decode().split("\0") if len(columns[-1]) else []
                legs.append(Bm25(int(size), {word: number for number, word in enumerate(words)}, *columns))
            terms, bigrams = legs
            return Snapshot(arrays["numbers"], terms, bigrams, Dense(arrays["vectors"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
