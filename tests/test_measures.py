"""Measures against values worked out by hand."""

from math import log2

import pytest
from evaluation_doubles import TEXT, FakeIndex, answer, citation, document, hit

from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import Gold
from assistant.evaluation.measures import (
    calibration_error,
    character_f1,
    compared,
    measure,
    ndcg,
    recall,
    reciprocal_rank,
    reliability,
    risk_coverage,
    sign_test,
)
from assistant.types import Citation

SOURCES = Sources(FakeIndex().document)


def gold(*evidence: str, facts: tuple[tuple[str, ...], ...] = (("12명",),), documents: tuple[str, ...] = ()) -> Gold:
    return Gold("1", "tune", "number", "몇 명인가?", facts, documents=documents, evidence=evidence)


def test_ndcg_of_the_one_relevant_document_second() -> None:
    assert ndcg(["나", "가"], {"가": 1}, 10) == pytest.approx(1 / log2(3))


def test_ndcg_with_grades_is_measured_against_the_best_order() -> None:
    gained, best = 1 + 2 / log2(3), 2 + 1 / log2(3)
    assert ndcg(["가", "나"], {"가": 1, "나": 2}, 10) == pytest.approx(gained / best)


def test_ndcg_looks_no_further_than_k() -> None:
    assert ndcg(["나", "가"], {"가": 1}, 1) == 0
    assert ndcg(["가"], {"가": 1, "나": 1, "다": 1}, 1) == 1


def test_recall_is_the_share_of_relevant_documents_found() -> None:
    assert recall(["가", "라", "나"], {"가": 1, "나": 1, "다": 1, "라": 0}, 2) == pytest.approx(1 / 3)
    assert recall(["가", "라", "나"], {"가": 1, "나": 1, "다": 1, "라": 0}, 3) == pytest.approx(2 / 3)


def test_reciprocal_rank_is_of_the_first_relevant_document_within_k() -> None:
    assert reciprocal_rank(["다", "나", "가"], {"가": 1, "나": 2, "다": 0}, 10) == 1 / 2
    assert reciprocal_rank(["다", "나"], {"나": 1}, 1) == 0


@pytest.mark.parametrize("measured", [ndcg, recall, reciprocal_rank])
def test_nothing_relevant_or_nothing_found_is_zero(measured) -> None:  # type: ignore[no-untyped-def]
    assert measured(["가"], {"가": 0}, 10) == 0
    assert measured([], {"가": 1}, 10) == 0


def test_a_measurement_is_the_mean_within_bounds_that_stay_the_same() -> None:
    measured = measure([0, 1, 1, 1] * 25)
    assert (measured.value, measured.count) == (0.75, 100)
    assert measured.low is not None
    assert measured.high is not None
    # The binomial's own 95% bounds: 0.75 -+ 1.96 * sqrt(0.75 * 0.25 / 100) = 0.665, 0.835.
    assert (measured.low, measured.high) == (pytest.approx(0.665, abs=0.02), pytest.approx(0.835, abs=0.02))
    assert measure([0, 1, 1, 1] * 25) == measured


def test_nothing_to_measure_is_no_zero() -> None:
    assert measure([]).value is None


def test_evidence_is_found_at_the_first_passage_that_has_more_than_half_of_it() -> None:
    hits = [hit(15, 25, 1), hit(0, 14, 2)]
    assert SOURCES.ranks(gold("위원회는 12명", "매월 연다.", "13명"), hits) == (2, 1, None)


def test_evidence_over_the_end_of_a_passage_counts_for_the_one_that_has_most() -> None:
    hits = [hit(0, 14, 1), hit(15, 25, 2)]
    assert SOURCES.ranks(gold("12명으로 한다. 회의"), hits) == (1,)
    assert SOURCES.ranks(gold("다. 회의는 매월 연다."), hits) == (2,)
    assert SOURCES.ranks(gold("다. 회"), hits) == (None,)  # just half is not most


def test_evidence_in_a_document_that_gold_does_not_name_is_none() -> None:
    assert SOURCES.ranks(gold("12명", documents=("나.txt",)), [hit(0, 14, 1)]) == (None,)
    assert SOURCES.ranks(gold("12명", documents=("가.txt",)), [hit(0, 14, 1)]) == (1,)


def test_a_citation_fits_when_it_shares_half_of_the_shorter_with_evidence() -> None:
    assert SOURCES.fit(gold("12명"), [citation(0, 14)]) == (1, 1)
    assert SOURCES.fit(gold("위원회는 12명으로"), [citation(5, 14)]) == (1, 1)  # 12명으로 한다. has 5 of 10
    assert SOURCES.fit(gold("위원회는 12명으로"), [citation(8, 25)]) == (0, 0)  # 로 and 으: 2 of 10
    assert SOURCES.fit(gold("12명"), [citation(15, 25)]) == (0, 0)


def test_precision_counts_citations_and_recall_counts_evidence() -> None:
    assert SOURCES.fit(gold("12명", "위원회", "13명"), [citation(0, 14), citation(15, 25)]) == (1 / 2, 2 / 3)
    assert SOURCES.fit(gold("12명"), []) == (0, 0)


def test_an_answer_is_sound_when_its_markers_and_quotes_hold_to_the_letter() -> None:
    both = (citation(0, 14), citation(15, 25, marker=2))
    assert SOURCES.is_sound(answer("12명 [1], 매월 [2]", both))


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("12명", ()),
        ("12명", (citation(0, 14),)),
        ("12명 [2]", (citation(0, 14),)),
        ("12명 [1][2]", (citation(0, 14),)),
        ("12명 [1]", (citation(0, 14, document="나.txt"),)),
        ("12명 [1]", (Citation(1, "가.txt", "", "", "", "", "", 1, 15, TEXT[:14]),)),
        ("12명 [1]", (citation(3, 3),)),
        ("12명 [1]", (Citation(1, "가.txt", "", "", "", "", "", -3, 25, TEXT[-3:25]),)),
    ],
)
def test_an_answer_is_unsound_otherwise(text: str, citations: tuple[Citation, ...]) -> None:
    assert not SOURCES.is_sound(answer(text, citations))


def test_a_quote_of_more_than_400_code_points_is_unsound() -> None:
    long = "가" * 401
    sources = Sources(lambda id: document(long))
    assert sources.is_sound(answer("가 [1]", (citation(0, 400, long),)))
    assert not sources.is_sound(answer("가 [1]", (citation(0, 401, long),)))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("《무정》(1917)", "무정 1917"),
        ("  Green   Growth! ", "green growth"),
        ("3.1%", "31"),
        ("‘하나’·둘", "하나 ·둘"),
    ],
)
def test_words_are_compared_as_korquad_does(text: str, plain: str) -> None:
    assert compared(text) == plain


def test_character_f1_counts_letters_with_repeats_and_no_white_space() -> None:
    assert character_f1("12 명", "12명.") == 1
    assert character_f1("위원 12명", "12명") == pytest.approx(2 * 3 / (5 + 3))
    assert character_f1("가가나", "가나나") == pytest.approx(2 * 2 / 6)  # one 가 and one 나
    assert character_f1("", "12명") == character_f1("", "") == 0


def test_answers_fall_into_bins_of_equal_number_by_confidence() -> None:
    answers = [(place / 100, place >= 50) for place in range(99, 9, -1)]  # 90 answers: six a bin
    bins = reliability(answers)
    assert [count for _, _, count in bins] == [6] * 15
    assert bins[0][:2] == (pytest.approx(0.125), 0)  # 0.10 to 0.15
    assert bins[6][:2] == (pytest.approx(0.485), pytest.approx(2 / 6))  # 0.46 to 0.51


def test_the_calibration_error_is_the_mean_gap_over_answers() -> None:
    assert calibration_error([(0.5, 0.75, 4), (0.9, 0.8, 1)]) == pytest.approx((4 * 0.25 + 0.1) / 5)
    assert calibration_error(reliability([(0.8, True)])) == pytest.approx(0.2)


def test_risk_is_that_of_the_surest_answers_and_coverage_of_all_asked() -> None:
    assert risk_coverage([(0.4, False), (0.9, True)], 4) == [(0.25, 0), (0.5, 0.5)]


def test_the_sign_test_is_exact_and_leaves_ties_out() -> None:
    assert sign_test(5, 0) == sign_test(0, 5) == 2 / 2**5
    assert sign_test(6, 2) == 2 * (1 + 8 + 28) / 2**8
    assert sign_test(3, 3) == sign_test(0, 0) == 1
    assert 0 < sign_test(1000, 1400) < 1e-15
