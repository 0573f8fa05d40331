"""An evaluation held against an earlier one, question by question."""

import json
from pathlib import Path

import pytest
from evaluation_doubles import abstention

from assistant.evaluation.comparison import Comparison, compare, read_outcomes
from assistant.evaluation.gold import Gold
from assistant.evaluation.grades import Grade
from assistant.evaluation.outcomes import Outcome
from index.errors import GoldError


def outcome(id: str, grade: Grade, question: str = "몇 명인가?") -> Outcome:
    return Outcome(Gold(id, "tune", "number", question, (("12명",),)), abstention(), grade, (), {})


def test_wins_and_losses_are_counted_over_the_questions_of_both(tmp_path: Path) -> None:
    old = [
        outcome("더 낫다", "wrong"),
        outcome("더 못하다", "right"),
        outcome("그대로 맞다", "right"),
        outcome("그대로 틀리다", "wrong"),
        outcome("고쳐 쓰다", "wrong", "몇 명이었나?"),
        outcome("빠지다", "right"),
    ]
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"outcomes": [each.as_json() for each in old]}), "utf-8")
    now = [
        outcome("더 낫다", "right"),
        outcome("더 못하다", "abstained"),
        outcome("그대로 맞다", "right"),
        outcome("그대로 틀리다", "abstained"),
        outcome("고쳐 쓰다", "right"),
        outcome("새롭다", "right"),
    ]
    compared = compare(now, read_outcomes(path), "old.json")
    assert compared == Comparison("old.json", 4, ("더 낫다",), ("더 못하다",), 1.0)
    assert compared.as_text().splitlines() == [
        "old.json 대비 (같은 문항 4개): 나아짐 1, 같음 2, 나빠짐 1, 부호 검정(정확, 양측) p = 1.000",
        "  나아짐: 더 낫다",
        "  나빠짐: 더 못하다",
    ]


def test_p_is_the_sign_test_s() -> None:
    now = [outcome(str(number), "right") for number in range(5)]
    old = {(each.gold.id, each.gold.question): False for each in now}
    assert compare(now, old, "old.json").p == 2 / 2**5


@pytest.mark.parametrize("content", ["", "[]", '{"outcomes": [{"id": "1"}]}', '{"overall": {}}'])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(content, "utf-8")
    with pytest.raises(GoldError, match=r"old\.json은\(는\) assistant evaluate --json의 결과가 아닙니다"):
        read_outcomes(path)
    with pytest.raises(GoldError, match=r"없는\.json을\(를\) 읽을 수 없습니다"):
        read_outcomes(tmp_path / "없는.json")
