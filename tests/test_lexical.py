"""BM25 as arrays against BM25 as it is written."""

import math
import random

import numpy as np
import pytest

from index.lexical import K1, B, Bm25


def reference(bags: list[list[str]], query: dict[str, float]) -> list[float]:
    """Robertson and Zaragoza 2009, word for word."""
    mean = sum(map(len, bags)) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term, weight in query.items():
            holding = sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
            tf = bag.count(term)
            score += weight * idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(bag) / mean))
        scores.append(score)
    return scores


def test_scores_equal_the_reference() -> None:
    draw = random.Random(0)
    vocabulary = [f"말{number}" for number in range(30)]
    bags = [[draw.choice(vocabulary) for _ in range(draw.randrange(40))] for _ in range(50)]
    built = Bm25.build(bags)
    for _ in range(20):
        query = {term: draw.choice([0.5, 1.0, 2.0]) for term in draw.sample([*vocabulary, "모르는 말"], 5)}
        np.testing.assert_allclose(built.scores(query), reference(bags, query), rtol=1e-5)


def test_by_hand_one_bag_of_two_holding_the_term_once() -> None:
    built = Bm25.build([["등대"], ["빈집"]])
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert built.scores({"등대": 1.0}).tolist() == pytest.approx([idf * (K1 + 1) / (1 + K1), 0.0])
    assert built.rarity("등대") == pytest.approx(idf)
    assert built.rarity("모름") == pytest.approx(math.log(1 + 2.5 / 0.5))


@pytest.mark.parametrize("bags", [[], [[]], [[], []]], ids=["no bags", "an empty bag", "empty bags"])
def test_nothing_to_match_scores_zero(bags: list[list[str]]) -> None:
    assert Bm25.build(bags).scores({"등대": 1.0}).tolist() == [0.0] * len(bags)


def test_an_empty_question_scores_zero() -> None:
    assert not Bm25.build([["등대"]]).scores({}).any()
