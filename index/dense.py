"""The only door to FAISS: inner products over unit vectors; knows no text."""

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Vectors


class Dense:
    """An exact index of row vectors, shape (passages, dimension); positions are rows.

    FAISS is not safe for adding while searching: it is built once and only read.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    @property
    def vectors(self) -> Vectors:
        return np.asarray(self._index.reconstruct_n(0, self._index.ntotal), np.float32)

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines of one query vector, shape (dimension,), with every row, shape (passages,)."""
        scores = np.zeros(self._index.ntotal, np.float32)
        if self._index.ntotal and query.any():
            values, positions = self._index.search(query[np.newaxis].astype(np.float32), self._index.ntotal)
            scores[positions[0]] = values[0]
        return scores
