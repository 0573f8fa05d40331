"""An answer is right when it says every fact and nothing forbidden, however it is spelled out."""

import pytest
from evaluation_doubles import abstention, answer

from assistant.evaluation.gold import Gold
from assistant.evaluation.grades import fold, grade, occurrences


def gold(*facts: list[str], forbidden: tuple[str, ...] = ()) -> Gold:
    return Gold("1", "tune", "number", "얼마인가?", tuple(map(tuple, facts)), forbidden)


def says(text: str, spelling: str) -> bool:
    return bool(occurrences(fold(text), spelling))


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("총 4,787억원이다 [1]", "4787억"),
        ("총 ４，７８７억 원", "4787억원"),
        ("‘가·나’ 「다」 `라` *마* ´바´", "가·나다라마바"),
        ("AI 기본법", "ai기본법"),
        ("ｶﾞｲﾄﾞ를 낸다", "ガイド"),
        ("면적은 50㎡이다", "50m2"),
        ("한국\u1112\u1161\u11ab", "한국한"),
        ("모두 12.", "12"),
        ("1, 12, 30", "12"),
        ("| 34 | 12 | 56 |", "12"),
        ("2024[1] 12", "12"),
        ("①12개 ②3개", "12개"),
        ("2025. 5. 26. 발표", "2025.5.26"),
        ("2025.5.26 발표", "2025"),
        ("2025. 5. 26. 발표", "2025"),
        ("3조 5,000억원", "3조5천억|3조5000억"),
        ("제12조 3항", "3항"),
        ("044-203-4310", "044-203-4310"),
        ("1\t2\t3", "1 2 3"),
        ("1조, 5,000억원", "5000억"),
    ],
)
def test_a_spelling_is_found_whatever_the_spacing_commas_and_quotes(text: str, spelling: str) -> None:
    assert any(says(text, one) for one in spelling.split("|"))


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("112", "12"),
        ("120", "12"),
        ("12.5", "12"),
        ("0.12", "12"),
        ("1,200", "12"),
        ("1,200", "200"),
        ("14,787억원", "4787억"),
        ("11월", "1월"),
        ("1, 2", "12"),
        ("1 | 2", "12"),
        ("1,2345", "12345"),
        ("3조 5,000억원", "5000억"),
        ("3조 5,000억원", "3조"),
        ("3조5천억", "3"),
        ("5천만원", "5천"),
        ("4787억 5천만원", "4787억"),
    ],
)
def test_a_number_is_never_found_inside_a_longer_one(text: str, spelling: str) -> None:
    assert not says(text, spelling)


def test_a_spelling_of_nothing_but_dropped_signs_is_nowhere() -> None:
    assert not says("아무 글 [1]", "[1]")


def test_a_place_is_told_in_offsets_of_the_text_as_it_was() -> None:
    text = "예산은 “4, 787” 아닌 4,787 억 원"
    assert [text[start:end] for start, end in occurrences(fold(text), "4787억")] == ["4,787 억"]


def test_an_answer_with_every_fact_in_one_spelling_is_right() -> None:
    assert grade(gold(["12개", "열두 개"], ["2025년"]), answer("2025년에 열두 개입니다 [1]")) == "right"


def test_an_answer_that_lacks_one_fact_is_wrong() -> None:
    assert grade(gold(["12개"], ["2025년"]), answer("12개입니다 [1]")) == "wrong"


def test_an_answer_with_a_forbidden_value_is_wrong() -> None:
    assert grade(gold(["12개"], forbidden=("13개",)), answer("12개 또는 13개 [1]")) == "wrong"
    assert grade(gold(["12개"], forbidden=("13개",)), answer("12개, 모두 113개 가운데 [1]")) == "right"


def test_abstaining_is_right_only_without_facts() -> None:
    assert grade(gold(), abstention()) == "right"
    assert grade(gold(["12개"]), abstention()) == "abstained"
    assert grade(gold(), answer("12개 [1]")) == "wrong"
