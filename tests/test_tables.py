"""What a table gives by computing is said so and rests on its rows; what it states, or what it does not have, is not computed."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from office import BUDGET, line, opened

from assistant.pipeline import Assistant
from assistant.types import Answer, Question
from index.types import Encoder

CENTRES = """해온시 복지관 이용 현황

해온시 복지관의 한 해 이용 인원과 운영비를 정리한 표이다.

복지관\t이용 인원(명)\t직원 수\t운영비(천원)\t만족도(%)
가람복지관\t1,204\t12\t340,500\t88.1
나루복지관\t980\t9\t275,000\t91.4
다솜복지관\t2,310\t21\t610,250\t79.9
라온복지관\t455\t5\t120,000\t93.0
마루복지관\t1,204\t11\t333,000\t85.2
합계\t6,153\t58\t1,687,750\t-
"""
TRADES = """해온시 업종별 투자 현황

업종\t기업 수\t투자액
배 만들기\t3\t1조 2,000억 원
김 가공\t25\t850억 원
소금\t7\t93억 원
관광\t40\t약 2,400억 원
기타\t2\t10억 원
"""
LIGHTHOUSES = """전국 등대 방문객 순위

순위\t등대\t방문객(만 명)
1\t나루곶 등대\t31.5
2\t솔섬 등대\t28.1
3\t달여 등대\t12.4
"""
ISLANDS = "해온군 섬별 주민\n\n섬\t주민(명)\t자랑거리\n" + "".join(
    f"{first}{second}섬\t{100 + 7 * (5 * at + below)}\t{'파도 소리와 갯바람, 오래된 돌담길 ' * 3}\n"
    for at, first in enumerate("가나다라마바")
    for below, second in enumerate("람솜온루참")
)
WORKS = """해온시 과별 예산

과명\t2024년(억원)\t2025년(억원)\t증감률(%)
해양과\t120\t131\t9.2
배움과\t80\t74\t△7.5
등대과\t40\t31\t△22.5
"""
LANTERNS = """달여섬 마을별 가로등

마을\t2024년 가로등(개)\t2025년 가로등(개)
안말\t31\t35
솔재\t44\t40
"""
TEXTS = {
    "예산.txt": BUDGET,
    "복지.txt": CENTRES,
    "투자.txt": TRADES,
    "순위.txt": LIGHTHOUSES,
    "섬.txt": ISLANDS,
    "과.txt": WORKS,
    "등.txt": LANTERNS,
}


@pytest.fixture(scope="module")
def tabled(built_in: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant(opened(TEXTS, tmp_path_factory.mktemp("tables"), built_in))


def answer(assistant: Assistant, question: str) -> Answer:
    reply = assistant.ask(Question(question))
    assert isinstance(reply, Answer), reply
    for cited in reply.citations:
        assert line(assistant, cited.document, cited.start, cited.end) == cited.quote
    return reply


@pytest.mark.parametrize(
    ("question", "said", "rows"),
    [
        (
            "운영비가 가장 많은 복지관은 어디인가요?",
            "운영비가 가장 많은 복지관은 다솜복지관(610,250천원)입니다(표에서 계산).",
            ["다솜복지관"],
        ),
        (
            "만족도가 제일 낮은 복지관은 어디야?",
            "만족도가 가장 낮은 복지관은 다솜복지관(79.9%)입니다(표에서 계산).",
            ["다솜복지관"],
        ),
        (
            "해온시에서 2025년 예산이 줄어든 과는 어디인가요?",
            "증감률 기준 줄어든 과는 배움과(△7.5%), 등대과(△22.5%)입니다(표에서 계산).",
            ["배움과", "등대과"],
        ),
        (
            "해온시에서 예산이 가장 많이 줄어든 과는 어디인가요?",
            "증감률 기준 가장 많이 줄어든 과는 등대과(△22.5%)입니다(표에서 계산).",
            ["등대과"],
        ),
        (
            "달여섬에서 2025년에 가로등이 늘어난 마을은 어디인가요?",
            "2024년 가로등보다 2025년 가로등에 늘어난 마을은 안말(31개 → 35개)입니다(표에서 계산).",
            ["안말"],
        ),
        (
            "방문객 순위 1위와 2위 등대는 어디인가요?",
            "1위는 나루곶 등대(31.5만명), 2위는 솔섬 등대(28.1만명)입니다.",
            ["1", "2"],
        ),
        (
            "이용 인원이 두 번째로 많은 복지관은 어디인가요?",
            "이용 인원이 2번째로 많은 복지관은 가람복지관(1,204명), 마루복지관(1,204명)입니다(표에서 계산).",
            ["가람복지관", "마루복지관"],
        ),
        (
            "직원 수 상위 3개 복지관을 알려 주세요",
            "직원 수가 많은 순서로 1위 다솜복지관(21명), 2위 가람복지관(12명), 3위 마루복지관(11명)입니다(표에서 계산).",
            ["다솜복지관", "가람복지관", "마루복지관"],
        ),
        (
            "가람복지관과 나루복지관 중 직원이 더 많은 곳은 어디인가요?",
            "직원 수가 더 많은 복지관은 가람복지관(12명)입니다(표에서 계산). 나머지는 나루복지관(9명)입니다.",
            ["가람복지관", "나루복지관"],
        ),
        (
            "다솜복지관은 라온복지관보다 이용 인원이 얼마나 더 많나요?",
            "이용 인원은 다솜복지관(2,310명)이 라온복지관(455명)보다 1,855명 많습니다(표에서 계산).",
            ["다솜복지관", "라온복지관"],
        ),
        (
            "운영비가 가장 많은 복지관과 가장 적은 복지관의 차이는 얼마인가요?",
            "운영비는 다솜복지관(610,250천원)이 라온복지관(120,000천원)보다 490,250천원 많습니다(표에서 계산).",
            ["다솜복지관", "라온복지관"],
        ),
        (
            "나루복지관의 이용 인원은 몇 위인가요?",
            "나루복지관은 이용 인원(980명) 기준 5개 복지관 가운데 4위입니다(표에서 계산).",
            ["나루복지관"],
        ),
        (
            "업종별 투자액을 모두 합치면 얼마인가요?",
            "표에 있는 업종 5개의 투자액을 더하면 약 1조 5,353억 원입니다(표에서 계산).",
            ["배 만들기", "김 가공", "소금", "관광", "기타"],
        ),
        (
            "김 가공과 소금의 투자액을 합하면 얼마인가요?",
            "김 가공(850억 원), 소금(93억 원)의 투자액을 더하면 943억 원입니다(표에서 계산).",
            ["김 가공", "소금"],
        ),
        (
            "배 만들기를 빼고 투자액이 가장 큰 업종은 무엇인가요?",
            "투자액이 가장 큰 업종은 관광(약 2,400억 원)입니다(표에서 계산).",
            ["관광"],
        ),
        (
            "복지관 평균 이용 인원은 몇 명인가요?",
            "표에 있는 복지관 5개의 이용 인원 단순 평균은 1,230.6명입니다(표에서 계산).",
            ["가람복지관", "나루복지관", "다솜복지관", "라온복지관", "마루복지관"],
        ),
        (
            "투자액이 2천억 원을 넘는 업종을 골라 주세요.",
            "투자액 기준 해당하는 업종은 배 만들기(1조 2,000억 원), 관광(약 2,400억 원)입니다(표에서 계산).",
            ["배 만들기", "관광"],
        ),
        (
            "몇 개 업종인가요?",
            "표에 있는 업종은 5개입니다(표에서 계산, ‘기타’ 포함).",
            ["배 만들기", "김 가공", "소금", "관광", "기타"],
        ),
    ],
)
def test_what_is_computed_is_said_so_and_cites_its_rows(
    tabled: Assistant, question: str, said: str, rows: list[str]
) -> None:
    given = answer(tabled, question)
    assert given.text == said + "".join(f" [{marker}]" for marker in range(1, len(rows) + 1))
    assert [cited.quote.split("\t")[0] for cited in given.citations] == rows


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("복지관 이용 인원은 모두 몇 명인가요?", "이용 인원 합계는 6,153명입니다. [1]"),
        ("방문객 2위 등대는 어디인가요?", "2위는 솔섬 등대(28.1만명)입니다. [1]"),
        ("달여 등대는 방문객 순위가 몇 위인가요?", "달여 등대는 방문객(12.4만명) 기준 3위입니다. [1]"),
    ],
)
def test_a_total_or_rank_that_the_table_states_is_not_computed(tabled: Assistant, question: str, said: str) -> None:
    assert answer(tabled, question).text == said


def test_a_total_that_its_column_contradicts_is_told_with_the_sum(tabled: Assistant) -> None:
    given = answer(tabled, "복지관 운영비 합계는 얼마인가요?")
    added = "1,678,750천원"
    assert given.text == f"운영비 합계는 1,687,750천원입니다. 다만 각 행을 더하면 {added}입니다(표에서 계산). [1]"
    (conflict,) = given.conflicts
    assert conflict.kind == "contradiction"
    assert [(value.text, value.marker) for value in conflict.values] == [("1,687,750천원", 1), (added, 1)]
    assert answer(tabled, "복지관 이용 인원은 모두 몇 명인가요?").conflicts == ()


def test_a_year_chooses_its_column(tabled: Assistant) -> None:
    assert "'25년 예산이 가장 적은 사업은 바닷길 청소(21억원)" in answer(tabled, "25년 예산이 가장 적은 사업은?").text
    assert "총 예산이 가장 적은 사업은 바닷길 청소(95억원)" in answer(tabled, "총 예산이 가장 적은 사업은?").text


def test_a_table_over_many_passages_is_read_whole_and_cited_by_its_first_and_last_row(tabled: Assistant) -> None:
    assert "바참섬(303명)" in answer(tabled, "주민이 가장 많은 섬은 어디인가요?").text
    given = answer(tabled, "섬 주민을 모두 합하면 몇 명인가요?")
    assert given.text == "표에 있는 섬 30개의 주민을 더하면 6,045명입니다(표에서 계산). [1] [2]"
    assert [cited.quote.split("\t")[0] for cited in given.citations] == ["가람섬", "바참섬"]


def test_a_table_too_long_to_read_whole_is_not_computed_from(
    tabled: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.LONGEST_TABLE", 2)
    reply = tabled.ask(Question("주민이 가장 많은 섬은 어디인가요?"))
    assert "표에서 계산" not in (reply.text if isinstance(reply, Answer) else "")


@pytest.mark.parametrize(
    "question",
    [
        "투자액이 가장 큰 기업은 어디인가요?",
        "매출이 가장 큰 업종은?",
        "2023년 예산이 가장 큰 사업은 무엇인가요?",
        "서울에서 이용 인원이 가장 많은 복지관은 어디인가요?",
        "복지관 만족도를 모두 더하면 얼마인가요?",
        "지난해 쓴 것 말고 복지관 운영비 합계는 얼마인가요?",
        "해온시에서 가장 높은 산은 무엇인가요?",
        "가람복지관의 운영비는 얼마인가요?",
    ],
)
def test_nothing_is_computed_from_a_table_of_other_things(tabled: Assistant, question: str) -> None:
    reply = tabled.ask(Question(question))
    assert "표에서 계산" not in (reply.text if isinstance(reply, Answer) else "")


def test_what_a_sentence_states_is_quoted(built_in: Encoder, tmp_path: Path) -> None:
    stated = "배 만들기는 투자액이 가장 큰 업종이다."
    texts: Mapping[str, str] = {"투자.txt": TRADES.replace("\n\n", f"\n\n{stated}\n\n", 1)}
    assistant = Assistant(opened(texts, tmp_path / "index", built_in))
    assert answer(assistant, "투자액이 가장 큰 업종은 무엇인가요?").citations[0].quote == stated
