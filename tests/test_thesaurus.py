"""The thesaurus finds what a question says in other words, in four languages."""

import re
from pathlib import Path

import pytest

import index
from index.thesaurus import Thesaurus, thesaurus, without

SMALL = Thesaurus(
    [
        "확산 보급 퍼지다 | spread, roll out | 拡散、普及 | 扩散",
        "이차전지 배터리 | battery, secondary battery | 電池、二次電池 | 电池、二次电池",
        "로봇 로보트 | robot | ロボット | 机器人",
        "바다 해양 | sea | 海 | 海洋",
    ]
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("배터리는 언제 퍼지나요?", {"배터리": {"이차전지"}, "퍼지": {"확산", "보급"}}),
        ("바다는 어디예요?", {"바다": {"해양"}}),
        ("해양은 넓어요?", {"해양": {"바다"}}),
        (
            "Who rolls out secondary batteries?",
            {"rolls out": {"확산", "보급", "퍼지"}, "secondary batteries": {"이차전지", "배터리"}},
        ),
        ("二次電池の普及", {"二次電池": {"이차전지", "배터리"}, "普及": {"확산", "보급", "퍼지"}}),
        ("机器人扩散", {"机器人": {"로봇", "로보트"}, "扩散": {"확산", "보급", "퍼지"}}),
        ("등대는 언제 열어요?", {}),
    ],
)
def test_an_expression_is_found_with_the_korean_words_that_can_stand_for_it(
    question: str, found: dict[str, set[str]]
) -> None:
    assert {word.text: set(word.korean) for word in SMALL.find(question)} == found


def test_expressions_stand_where_they_say_and_leave_the_rest() -> None:
    question = "二次電池の予算"
    words = SMALL.find(question)
    assert [question[word.start : word.end] for word in words] == ["二次電池"]
    assert without(question, words) == "    の予算"


def test_every_line_that_is_shipped_has_four_fields_and_words_without_spaces_or_marks() -> None:
    lines = (Path(index.__file__).parent / "thesaurus.txt").read_text("utf-8").splitlines()[1:]
    assert len(lines) > 3000
    assert len(set(lines)) == len(lines)
    for line in lines:
        words, *others = (field.strip() for field in line.split("|"))
        assert len(others) == 3
        assert all(re.fullmatch(r"[가-힣A-Za-z0-9&·\-]+", word) for word in words.split())


def test_the_one_that_is_shipped_knows_everyday_words_for_official_ones() -> None:
    (word,) = thesaurus().find("일자리")
    assert "고용" in word.korean
