"""Values that differ for the very thing asked are shown side by side; what only looks different is not held up."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from office import BUDGET as BUDGET_TABLE
from office import measured

from assistant.conflicts import conflict, rivals
from assistant.doubts import without_doubt
from assistant.pipeline import Assistant
from assistant.ranking import Ranking
from assistant.reader import read
from assistant.types import Answer, Conflict, Question
from index.build import index_documents
from index.search import open_index
from index.structure import plain_document
from index.types import Encoder, Metadata

VISITORS = "바다축제 방문객은 몇 명인가요?"
BUDGET = "등대 수리 예산은 얼마인가요?"
FESTIVAL = "바다축제는 언제 열리나요?"


def told(question: str, texts: Mapping[str, str], folder: Path, encoder: Encoder) -> Conflict | None:
    """The conflict that an index of these texts, each by its day of publication, has for the question."""
    documents = [plain_document(day, text, Metadata("소식", published=day)) for day, text in texts.items()]
    index_documents(documents, folder, encoder)
    index = open_index(folder, encoder)
    analysis, found = measured(index, without_doubt(question))
    draft = read(analysis, found, Ranking(index))
    assert draft is not None
    opposed = rivals(analysis, draft.ranked, index, question)
    return conflict(analysis, opposed) if opposed else None


def shown(question: str, texts: list[str], folder: Path, encoder: Encoder) -> set[str]:
    days = [f"2025-01-{number:02}" for number in range(1, len(texts) + 1)]
    found = told(question, dict(zip(days, texts, strict=True)), folder, encoder)
    return {value.text for value in found.values} if found else set()


@pytest.mark.parametrize(
    ("question", "texts", "values"),
    [
        (VISITORS, ["바다축제 방문객은 300명이다.", "바다축제 방문객은 900명이다."], {"300명", "900명"}),
        (VISITORS, ["바다축제 방문객은 300명이다.", "바다축제 방문객은 1,300명이다."], {"300명", "1,300명"}),
        (BUDGET, ["등대 수리 예산은 1,860억 원이다.", "등대 수리 예산은 2,400억원이다."], {"1,860억 원", "2,400억원"}),
        (
            FESTIVAL,
            ["바다축제는 2025년 9월 13일에 열린다.", "바다축제는 2025년 10월 4일에 열린다."],
            {"2025년 9월 13일", "2025년 10월 4일"},
        ),
    ],
    ids=["count", "one number ends in the other", "amount", "date"],
)
def test_two_documents_that_contradict_each_other_are_both_shown(
    question: str, texts: list[str], values: set[str], tmp_path: Path, built_in: Encoder
) -> None:
    assert shown(question, texts, tmp_path, built_in) == values


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (VISITORS, ["바다축제 방문객은 4,787명이다.", "바다축제 방문객은 4,800명이다."]),
        (BUDGET, ["등대 수리 예산은 1,860억 원이다.", "등대 수리 예산은 1860억원이다."]),
        (BUDGET, ["등대 수리 예산은 1,860억 원이다.", "등대 수리 예산은 90만 달러다."]),
        (BUDGET, ["등대 수리 예산은 1,860억 원이다.", "바다축제 예산은 3억 원이다."]),
        (FESTIVAL, ["바다축제는 2025년 9월 13일에 열린다.", "바다축제는 2025. 9. 13.에 열린다."]),
        (FESTIVAL, ["바다축제는 2025년 9월 13일에 열린다.", "바다축제는 9월 13일에 열린다."]),
        (FESTIVAL, ["바다축제는 2025년 9월 13일에 열린다.", "바다축제는 2025년 9월에 열린다."]),
        (FESTIVAL, ["바다축제는 9월 13일에 열린다.", "바다축제는 '25.9월에 열린다."]),
        ("바다축제를 왜 여나요?", ["바다축제는 바다를 기리기 위해 연다.", "바다축제는 손님을 모으기 위해 연다."]),
    ],
    ids=[
        "a rounding",
        "one amount spelt twice",
        "two currencies",
        "another thing's value",
        "one date spelt twice",
        "a date without its year",
        "a date without its day",
        "dates that lack different parts",
        "reasons are no values",
    ],
)
def test_what_does_not_contradict_is_not_held_against(
    question: str, texts: list[str], tmp_path: Path, built_in: Encoder
) -> None:
    assert shown(question, texts, tmp_path, built_in) == set()


def test_other_rows_of_a_table_are_of_other_subjects(tmp_path: Path, built_in: Encoder) -> None:
    assert shown("빈집 수리 과제 수는 몇 개인가요?", [BUDGET_TABLE], tmp_path, built_in) == set()


def test_values_counted_on_another_basis_say_so(tmp_path: Path, built_in: Encoder) -> None:
    texts = {"2025-01-01": "등대 수리 예산은 누적 1,860억 원이다.", "2025-01-02": "등대 수리 예산은 연간 240억원이다."}
    found = told(BUDGET, texts, tmp_path, built_in)
    assert found is not None
    assert found.kind == "different_basis"
    assert {(value.text, value.qualifier) for value in found.values} == {("1,860억 원", "누적"), ("240억원", "연간")}


def test_the_month_of_a_date_is_no_basis(tmp_path: Path, built_in: Encoder) -> None:
    texts = {"2025-01-01": "바다축제는 9월 13일에 열린다.", "2025-01-02": "바다축제는 10. 4.(토)에 열린다."}
    found = told(FESTIVAL, texts, tmp_path, built_in)
    assert found is not None
    assert found.kind == "contradiction"
    assert {value.qualifier for value in found.values} == {""}


@pytest.mark.parametrize("later", ["서다온", "윤보미"])
def test_an_office_that_changed_hands_names_its_last_holder_first(
    later: str, tmp_path: Path, built_in: Encoder
) -> None:
    earlier = {"서다온": "윤보미", "윤보미": "서다온"}[later]
    texts = {day: f"관광과 {name} 과장은 말했다." for day, name in (("2023-01-02", earlier), ("2025-01-02", later))}
    found = told("관광과 과장은 누구인가요?", texts, tmp_path, built_in)
    assert found is not None
    assert found.kind == "changed"
    assert [value.text for value in found.values] == [later, earlier]
    assert [value.qualifier for value in found.values] == ["2025. 1. 2. 문서 기준", "2023. 1. 2. 문서 기준"]


def test_of_many_values_three_are_shown(tmp_path: Path, built_in: Encoder) -> None:
    texts = [f"바다축제 방문객은 {number}00명이다." for number in (1, 2, 4, 6, 8)]
    assert len(shown(VISITORS, texts, tmp_path, built_in)) == 3


def test_each_value_of_a_conflict_is_cited_from_its_own_document(office: Assistant) -> None:
    reply = office.ask(Question("해온 바다축제는 언제 여나요?"))
    assert isinstance(reply, Answer)
    (found,) = reply.conflicts
    assert {value.text for value in found.values} == {"2025년 9월 13일", "2025년 10월 4일"}
    by_marker = {citation.marker: citation for citation in reply.citations}
    assert {by_marker[value.marker].document for value in found.values} == {"공고.txt", "소식.txt"}
    for value in found.values:
        assert value.text in by_marker[value.marker].quote
        assert f"[{value.marker}]" in reply.text
    assert reply.as_of == "2025-07-11"  # the later of the two
