"""Lists, reasons and definitions as offices write them, found whole wherever they stand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from office import measured, opened

from assistant.lists import enumerated
from assistant.question import kind_of, listed
from assistant.ranking import Ranking
from assistant.reader import read
from index.types import Encoder

RULES = """나무학교 운영 지침

나무학교는 버려진 숲을 주민이 돌보며 배우는 마을 배움터입니다.

수업은 모두 무료로 연다. 예산을 조례로 정해 두었기 때문이다.

나무학교에 오는 사람은 다음 세 가지를 지킨다.

가. 불을 피우지 않는다
나. 뿌리를 밟지 않는다
다. 들은 새 이름을 적는다

강사는 목수, 정원사, 산림기사, 교사 등 4개 직업에서 뽑는다.

나무학교 차량은 트럭, 버스, 승합차를 쓴다.

둘레길에는 의자, 우물, 정자를 두었다.

나무학교에서 빌려 주지 않는 것은 톱, 도끼, 사다리입니다.

□ 나무학교 소식
○ 4월에 문을 연다
○ 시장이 다녀갔다

나무학교에 안내판이 없는 이유는 무엇인가요?

글자보다 귀로 배우게 하려는 것입니다.
"""


@pytest.fixture
def told(tmp_path: Path, built_in: Encoder) -> Callable[[str], str]:
    index = opened({"나무.txt": RULES}, tmp_path / "index", built_in)

    def of(question: str) -> str:
        draft = read(*measured(index, question), Ranking(index))
        assert draft is not None
        return "\n".join(quote.said for quote in draft.quotes)

    return of


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("솔, 잣, 밤 등 3개 나무를 심는다.", {3}),
        ("배·사과와 감을 나눈다.", set()),
        ("목수와 미장이, 석공, 화가를 부른다.", {3, 4}),
        ("① 삽 ② 괭이 ③ 호미 ④ 낫", {4}),
        ("물, 불 등을 다룬다.", {2}),
        ("예산은 1,743억원이다.", set()),
        ("씨앗을 심고, 물을 주며, 거름을 낸다.", set()),
        ("세 동(가람동, 누리동, 다솜동)으로 나눈다.", {3}),
    ],
)
def test_what_a_sentence_names_one_after_the_other_is_counted(text: str, counts: set[int]) -> None:
    assert enumerated(text) == counts


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("필요한 서류 4종은?", 4),
        ("새로 여는 세 동 이름은?", 3),
        ("다섯 업종이 각각 하는 일은?", 5),
        ("두 기관은 언제 만나나요?", 0),
        ("3곳이 문을 닫은 이유는?", 0),
        ("2단계는 어떤 상태를 말하나?", 0),
    ],
)
def test_the_number_of_things_asked_for_is_known(question: str, number: int) -> None:
    assert listed(question) == number
    assert (kind_of(question) == "list") == (number > 0)


def test_a_list_of_the_number_asked_for_is_told_whole(told: Callable[[str], str]) -> None:
    said = told("나무학교에 오는 사람이 지키는 세 가지는 무엇인가요?")
    assert [said.index(words) for words in ("불을 피우지", "뿌리를 밟지", "새 이름을")] == sorted(
        said.index(words) for words in ("불을 피우지", "뿌리를 밟지", "새 이름을")
    )
    assert "트럭" not in said


def test_things_named_in_one_sentence_are_the_list(told: Callable[[str], str]) -> None:
    said = told("나무학교 강사를 뽑는 4개 직업은?")
    assert all(word in said for word in ("목수", "정원사", "산림기사", "교사"))
    assert "\n" not in said


def test_what_is_denied_is_not_told_for_what_is_not(told: Callable[[str], str]) -> None:
    assert "톱" in told("나무학교에서 빌려 주지 않는 것들은 무엇인가요?")


def test_the_reason_is_told_from_the_sentence_beside(told: Callable[[str], str]) -> None:
    assert "조례로 정해 두었기 때문" in told("나무학교 수업을 무료로 여는 까닭은?")


def test_a_question_in_a_document_gives_way_to_its_answer(told: Callable[[str], str]) -> None:
    assert "귀로 배우게" in told("나무학교에 안내판이 없는 이유는?")


@pytest.mark.parametrize("question", ["나무학교란?", "나무학교는 어떤 곳인가요?", "나무학교의 뜻은?"])
def test_a_sentence_that_ends_in_what_it_is_defines(told: Callable[[str], str], question: str) -> None:
    assert kind_of(question) == "definition"
    assert "주민이 돌보며 배우는 마을 배움터" in told(question)
