"""Follow-ups: what they take from the questions and answers before them, and that a new topic takes nothing."""

from collections.abc import Callable

import pytest

from assistant.conversation import whole
from assistant.types import Turn
from index.types import Encoder

Ask = Callable[..., str]


@pytest.fixture
def ask(built_in: Encoder) -> Ask:
    """The last of the turns made whole: questions and answers in turn, an empty answer left out."""

    def asked(*turns: str) -> str:
        roles = ("user", "assistant")
        history = tuple(Turn(roles[i % 2], turn) for i, turn in enumerate(turns[:-1]) if turn)
        return whole(turns[-1], history, built_in.encode_queries)

    return asked


@pytest.mark.parametrize(
    ("before", "question", "effective"),
    [
        ("나루곶 등대는 언제 여나요?", "예산은?", "나루곶 등대 예산은?"),
        ("스마트팜 실증사업은 규모가 얼마나 되나요?", "언제부터 시작해요?", "스마트팜 실증사업은 언제부터 시작해요?"),
        ("마을에서 지원하는 공방이 몇 개예요?", "그럼 예산은?", "마을에서 지원하는 공방 예산은?"),
        ("스마트팜 실증사업 예산 알려줘", "기간은 어떻게 돼?", "스마트팜 실증사업 기간은 어떻게 돼?"),
        ("서다온 과장 전화번호 부탁합니다", "이메일은요?", "서다온 과장 이메일은요?"),
        ("청년 월세 지원은 어느 부서가 맡나요?", "지원 금액은요?", "청년 월세 지원 금액은요?"),
        ("빈집 수리라는 이름을 이제 안 쓴다면서요?", "왜요?", "빈집 수리라는 이름은 왜요?"),
    ],
)
def test_another_attribute_is_asked_of_the_same_subject(ask: Ask, before: str, question: str, effective: str) -> None:
    assert ask(before, "", question) == effective


def test_the_year_of_the_new_question_drives_out_the_old_one(ask: Ask) -> None:
    assert ask("올해 수소버스 사업은 몇 대 규모예요?", "", "내년 예산은?") == "수소버스 사업 내년 예산은?"


@pytest.mark.parametrize(
    ("before", "question", "effective"),
    [
        ("나루곶 등대는 언제 여나요?", "왜요?", "나루곶 등대는 왜 여나요?"),
        ("바다축제는 언제 열려요?", "어느 광장에서요?", "바다축제는 어느 광장에서 열려요?"),
    ],
)
def test_a_bare_asking_word_takes_the_place_of_the_old_one(
    ask: Ask, before: str, question: str, effective: str
) -> None:
    assert ask(before, "", question) == effective


@pytest.mark.parametrize(
    ("before", "question", "effective"),
    [
        ("작년에 빈집 신고가 몇 건 들어왔나요?", "올해는요?", "올해에 빈집 신고가 몇 건 들어왔나요?"),
        ("수소버스는 몇 대 들여오나요?", "내년에는?", "내년 수소버스는 몇 대 들여오나요?"),
        ("마을배움의 첫 번째 약속은 뭐예요?", "두 번째는요?", "마을배움의 두 번째 약속은 뭐예요?"),
        ("마을배움의 첫 번째 약속은 뭐예요?", "그다음은요?", "마을배움의 두 번째 약속은 뭐예요?"),
        ("항만 정비 1단계는 언제 끝나요?", "그다음 단계는?", "항만 정비 2단계는 언제 끝나요?"),
        ("항만 전략에서 도입 단계는 뭘 하나요?", "확산 단계는?", "항만 전략에서 확산 단계는 뭘 하나요?"),
        ("소득 통계에서 전남은 얼마야?", "그럼 경남은?", "소득 통계에서 경남은 얼마야?"),
        ("소득 통계에서 전남은 몇 위야?", "경남은 몇 위인데?", "소득 통계에서 경남은 몇 위인데?"),
        ("대기업 지원율은 몇 퍼센트야?", "중소기업은?", "중소기업 지원율은 몇 퍼센트야?"),
        ("삼성전자 평택 공장 투자액은 얼마야?", "현대차는?", "현대차 평택 공장 투자액은 얼마야?"),
        ("환경부와 함께하는 협의체는 뭔가요?", "국토부는요?", "국토부와 함께하는 협의체는 뭔가요?"),
        ("문가람 시장 전화번호 알려줘", "서다온 과장은?", "서다온 과장 전화번호 알려줘"),
        ("미국의 반도체 보조금은 얼마인가요?", "한국도 주나요?", "한국의 반도체 보조금도 주나요?"),
    ],
)
def test_a_part_takes_the_place_of_the_one_parallel_to_it(ask: Ask, before: str, question: str, effective: str) -> None:
    assert ask(before, "", question) == effective


@pytest.mark.parametrize("question", ["입장료는?", "면적은요?", "그럼 한도는?", "관람 시간은?", "완공 시기는요?"])
def test_an_attribute_is_no_parallel_whatever_its_name(ask: Ask, question: str) -> None:
    assert ask("나루곶 등대는 언제 여나요?", "", question) == f"나루곶 등대 {question.removeprefix('그럼 ')}"


@pytest.mark.parametrize(
    ("question", "effective"),
    [
        ("그중 조선은?", "산업 기술 개발 중 조선은 얼마 투자해?"),
        ("그중에서 조선은 얼마야?", "산업 기술 개발 중에서 조선은 얼마야?"),
    ],
)
def test_one_of_several_is_asked_for_among_them(ask: Ask, question: str, effective: str) -> None:
    assert ask("산업 기술 개발에 얼마 투자해?", "40억 원을 투자합니다. [1]", question) == effective


@pytest.mark.parametrize(
    ("before", "answer", "question", "effective"),
    [
        (
            "바다축제는 어디서 열려?", "갈매기 광장에서 엽니다. [1]",
            "거기 주차는 돼?", "바다축제 갈매기 광장 주차는 돼?",
        ),
        (
            "등대를 돌보는 모임이 뭐죠?", "주민들이 만든 「등불 연합」입니다. [1]",
            "그건 언제 생겼어요?", "등대를 돌보는 모임 등불 연합은 언제 생겼어요?",
        ),
        (
            "추진단 단장은 누구예요?", "박미래 국장입니다. [1]",
            "그 사람 연락처는요?", "추진단 단장 박미래 국장 연락처는요?",
        ),
        (
            "월세 지원은 어느 부서가 맡나요?", "주거복지과가 맡습니다. [1]",
            "과장은 누구예요?", "월세 지원 주거복지과 과장은 누구예요?",
        ),
        (
            "수소버스는 몇 대 들여오나요?", "40대입니다. [1]",
            "그 버스 값은 얼마예요?", "수소버스 값은 얼마예요?",
        ),
    ],
)  # fmt: skip
def test_what_points_at_the_answer_takes_its_nouns_along(
    ask: Ask, before: str, answer: str, question: str, effective: str
) -> None:
    assert ask(before, answer, question) == effective


def test_an_answer_that_cites_nothing_is_not_pointed_at(ask: Ask) -> None:
    refused = "색인된 문서에는 답이 없습니다. 가장 가까운 문서는 「등대 안내」입니다."
    assert ask("바다축제는 어디서 열려?", refused, "거기 주차는 돼?") == "바다축제 주차는 돼?"


def test_a_name_is_looked_for_in_all_that_was_said(ask: Ask) -> None:
    turns = ("소득 통계에서 전남은 몇 위야?", "5위입니다. [1]", "등대는 몇 곳 있는데?", "7곳입니다. [1]")
    assert ask(*turns, "아까 그 통계에서 경남은요?") == "소득 통계에서 경남은 몇 위야?"


def test_the_subject_outlives_questions_that_lean_and_keeps_what_was_swapped_since(ask: Ask) -> None:
    turns = ["해온시 청년 창업 지원금은 얼마야?", "", "노인은?", "", "신청 기간은?"]
    assert ask(*turns) == "해온시 노인 창업 지원금 신청 기간은?"
    assert ask(*turns, "", "담당자는?").startswith("해온시 노인 창업 지원금")


@pytest.mark.parametrize(
    "question",
    [
        "나루곶 등대는 언제부터 시민에게 개방하나요?",
        "그런데 나루곶 등대는 언제부터 시민에게 개방하나요?",
        "알겠고요, 마을배움은 무엇 때문에 하는 거예요?",
        "해온시 도서관 열람실 예산은 얼마인가요?",
        "서다온 과장 전화번호",
        "마을배움이 뭐예요?",
        "고마워요",
        "How much is the repair budget?",
        "灯台の修理にはいくらかかりますか。",
        "灯塔什么时候对市民开放？要收门票吗？",
    ],
)
def test_a_new_topic_is_left_as_it_is(ask: Ask, question: str) -> None:
    assert ask("빈집 수리는 어디서 맡나요?", "해온시가 맡습니다. [1]", question) == question


@pytest.mark.parametrize("question", ["What about the second stage?", "それはいくらですか", "那预算呢？", "Why?"])
def test_a_foreign_question_that_points_back_stands_behind_the_last(ask: Ask, question: str) -> None:
    assert ask("빈집 수리는 어디서 맡나요?", "", question) == f"빈집 수리는 어디서 맡나요 → {question}"


def test_without_a_question_before_it_nothing_leans(ask: Ask) -> None:
    assert ask("그럼 예산은?") == "그럼 예산은?"
    assert ask("", "해온시가 맡습니다. [1]", "그럼 예산은?") == "그럼 예산은?"
    assert ask("?!", "해온시가 맡습니다. [1]", "그럼 예산은?") == "그럼 예산은?"


@pytest.mark.parametrize("before", ["", "?", "그", "왜요?", "은는이가", "가" * 2000, "😀", "잇기는?", "[1]", "몇"])
@pytest.mark.parametrize(
    "question", ["?", "그", "그중?", "이건", "과는?", "다음은?", "잇기는?", "몇", "어느 것?", "또", "네"]
)
def test_nothing_that_can_be_typed_fails(ask: Ask, before: str, question: str) -> None:
    assert ask(before, f"{before} [1]", question)
