"""Gold files are read whole, or refused with the file, the line and what is wrong."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.evaluation.gold import Gold, read_gold
from assistant.types import Turn
from index.errors import GoldError

LEAST = {"id": "1", "split": "tune", "type": "number", "question": "몇 명인가?", "facts": [["12명"]]}


def write(folder: Path, *records: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    return path


def test_every_field_is_read(tmp_path: Path) -> None:
    full = {
        **LEAST,
        "facts": [["12명", "열두 명"], ["매월"]],
        "forbidden": ["13명"],
        "documents": ["가.txt"],
        "evidence": ["12명으로 한다"],
        "today": "2025-05-26",
        "history": [{"role": "user", "content": "위원회는?"}],
    }
    assert read_gold(write(tmp_path, full)) == [
        Gold(
            id="1",
            split="tune",
            type="number",
            question="몇 명인가?",
            facts=(("12명", "열두 명"), ("매월",)),
            forbidden=("13명",),
            documents=("가.txt",),
            evidence=("12명으로 한다",),
            today=date(2025, 5, 26),
            history=(Turn("user", "위원회는?"),),
        )
    ]


def test_what_is_optional_may_be_absent_or_null(tmp_path: Path) -> None:
    absent, null = read_gold(
        write(tmp_path, LEAST, {**LEAST, "id": "2", "today": None, "history": None, "evidence": None})
    )
    assert (absent.today, absent.history, absent.evidence) == (None, (), ())
    assert (null.today, null.history, null.evidence) == (None, (), ())


def test_a_line_may_hold_a_line_separator_inside_a_string(tmp_path: Path) -> None:
    assert read_gold(write(tmp_path, {**LEAST, "question": "앞\u2028뒤"}))[0].question == "앞\u2028뒤"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"split": "test"}, "split"),
        ({"type": "guess"}, "type"),
        ({"question": " "}, "question"),
        ({"facts": None}, "facts"),
        ({"facts": ["12명"]}, "facts"),
        ({"facts": [[]]}, "facts"),
        ({"facts": [["*"]]}, "facts"),
        ({"forbidden": "13명"}, "forbidden"),
        ({"evidence": [1]}, "evidence"),
        ({"today": "26.5.2025"}, "26.5.2025"),
        ({"history": ["위원회는?"]}, "history"),
        ({"history": [{"role": "user"}]}, "content"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_line(tmp_path: Path, change: object, named: str) -> None:
    path = write(tmp_path, LEAST, {**LEAST, "id": "2", **dict(change)})  # type: ignore[call-overload]
    with pytest.raises(GoldError) as raised:
        read_gold(path)
    message = str(raised.value)
    assert message.startswith(f"{path} 2번째 줄: ")
    assert named in message
    assert "\n" not in message


def test_an_id_may_not_come_twice(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"2번째 줄.*겹칩니다"):
        read_gold(write(tmp_path, LEAST, LEAST))


@pytest.mark.parametrize("content", [b'\n{"id": "1"', b"\n[1]", b'\n"12"'])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gold.jsonl").write_bytes(content)
    with pytest.raises(GoldError, match=r"gold\.jsonl 2번째 줄: JSON"):
        read_gold(tmp_path / "gold.jsonl")


def test_a_file_that_is_absent_empty_or_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    for content, reason in ((None, "읽을 수 없습니다"), ("", "비어"), ("질문", "UTF-8")):
        if content is not None:
            path.write_bytes(content.encode("cp949"))
        with pytest.raises(GoldError, match=rf"gold\.jsonl.*{reason}"):
            read_gold(path)
