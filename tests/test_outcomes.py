"""What became of a gold question: its scores, what was lost where, and the measures over many."""

from dataclasses import replace
from typing import Any

import pytest
from evaluation_doubles import FakeAssistant, abstention, answer, citation, hit

from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import Gold
from assistant.evaluation.outcomes import MEASURES, Outcome, ask, summarise
from assistant.types import Conflict, Reply, Value

GOLD = Gold("1", "tune", "number", "몇 명인가?", (("12명", "열두 명"),), evidence=("위원회는 12명으로 한다",))
FIRST, SECOND = hit(0, 14, 1), hit(15, 25, 1)


def outcome(reply: Reply, gold: Gold = GOLD, **changed: Any) -> Outcome:
    assistant: Any = FakeAssistant({gold.question: reply})
    return ask(replace(gold, **changed), assistant, Sources(assistant.index.document))


def marked(text: str) -> Reply:
    return replace(answer("12명 [1]"), values=(Value(text, "count", 1, 5, 8),))


@pytest.mark.parametrize(
    ("text", "exact", "f1", "quantity"),
    [("12명", 1, 1, 1), ("12 명", 0, 1, 1), ("12인", 0, 2 * 2 / 6, 0), ("13명", 0, 2 * 2 / 6, 0), ("열두 명", 1, 1, 0)],
)
def test_the_marked_value_is_held_against_the_nearest_spelling(
    text: str, exact: float, f1: float, quantity: float
) -> None:
    scores = outcome(marked(text)).scores
    assert (scores["exact_match"], scores["quantity_match"]) == (exact, quantity)
    assert scores["character_f1"] == pytest.approx(f1)


def test_numbers_and_dates_match_in_any_spelling() -> None:
    for said, expected in (("4,787억 원", "478,700,000,000원"), ("’25.5.26", "2025년 5월 26일")):
        assert outcome(marked(said), facts=((expected,),)).scores["quantity_match"] == 1
    assert "quantity_match" not in outcome(marked("암묵지"), facts=(("암묵지",),)).scores


@pytest.mark.parametrize("reply", [answer("12명 [1]"), abstention()])
def test_where_nothing_is_marked_nothing_matches(reply: Reply) -> None:
    scores = outcome(reply).scores
    assert [scores[name] for name in ("exact_match", "character_f1", "quantity_match")] == [0, 0, 0]


def test_of_several_facts_no_one_value_is_asked() -> None:
    assert "exact_match" not in outcome(marked("12명"), facts=(("12명",), ("매월",))).scores


def test_a_conflict_is_recalled_where_gold_has_one_and_false_elsewhere() -> None:
    shown = replace(answer("12명 [1]"), conflicts=(Conflict("위원 수", "contradiction", ()),))
    for reply, told in ((shown, 1), (answer("12명 [1]"), 0)):
        scores = outcome(reply, type="conflict").scores
        assert (scores["conflict_recall"], "false_conflicts" in scores) == (told, False)
        scores = outcome(reply).scores
        assert (scores["false_conflicts"], "conflict_recall" in scores) == (told, False)
    assert outcome(abstention(), type="conflict").scores["conflict_recall"] == 0
    assert "false_conflicts" not in outcome(abstention()).scores


def test_outcomes_are_summarised_over_the_questions_each_measure_can_be_asked_of() -> None:
    both: dict[str, Any] = {"evidence": ("위원회는 12명으로 한다", "매월 연다")}
    measured = summarise(
        [
            outcome(answer("12명 [1]", passages=(FIRST, replace(SECOND, rank=4)), confidence=0.8), **both),
            outcome(answer("13명이다 [1]", (citation(15, 25),), (SECOND,), 0.6)),
            outcome(abstention((replace(FIRST, rank=2),))),
            outcome(abstention(), facts=(), evidence=(), type="unanswerable"),
            outcome(answer("12, 13, 14 [1]", confidence=1.0), facts=(), evidence=(), type="list"),
        ]
    )
    assert list(measured) == list(MEASURES)
    assert {name: measurement.value for name, measurement in measured.items()} == pytest.approx(
        {
            "accuracy": 2 / 5,
            "accuracy_attempted": 1 / 3,
            "accuracy_answerable": 1 / 3,
            "true_abstention": 1 / 2,
            "false_abstention": 1 / 3,
            "evidence_recall@1": (1 / 2 + 0 + 0) / 3,
            "evidence_recall@5": (1 + 0 + 1) / 3,
            "evidence_mrr@10": (1 + 0 + 1 / 2) / 3,
            "citation_soundness": 1,
            "citation_fit": 1 / 2,
            "citation_precision": 1 / 2,
            "citation_recall": 1 / 4,
            "exact_match": 0,
            "character_f1": 0,
            "quantity_match": 0,
            "conflict_recall": None,
            "false_conflicts": 0,
            "calibration_error": (0.2 + 0.6 + 1) / 3,
            "answer_length_median": 9,
            "answer_length_p90": 9 + 0.8 * 5,  # of 7, 9 and 14
            "prose_length_median": 8,
            "prose_length_p90": 7 + 0.9 * 2,
        }
    )
