"""Scores of several legs into one ranking."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fuse(legs: Sequence[tuple[float, NDArray[np.float32]]]) -> NDArray[np.float32]:
    """The weighted sum of the legs' z-scores, shape (passages,); a leg that tells nothing apart is left out.

    Scores of different legs compare only after normalising, and ranks (reciprocal-rank fusion) would let a
    weak leg spoil a strong one.
    """
    total = np.zeros_like(legs[0][1])
    for weight, scores in legs:
        spread = float(scores.std()) if scores.size else 0.0
        if spread > 1e-9:
            total += np.float32(weight / spread) * (scores - scores.mean())
    return total


def ranked(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """Positions of the best `limit` scores, best first, ties by position."""
    return np.argsort(-scores, kind="stable")[:limit]
