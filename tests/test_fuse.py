"""Scores of several legs into one ranking."""

import numpy as np
import pytest

from index.fuse import fuse, ranked


def leg(*scores: float) -> np.ndarray:
    return np.array(scores, np.float32)


def test_a_leg_counts_by_its_weight_in_standard_deviations() -> None:
    # (0, 2) has mean 1 and deviation 1: z-scores -1 and 1. (30, 10) gives 1 and -1.
    assert fuse([(1.0, leg(0, 2)), (0.25, leg(30, 10))]).tolist() == pytest.approx([-0.75, 0.75])


def test_a_leg_that_found_nothing_or_all_alike_is_left_out() -> None:
    alone = fuse([(1.0, leg(0, 1, 3))])
    assert fuse([(1.0, leg(0, 1, 3)), (5.0, leg(0, 0, 0))]).tolist() == alone.tolist()
    assert fuse([(1.0, leg(0, 1, 3)), (5.0, leg(0.7, 0.7, 0.7))]).tolist() == alone.tolist()


def test_the_scale_of_a_leg_does_not_matter() -> None:
    small, large = fuse([(1.0, leg(0, 1, 3))]), fuse([(1.0, leg(5, 1005, 3005))])
    np.testing.assert_allclose(small, large, rtol=1e-5)


def test_ranking_is_best_first_with_ties_by_position() -> None:
    assert ranked(leg(1, 3, 1, 3), 10).tolist() == [1, 3, 0, 2]
    assert ranked(leg(1, 3, 1, 3), 2).tolist() == [1, 3]
    assert ranked(leg(), 5).tolist() == []
    many = leg(*(number % 3 for number in range(3_000)))
    assert ranked(many, 1_000).tolist() == list(range(2, 3_000, 3))
