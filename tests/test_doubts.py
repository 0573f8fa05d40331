"""What a question asks to be held against each other is, where documents differ; nobody else sees it."""

from pathlib import Path

import pytest
from office import measured
from test_conflicts import told

from assistant.doubts import asked_for, without_doubt
from assistant.types import Conflict
from index.build import index_documents
from index.search import open_index
from index.structure import plain_document
from index.types import Encoder, Metadata

TARGETS = {
    "2025-01-01": "등대 개방 계획\n\n○ 연간 개방 등대를 ’24년 4곳 → ’30년 10곳 이상으로 확대",
    "2025-01-02": "등대 개방 소식\n\n○ 개방 등대 '25년까지 누적 12곳, '30년까지 누적 50곳 목표",
}
SUM = """등대 수리 사업

등대 수리 사업에는 총 120억 원을 투자한다.

< 등대 수리 사업의 곳별 투자 >
곳\t투자액(억원)\t내용
나루곶\t300\t계단
솔섬\t90\t지붕
"""


def values(found: Conflict | None) -> list[tuple[str, str]]:
    return [(value.text, value.qualifier) for value in found.values] if found else []


def test_values_of_the_year_asked_stand_side_by_side_however_they_are_worded(tmp_path: Path, built_in: Encoder) -> None:
    found = told("2030년 개방 등대는 몇 곳이 목표인가요?", TARGETS, tmp_path, built_in)
    assert found is not None
    assert found.kind == "different_basis"
    assert {text for text, _ in values(found)} == {"10곳", "50곳"}


def test_what_is_reached_is_not_held_against_what_is_planned(tmp_path: Path, built_in: Encoder) -> None:
    found = told("지금까지 개방 등대는 몇 곳이라고 봐야 하나요?", TARGETS, tmp_path, built_in)
    assert {text for text, _ in values(found)} == {"4곳", "12곳"}


def test_a_plan_and_its_outcome_are_told_as_such_where_both_are_asked(tmp_path: Path, built_in: Encoder) -> None:
    texts = {
        "2025-01-01": "등대 수리는 올해 20곳 안팎으로 계획되고 있다.",
        "2025-11-02": "등대 수리 대상 26곳을 선정했다.",
    }
    found = told("등대 수리는 계획한 것과 실제로 몇 곳인지가 달랐나요?", texts, tmp_path, built_in)
    assert values(found) == [("20곳", "계획"), ("26곳", "실적")]


@pytest.mark.parametrize(
    ("part", "amount", "kind"), [("나루곶", "300억원", "contradiction"), ("솔섬", "90억원", "different_basis")]
)
def test_a_part_contradicts_its_total_only_where_it_is_more(
    part: str, amount: str, kind: str, tmp_path: Path, built_in: Encoder
) -> None:
    question = f"등대 수리 사업 총 투자액이 얼마고, {part}에는 얼마가 들어가나요? 금액이 서로 맞는지 확인해 주세요."
    found = told(question, {"2025-01-01": SUM}, tmp_path, built_in)
    assert values(found) == [("120억 원", "총"), (amount, part)]
    assert found is not None
    assert found.kind == kind


def test_a_part_is_not_held_against_its_total_where_nobody_doubts(tmp_path: Path, built_in: Encoder) -> None:
    assert told("등대 수리 사업에서 나루곶 투자액은 얼마인가요?", {"2025-01-01": SUM}, tmp_path, built_in) is None


NAMES = {
    "2024-01-01": "나루곶에 “해온 등대 쉼터”을 세운다.",
    "2025-01-02": "나루곶에 “바다빛 등대 쉼터”을 세운다.",
}


def test_names_for_the_same_thing_are_shown_where_the_name_is_asked(tmp_path: Path, built_in: Encoder) -> None:
    found = told("나루곶에 세우는 쉼터의 정식 이름이 뭐예요?", NAMES, tmp_path, built_in)
    assert found is not None
    assert found.kind == "changed"
    assert {text for text, _ in values(found)} == {"해온 등대 쉼터", "바다빛 등대 쉼터"}
    assert told("나루곶에 쉼터를 왜 세우나요?", NAMES, tmp_path, built_in) is None


def test_the_same_count_of_a_wider_set_is_shown_where_it_is_asked(tmp_path: Path, built_in: Encoder) -> None:
    texts = {
        "2025-01-01": "등대 지킴이 모임에는 53개 마을이 참여한다.",
        "2025-01-02": "등대 지킴이 모임에 53개 마을·학교 등이 참여했다.",
    }
    found = told("등대 지킴이 모임에 참여한 53곳은 전부 마을인가요?", texts, tmp_path, built_in)
    assert values(found) == [("53개 마을", "마을"), ("53개 마을·학교", "마을·학교")]
    assert told("등대 지킴이 모임에는 몇 개 마을이 참여하나요?", texts, tmp_path, built_in) is None


def test_each_of_the_values_that_a_question_offers_is_shown(tmp_path: Path, built_in: Encoder) -> None:
    texts = {
        "2025-01-01": "* 등대 박물관 건립 사업('27~'31)",
        "2025-01-02": "빠르면 ’27년부터 등대 박물관 일부를 연다.",
    }
    found = told("등대 박물관은 언제 여나요, 27년인가요 31년인가요?", texts, tmp_path, built_in)
    assert {text for text, _ in values(found)} == {"'31", "’27년"}


def test_the_heads_of_an_office_renamed_are_told_newest_first(tmp_path: Path, built_in: Encoder) -> None:
    contact = "담당 부서\t해온시 등대문화{}과\t책임자\t과장\t{} (055-900-10{})\n"
    texts = {
        "2024-01-02": "등대 소식\n\n등대를 연다.\n\n" + contact.format("진흥", "서다온", "01"),
        "2025-01-02": "등대 소식\n\n등대를 고친다.\n\n" + contact.format("정책", "윤보미", "02"),
    }
    found = told("해온시 등대문화 업무를 보는 과의 과장은 누구예요?", texts, tmp_path, built_in)
    assert found is not None
    assert found.kind == "changed"
    assert values(found) == [("윤보미", "2025. 1. 2. 문서 기준"), ("서다온", "2024. 1. 2. 문서 기준")]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("등대는 몇 곳인가요? 자료마다 숫자가 다르던데요.", "등대는 몇 곳인가요?"),
        ("등대 수리비는 얼마인가요? 금액이 서로 맞는지 확인하려고요.", "등대 수리비는 얼마인가요?"),
        ("자료마다 다르게 적힌 등대 수리비는 얼마인가요?", "자료마다 다르게 적힌 등대 수리비는 얼마인가요?"),
        ("마을이 서로 돕는 모임은 몇 개인가요?", "마을이 서로 돕는 모임은 몇 개인가요?"),
    ],
)
def test_only_clauses_of_doubt_are_left_out_of_the_question(question: str, rest: str) -> None:
    assert without_doubt(question) == rest


def test_a_doubt_alone_makes_no_values_differ(tmp_path: Path, built_in: Encoder) -> None:
    texts = {"2025-01-01": "바다축제 방문객은 300명이다.", "2025-01-02": "등대 방문객은 900명이다."}
    assert told("바다축제 방문객은 몇 명인가요? 자료마다 다르던데요.", texts, tmp_path, built_in) is None


def test_what_is_asked_for_keeps_to_the_units_given(tmp_path: Path, built_in: Encoder) -> None:
    index_documents([plain_document("a", TARGETS["2025-01-01"], Metadata("가"))], tmp_path, built_in)
    index = open_index(tmp_path, built_in)
    question = "등대는 몇 곳인가요? 자료마다 다르던데요."
    analysis, found = measured(index, without_doubt(question))
    assert {id(candidate) for candidate, *_ in asked_for(analysis, found, index, question)} <= set(map(id, found))
