"""A row says what is asked of it, short and in words: the right cells, their unit, whose they are; never nothing."""

import pytest
from office import measured, opened, unit

from assistant.evidence import within
from assistant.pipeline import Assistant
from assistant.question import analyse
from assistant.ranking import Ranking
from assistant.reader import quote, read
from assistant.rows import asked_cells
from index.types import Cell, Encoder

HARBOUR = """갈매항 부두별 하역 실적

(단위: 천 톤, 억원)
부두\t하역량\t사용료\t위치
북부두\t120\t35\t안말
남부두\t95\t21\t솔재
"""
PLANS = """해온시 나루터 정비 계획

나루터\t2024년\t2025년\t좌석(2025)\t합계\t정비율(%)
달여나루\t4\t9\t126\t13\t61.5
솔섬나루\t7\t5\t80\t12\t-
"""
RULES = """갯벌 체험 규정

규정 번호\t규정 이름\t쪽수\t시행일
HO 31\t갯벌 체험 안전 수칙\t24\t2025. 3. 2.
HO 32\t조개 캐기 도구 기준\t9\t2026. 1. 5.
"""
TEXTS = {"부두.txt": HARBOUR, "나루.txt": PLANS, "규정.txt": RULES}
# A form: its keys are cells too.
FORM = [
    Cell("", "기간", 0, 2),
    Cell("기간", "'24~'27년", 3, 10),
    Cell("", "참여기관", 11, 15),
    Cell("참여기관", "갈매조선", 16, 20),
]


@pytest.fixture(scope="module")
def tabled(built_in: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(opened(TEXTS, tmp_path_factory.mktemp("rows"), built_in))


@pytest.mark.parametrize(
    ("question", "row", "said"),
    [
        ("북부두의 하역량은 얼마인가요?", "북부두", "북부두: 하역량 120천 톤"),
        ("북부두의 하역량과 사용료를 알려 주세요", "북부두", "북부두: 하역량 120천 톤 · 사용료 35억원"),
        ("달여나루의 2025년 좌석은 몇 개인가요?", "달여나루", "달여나루: 좌석(2025) 126"),
        ("달여나루 2024년 실적은?", "달여나루", "달여나루: 2024년 4"),
        ("달여나루의 2024년과 2025년 실적은 각각 얼마인가요?", "달여나루", "달여나루: 2024년 4 · 2025년 9"),
        ("달여나루는 모두 몇 곳인가요?", "달여나루", "달여나루: 합계 13"),
        ("달여나루 정비율은 몇 %인가요?", "달여나루", "달여나루: 정비율 61.5%"),
        ("'조개 캐기 도구 기준'의 규정 번호를 알려 주세요", "HO 32", "조개 캐기 도구 기준: 규정 번호 HO 32"),
        ("HO 31은 몇 쪽인가요?", "HO 31", "HO 31: 쪽수 24"),
        ("남부두의 하역량·사용료·위치를 알려 주세요", "남부두", "남부두: 하역량 95천 톤 · 사용료 21억원 · 위치 솔재"),
    ],
)
def test_a_row_says_the_cells_asked_for_and_whose_they_are(
    tabled: Assistant, question: str, row: str, said: str
) -> None:
    analysis, found = measured(tabled.index, question)
    assert quote(analysis, unit(found, f"{row}\t")).said == said


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("두 번째로 늦게 낸 사람은 얼마를 내나요?", "2차"),
        ("1차 연체료는?", "1차"),
        ("3차 때는 얼마죠?", "3차 이상"),
    ],
)
def test_a_stage_or_turn_chooses_the_column(question: str, label: str) -> None:
    cells = [Cell("책 종류", "그림책", 0, 3)]
    cells += [Cell(name, f"{at}00원", 4 * at, 4 * at + 4) for at, name in enumerate(("1차", "2차", "3차 이상"), 1)]
    assert [cell.label for cell in asked_cells(analyse(question), cells, {})] == [label]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("솔섬 과제의 수행기간이랑 참여기관", ["기간", "참여기관"]),
        ("솔섬 과제의 참여기관은 어디인가요?", ["참여기관"]),
        ("솔섬 과제의 수행기간은?", ["기간"]),
    ],
)
def test_the_keys_of_a_form_are_not_what_a_question_states(question: str, labels: list[str]) -> None:
    assert [cell.label for cell in asked_cells(analyse(question), FORM, {})] == labels


def test_rows_of_one_table_that_are_named_together_are_both_said(tabled: Assistant) -> None:
    draft = read(*measured(tabled.index, "북부두와 남부두의 사용료는 각각 얼마인가요?"), Ranking(tabled.index))
    assert draft is not None
    assert [each.said for each in draft.quotes] == ["북부두: 사용료 35억원", "남부두: 사용료 21억원"]


def test_no_row_says_nothing(tabled: Assistant) -> None:
    for question in ("무엇인가요?", "달여나루 소식", "시행일은 언제이고 이름은 무엇인가요?"):
        analysis, found = measured(tabled.index, question)
        assert not [each.text for each in found if not quote(analysis, each).said.rstrip().rstrip(":")]


@pytest.mark.parametrize(
    ("subject", "question", "inside"),
    [
        ("5명이상9명이하", "일곱은아니고7명이가면", True),
        ("5명이상9명이하", "9명을넘으면", False),
        ("9명초과", "9명을넘으면", True),
        ("100초과150%이하", "150%인사람은", True),
        ("100초과150%이하", "100%인사람은", False),
        ("9명초과", "9%를넘으면", False),
    ],
)
def test_a_row_of_a_range_is_of_the_figures_within(subject: str, question: str, inside: bool) -> None:
    assert within(subject, question) is inside
