"""SQuAD and KorQuAD files are read as gold with their paragraphs, or refused by name."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.gold import Gold, spread
from assistant.evaluation.squad import is_squad, read_squad
from index.errors import GoldError

CONTEXT = "나루곶 등대는 1911년에 섰다. 높이는 약 31.5 m이다. 등대지기는 두 명이다.\n지금은 비어 있다."


def question(id: str, text: str, *answers: str, **more: object) -> dict[str, object]:
    return {
        "id": id,
        "question": text,
        "answers": [{"text": answer, "answer_start": CONTEXT.index(answer)} for answer in answers],
        **more,
    }


QUESTIONS = [
    question("a", "언제 섰나?", "1911년", "1911년에", "1911년"),
    question("b", "얼마나 높나?", "31.5 m"),
    question("c", "지금은?", "비어 있다", is_impossible=False),
    question("d", "누가 지었나?", is_impossible=True, plausible_answers=[]),
]
SQUAD: dict[str, Any] = {
    "version": "1",
    "data": [{"title": "나루곶_등대", "paragraphs": [{"context": CONTEXT, "qas": QUESTIONS}]}],
}


def write(folder: Path, content: object) -> Path:
    path = folder / "squad.json"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def test_a_question_leans_on_the_sentence_around_its_answer(tmp_path: Path) -> None:
    gold, _ = read_squad(write(tmp_path, SQUAD))
    assert gold[0] == Gold(
        "a", "report", "span", "언제 섰나?", (("1911년", "1911년에"),), evidence=("나루곶 등대는 1911년에 섰다",)
    )
    assert gold[1].evidence == ("높이는 약 31.5 m이다",)
    assert gold[2].evidence == ("지금은 비어 있다.",)


def test_a_question_without_answers_is_to_be_abstained_from(tmp_path: Path) -> None:
    impossible = read_squad(write(tmp_path, SQUAD))[0][3]
    assert (impossible.type, impossible.facts, impossible.evidence) == ("unanswerable", (), ())


def test_every_paragraph_is_a_document_under_its_article_s_title(tmp_path: Path) -> None:
    _, documents = read_squad(write(tmp_path, {"data": [*SQUAD["data"], *SQUAD["data"]]}))
    assert [(document.id, document.metadata.title) for document in documents] == [
        ("0-0", "나루곶 등대"),
        ("1-0", "나루곶 등대"),
    ]
    assert "등대지기는 두 명이다." in documents[0].text


def test_a_packed_file_is_read_alike(tmp_path: Path) -> None:
    plain = write(tmp_path, SQUAD)
    packed = tmp_path / "squad.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_squad(packed) == read_squad(plain)


def test_it_is_known_by_its_name() -> None:
    assert [is_squad(Path(name)) for name in ("a.json", "a.json.gz", "a.jsonl")] == [True, True, False]


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'{"data": [{}]}', b'{"data": 1}', b'{"data": ["a"]}', b"\xff", b'{"data": [{"paragraphs": [1]}]}'],
)
def test_another_form_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "squad.json"
    path.write_bytes(content)
    with pytest.raises(GoldError, match=r"squad\.json.*꼴이 아닙니다$"):
        read_squad(path)


def test_a_file_that_is_absent_empty_or_badly_packed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"없는\.json을\(를\) 읽을 수 없습니다"):
        read_squad(tmp_path / "없는.json")
    with pytest.raises(GoldError, match="물음이 없습니다"):
        read_squad(write(tmp_path, {"data": []}))
    packed = tmp_path / "squad.json.gz"
    for content in (b"{}", gzip.compress(b"{}")[:-9]):
        packed.write_bytes(content)
        with pytest.raises(GoldError, match=r"squad\.json\.gz"):
            read_squad(packed)


def test_a_few_questions_are_taken_at_equal_steps(tmp_path: Path) -> None:
    gold, _ = read_squad(write(tmp_path, SQUAD))
    assert [each.id for each in spread(gold, 2)] == ["a", "c"]
    assert [each.id for each in spread(gold, 3)] == ["a", "b", "c"]
    assert spread(gold, 9) == gold
