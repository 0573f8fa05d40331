"""The second look: which units it looks at, how it orders them, and what it makes of a question without an answer."""

import numpy as np
import pytest
from office import measured, unit

from assistant.pipeline import Assistant
from assistant.ranking import LOOKED_AT, Ranking, best_units, dealt_anew, features, judged
from assistant.reader import Ranked, by_score

OPENING = "나루곶 등대는 언제부터 시민에게 개방하나요?"


def scored(office: Assistant, question: str) -> Ranked:
    analysis, found = measured(office.index, question)
    return by_score(analysis, found)


def test_the_best_units_are_some_and_each_wording_comes_once(office: Assistant) -> None:
    ranked = scored(office, OPENING)
    doubled = [pair for pair in ranked for _ in range(2)]
    top = best_units(doubled)
    assert [each.text for _, each in top] == list(dict.fromkeys(each.text for _, each in ranked))[:LOOKED_AT]


def test_units_lie_below_the_best_score_by_their_logits_and_those_not_looked_at_behind(office: Assistant) -> None:
    ranked = scored(office, OPENING)
    top = ranked[:3]
    anew = dealt_anew(ranked, top, [-1.0, 2.0, 0.0])
    assert [each for _, each in anew[:3]] == [top[1][1], top[2][1], top[0][1]]
    assert [value for value, _ in anew[:3]] == pytest.approx([ranked[0][0] - low for low in (0, 0.6, 0.9)])
    assert {id(each) for _, each in anew} == {id(each) for _, each in ranked}
    assert [value for value, _ in anew] == sorted((value for value, _ in anew), reverse=True)


def test_what_answers_comes_first_with_good_odds_and_what_nobody_says_has_poor_ones(office: Assistant) -> None:
    rank = Ranking(office.index)
    analysis, found = measured(office.index, OPENING)
    ranked, odds = rank(analysis, scored(office, OPENING))
    assert ranked[0][1].text == unit(found, "5월 26일부터 시민에게 개방한다고").text
    for other in ("나루곶 등대의 입장료는 얼마인가요?", "법인카드 한도는 얼마인가요?"):
        asked, _ = measured(office.index, other)
        assert rank(asked, scored(office, other))[1] < odds


def test_a_feature_that_the_network_knows_and_nobody_measures_is_an_error(office: Assistant) -> None:
    analysis, _ = measured(office.index, OPENING)
    rows = features(analysis, best_units(scored(office, OPENING)), office.index)
    assert np.isfinite([list(row.values()) for row in rows]).all()
    assert judged(rows).shape == (len(rows),)
    del rows[0]["has a value"]
    with pytest.raises(KeyError):
        judged(rows)
