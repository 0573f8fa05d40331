"""The commands as people type them: what they print, and one line with exit code 2 for what a person can mend."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from office import TEXTS
from scripted_model import scripted_model

from assistant.__main__ import main
from assistant.wire import NOTICE

ROOT = Path(__file__).parents[1]
QUESTION = "마을배움이란 무엇인가요?"
REPLY = {
    "question", "effective_question", "answer", "abstained", "reason", "confidence", "as_of", "values", "citations",
    "conflicts", "passages", "reader", "notice",
}  # fmt: skip
GOLD = [
    {
        "id": "1",
        "split": "tune",
        "type": "definition",
        "question": QUESTION,
        "facts": [["솜씨를 가르치는 모임"]],
        "documents": ["배움.txt"],
        "evidence": ["살림의 솜씨를 가르치는 모임을 말한다"],
    },
    {"id": "2", "split": "report", "type": "unanswerable", "question": "떡볶이는 어떻게 만드나요?", "facts": []},
]


def jsonl(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


def documents(folder: Path) -> Path:
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the invented documents, made by the command."""
    folder = tmp_path_factory.mktemp("command line")
    assert main(["index", str(documents(folder / "문서")), "--into", str(folder / "색인")]) == 0
    return folder / "색인"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with neither settings nor index, and none of the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)


# --- index


def test_index_tells_what_it_did_and_does_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = documents(tmp_path / "문서")
    assert main(["index", "문서"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "추가 5  변경 0  그대로 0  삭제 0  거부 0"
    assert "추가: 등대.txt" in told.out
    assert told.err.splitlines()[-1] == "색인 5/5"
    (folder / "등대.txt").write_text("등대를 닫는다.", "utf-8")
    (folder / "소식.txt").unlink()
    assert main(["index", "문서"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "추가 0  변경 1  그대로 3  삭제 1  거부 0"
    assert main(["index", "문서"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "추가 0  변경 0  그대로 4  삭제 0  거부 0"
    assert (tmp_path / ".assistant").is_dir()


def test_a_document_that_cannot_be_read_is_refused_by_name_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (documents(tmp_path / "문서") / "사진.txt").write_bytes(bytes(range(256)))
    assert main(["index", "문서"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "추가 5  변경 0  그대로 0  삭제 0  거부 1"
    assert "거부: 사진.txt: " in out


def test_what_does_not_fit_in_a_document_is_told_in_one_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "5. 26.(화)에 마감한다.\n\n마을\t사람(명)\n나루\t12\n솔섬\t7\n합계\t20"
    (tmp_path / "셈.txt").write_text(f"2025. 5. 26.(화)과 {text}", "utf-8")
    assert main(["index", "셈.txt"]) == 0
    noticed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  확인: 셈.txt: ")]
    assert len(noticed) == 3
    assert noticed[-1].endswith("‘사람’ 합계 20명, 각 행을 더하면 19명")


def test_where_every_document_is_refused_nothing_was_indexed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "사진.txt").write_bytes(bytes(range(256)))
    assert main(["index", "사진.txt"]) == 2
    assert "거부: 사진.txt: " in capsys.readouterr().out


# --- ask


def test_ask_prints_the_answer_and_below_it_each_source(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--into", str(indexed)]) == 0
    answer, _, source = capsys.readouterr().out.strip().partition("\n\n")
    assert "가르치는 모임을 말한다. [1]" in answer
    attribution, quote = source.splitlines()
    assert attribution.startswith("[1] 「")
    assert re.fullmatch(r"    “마을배움이란 .*말한다\.”", quote)


def test_ask_tells_whose_words_an_answer_is_in(
    indexed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_model() as model:
        model.says = "마을배움은 주민이 서로 살림의 솜씨를 가르치는 모임입니다 [1]."
        monkeypatch.setenv("ASSISTANT_MODEL_URL", model.settings.model_url)
        monkeypatch.setenv("ASSISTANT_MODEL_NAME", "scripted")
        assert main(["ask", QUESTION, "--into", str(indexed)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("마을배움은 주민이 서로 살림의 솜씨를 가르치는 모임입니다. [1]\n")
    assert out.strip().endswith(NOTICE)


def test_a_model_without_an_address_is_a_mistake_told_before_anything_is_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_URL", "127.0.0.1:8080")
    monkeypatch.setenv("ASSISTANT_MODEL_KEY", "sk-x9")
    assert main(["ask", QUESTION]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "model_url" in error
    assert "sk-x9" not in error


def test_ask_says_why_it_does_not_answer(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "떡볶이는 어떻게 만드나요?", "--into", str(indexed)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"[가-힣]", out)
    assert "[1]" not in out


def test_ask_as_json_prints_the_reply_of_the_server(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--json", "--into", str(indexed)]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply.keys() == REPLY
    assert reply["question"] == QUESTION
    assert reply["abstained"] is False
    (cited, *_) = reply["citations"]
    assert (cited["marker"], cited["document"], cited["end"] - cited["start"]) == (1, "배움.txt", len(cited["quote"]))
    assert main(["ask", "떡볶이는 어떻게 만드나요?", "--json", "--into", str(indexed)]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply.keys() == REPLY
    assert (reply["answer"], reply["abstained"], reply["citations"]) == (None, True, [])
    assert reply["reason"]


# --- evaluate


def test_evaluate_grades_gold_pairs_as_text_and_json_and_writes_a_report(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "gold.jsonl", *GOLD)
    assert main(["evaluate", "gold.jsonl", "--report", "보고서", "--into", str(indexed)]) == 0
    assert "정답률" in capsys.readouterr().out
    assert (tmp_path / "보고서" / "index.html").read_text("utf-8").startswith("<!doctype html>")
    assert main(["evaluate", "gold.jsonl", "--json", "--into", str(indexed)]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["questions"] == 2
    assert [outcome["grade"] for outcome in measured["outcomes"]] == ["right", "right"]
    assert measured["overall"]["accuracy"]["value"] == 1


def test_evaluate_on_a_beir_folder_writes_a_run_and_leaves_no_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "모음/corpus.jsonl", *({"_id": name, "title": "", "text": TEXTS[name]} for name in TEXTS))
    jsonl(tmp_path / "모음/queries.jsonl", {"_id": "q1", "text": "나루곶 등대"}, {"_id": "q2", "text": "마을배움 약속"})
    qrels = tmp_path / "모음/qrels/test.tsv"
    qrels.parent.mkdir()
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\t등대.txt\t1\nq2\t배움.txt\t1\n", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert main(["evaluate", "--beir", "모음", "--run", "out.trec"]) == 0
    out = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert out == {"nDCG@10": "1.0000", "Recall@10": "1.0000", "Recall@100": "1.0000", "MRR@10": "1.0000"}
    lines = [line.split() for line in (tmp_path / "out.trec").read_text("utf-8").splitlines()]
    assert [line[:4] for line in lines if line[3] == "1"] == [
        ["q1", "Q0", "등대.txt", "1"],
        ["q2", "Q0", "배움.txt", "1"],
    ]
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "out.trec"])


def test_evaluate_asks_a_squad_file_of_its_own_paragraphs_and_leaves_no_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = {"text": "5월 26일", "answer_start": TEXTS["등대.txt"].index("5월 26일")}
    asked = [{"id": id, "question": "나루곶 등대를 언제 시민에게 개방하나?", "answers": [answer]} for id in "12"]
    paragraphs = [{"context": TEXTS[name], "qas": asked if name == "등대.txt" else []} for name in TEXTS]
    (tmp_path / "squad.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert main(["evaluate", "squad.json", "--limit", "1", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert [outcome["id"] for outcome in measured["outcomes"]] == ["1"]
    assert measured["outcomes"][0]["grade"] == "right"
    assert measured["outcomes"][0]["evidence_ranks"] == [1]
    assert sorted(tmp_path.rglob("*")) == before


def test_evaluate_compares_with_what_it_printed_before(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "gold.jsonl", *GOLD)
    assert main(["evaluate", "gold.jsonl", "--json", "--into", str(indexed)]) == 0
    (tmp_path / "old.json").write_text(capsys.readouterr().out, "utf-8")
    assert main(["evaluate", "gold.jsonl", "--against", "old.json", "--into", str(indexed)]) == 0
    assert "old.json 대비 (같은 문항 2개): 나아짐 0, 같음 2, 나빠짐 0" in capsys.readouterr().out


# --- what a person can mend


def mistakes(folder: Path) -> None:
    """What the mistakes below are about: an empty folder, files that are no index, broken gold and settings."""
    (folder / "빈 폴더").mkdir()
    (folder / "남의 폴더").mkdir()
    (folder / "남의 폴더" / "메모.txt").write_text("메모", "utf-8")
    (folder / "망가진 색인").mkdir()
    (folder / "망가진 색인" / "truth.sqlite").write_text("메모", "utf-8")
    (folder / "메모.txt").write_text("메모", "utf-8")
    (folder / "망가진.jsonl").write_text('{"id": 1', "utf-8")
    (folder / "빈.jsonl").write_text("", "utf-8")
    (folder / "메모.json").write_text("메모", "utf-8")
    jsonl(folder / "좋은.jsonl", *GOLD)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "--help"),
        (["fly"], "fly"),
        (["ask"], "질문"),
        (["ask", "등대", "--fast"], "--fast"),
        (["index", "없는 폴더"], "없는 폴더"),
        (["index", "빈 폴더"], "문서가 없습니다"),
        (["index", "남의 폴더", "--into", "남의 폴더"], "색인 폴더가 아닙니다"),
        (["index", "남의 폴더", "--into", "메모.txt"], "메모.txt"),
        (["index", "남의 폴더", "--into", "망가진 색인"], "망가진 색인"),
        (["index", "남의 폴더", "--encoder", "없는/인코더"], "없는/인코더"),
        (["ask", "등대"], "색인이 없습니다"),
        (["ask", "등대", "--into", "빈 폴더"], "assistant index"),
        (["ask", "등대", "--into", "남의 폴더"], "assistant index"),
        (["ask", "등대", "--into", "메모.txt"], "assistant index"),
        (["ask", "등대", "--into", "망가진 색인"], "손상"),
        (["ask", ""], "비어 있습니다"),
        (["ask", " \t\n"], "비어 있습니다"),
        (["ask", "?!😀"], "글자나 숫자가 없습니다"),
        (["ask", "가" * 1001], "1,001자"),
        (["serve"], "색인이 없습니다"),
        (["serve", "--port", "팔천"], "팔천"),
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--port", "-1"], "-1"),
        (["evaluate"], "GOLD.jsonl"),
        (["evaluate", "빈.jsonl"], "비어 있습니다"),
        (["evaluate", "좋은.jsonl"], "색인이 없습니다"),
        (["evaluate", "좋은.jsonl", "--against", "망가진.jsonl"], "망가진.jsonl"),
        (["evaluate", "메모.json"], "메모.json"),
        (["evaluate", "좋은.jsonl", "--limit", "0"], "--limit"),
        (["evaluate", "--beir", "빈 폴더"], "--run"),
        (["evaluate", "--beir", "빈 폴더", "--run", "out.trec"], "corpus.jsonl"),
        (["evaluate", "--beir", "없는 폴더", "--run", "out.trec"], "없는 폴더"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_mistake_that_a_person_can_mend_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: list[str], told: str
) -> None:
    mistakes(tmp_path)
    assert main(typed) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("assistant: ")
    assert re.search(r"[가-힣]{2}", line)
    assert told in line


@pytest.mark.parametrize("name", ["망가진.jsonl", "빈.jsonl", "없는.jsonl", "남의 폴더"])
def test_gold_that_cannot_be_read_is_told_in_one_line(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    mistakes(tmp_path)
    assert main(["evaluate", name, "--into", str(indexed)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"assistant: {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_PORT", "팔천"),
        ("ASSISTANT_PORT", "70000"),
        ("ASSISTANT_CONFIG", "없는.toml"),
        ("ASSISTANT_ENCODER", "없는/인코더"),
        ("ASSISTANT_INDEX", "없는 폴더"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["ask", "등대"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert value in line


def test_a_port_in_use_is_told_in_one_line(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert main(["serve", "--port", port, "--into", str(indexed)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert port in line
    assert "--port" in line


def test_help_is_korean_and_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert all(command in out for command in ("index", "ask", "serve", "evaluate"))
    assert "우리 문서에서 답을 찾아" in out


# --- as a process of its own


def run(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, timeout=120)


def test_a_process_answers_and_exits_with_0(indexed: Path, tmp_path: Path) -> None:
    done = run("-m", "assistant", "ask", QUESTION, "--into", str(indexed), folder=tmp_path, PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "가르치는 모임을 말한다. [1]" in done.stdout.decode()


def test_a_process_that_is_asked_what_it_cannot_do_exits_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = run("-m", "assistant", "ask", "등대", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1


def test_a_console_that_lacks_a_letter_does_not_stop_the_answer(indexed: Path, tmp_path: Path) -> None:
    done = run("-m", "assistant", "ask", QUESTION, "--into", str(indexed), folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"[1]" in done.stdout


OFFLINE = """
import socket, sys

def refused(*arguments, **named):
    raise SystemExit("the network was asked for: " + repr(arguments))

socket.socket.connect = socket.socket.connect_ex = refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refused
from assistant.__main__ import main

assert main(["index", sys.argv[1], "--into", sys.argv[2]]) == 0
assert main(["ask", sys.argv[3], "--into", sys.argv[2]]) == 0
loaded = {"torch", "transformers", "sentence_transformers", "huggingface_hub"} & set(sys.modules)
assert not loaded, loaded
"""


def test_indexing_and_asking_need_neither_the_network_nor_torch(tmp_path: Path) -> None:
    folder = documents(tmp_path / "문서")
    done = run("-c", OFFLINE, str(folder), str(tmp_path / "색인"), QUESTION, folder=tmp_path, PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr.decode()
    assert "가르치는 모임을 말한다. [1]" in done.stdout.decode()
