"""What is kept of readers' opinions, what is refused, and the gold candidates made of them."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from doubles import FakeAssistant
from fastapi.testclient import TestClient

from assistant import feedback
from assistant.__main__ import main
from assistant.evaluation.gold import read_gold
from assistant.server import create_app
from index.errors import GoldError
from index.settings import Settings

QUOTE = {"document": "plan.txt", "quote": "해온시는 빈집 수리 한도를 900만 원으로 한다."}
GOOD: dict[str, Any] = {
    "question": "그럼 수리 한도는?",
    "today": "2025-06-10",
    "history": [{"role": "user", "content": "빈집 지원은?"}],
    "answer": "900만 원입니다. [1]",
    "citations": [QUOTE | {"start": 0, "end": 27, "marker": 1}],
    "rating": "up",
    "comment": " 정확합니다. ",
}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    app = create_app(FakeAssistant(), Settings(index=tmp_path))  # type: ignore[arg-type]
    return TestClient(app, base_url="http://localhost")


def kept(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / feedback.FILE).read_text("utf-8").splitlines()]


def test_each_opinion_is_one_line_that_only_its_owner_may_read(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/feedback", json=GOOD).status_code == 204
    assert client.post("/feedback", json={"question": "시장은?", "answer": None, "rating": "down"}).status_code == 204
    first, second = kept(tmp_path)
    assert first == GOOD | {"citations": [QUOTE], "comment": "정확합니다."}
    assert (second["answer"], second["citations"], second["rating"], second["comment"]) == (None, [], "down", "")
    assert stat.S_IMODE((tmp_path / feedback.FILE).stat().st_mode) == 0o600


def test_nothing_is_kept_about_who_sent_it(client: TestClient, tmp_path: Path) -> None:
    headers = {"User-Agent": "kim-pc", "X-Forwarded-For": "10.1.2.3", "Cookie": "name=kim"}
    client.post("/feedback", json=GOOD | {"user": "kim", "email": "kim@localhost"}, headers=headers)
    assert kept(tmp_path)[0].keys() == GOOD.keys()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"question": " "}, "질문"),
        ({"rating": "good"}, "rating"),
        ({"rating": None}, "rating"),
        ({"answer": ["글"]}, "answer"),
        ({"comment": "가" * 1001}, "1,000자"),
        ({"comment": 3}, "comment"),
        ({"citations": [{"document": "plan.txt"}]}, "citations"),
        ({"citations": [QUOTE] * 51}, "50개"),
        ({"citations": "plan.txt"}, "citations"),
    ],
)
def test_a_wrong_body_is_refused_by_name_and_leaves_nothing(
    client: TestClient, tmp_path: Path, wrong: dict[str, object], named: str
) -> None:
    response = client.post("/feedback", json=GOOD | wrong)
    assert response.status_code == 422
    assert named in response.json()["detail"]
    assert list(tmp_path.iterdir()) == []


def test_a_comment_of_a_thousand_code_points_and_a_broken_letter_are_taken(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/feedback", json=GOOD | {"comment": "😀" * 1000}).status_code == 204
    body = json.dumps(GOOD | {"comment": "\ud800"})
    assert client.post("/feedback", content=body, headers={"Content-Type": "application/json"}).status_code == 204
    assert [line["comment"] for line in kept(tmp_path)] == ["😀" * 1000, "?"]


def test_a_full_file_is_told_and_stays_as_it_is(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/feedback", json=GOOD)
    size = (tmp_path / feedback.FILE).stat().st_size
    monkeypatch.setattr(feedback, "LARGEST_FILE", size + 10)
    response = client.post("/feedback", json=GOOD)
    assert response.status_code == 503
    assert "feedback.jsonl" in response.json()["detail"]
    assert (tmp_path / feedback.FILE).stat().st_size == size


def test_a_folder_that_cannot_be_written_is_told(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / feedback.FILE).mkdir()
    response = client.post("/feedback", json=GOOD)
    assert response.status_code == 503
    assert "의견을 적을 수 없습니다" in response.json()["detail"]


def test_without_an_index_nothing_is_kept(tmp_path: Path) -> None:
    client = TestClient(create_app(None, Settings(index=tmp_path)), base_url="http://localhost")
    assert client.post("/feedback", json=GOOD).status_code == 503
    assert list(tmp_path.iterdir()) == []


def test_opinions_are_printed_as_candidates_that_no_evaluation_reads(
    client: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for body in (
        GOOD,
        GOOD | {"rating": "down", "comment": "2024년 값입니다"},
        GOOD | {"answer": None, "citations": []},
    ):
        client.post("/feedback", json=body)
    assert main(["feedback", "--into", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    up, down, declined = map(json.loads, printed.splitlines())
    assert [record["id"] for record in (up, down, declined)] == ["f0001", "f0002", "f0003"]
    assert {record["split"] for record in (up, down, declined)} == {"tune"}
    assert (up["facts"], up["documents"], up["evidence"]) == ([["900만 원입니다."]], ["plan.txt"], [QUOTE["quote"]])
    assert (up["today"], up["history"]) == (GOOD["today"], GOOD["history"])
    assert (down["facts"], down["documents"], down["evidence"]) == ([], [], [])
    assert (down["answer"], down["comment"]) == (GOOD["answer"], "2024년 값입니다")
    assert declined["facts"] == []

    gold = tmp_path / "gold.jsonl"
    gold.write_text(printed, "utf-8")
    with pytest.raises(GoldError, match="type"):
        read_gold(gold)
    gold.write_text(printed.replace('"candidate"', '"number"'), "utf-8")
    assert [pair.question for pair in read_gold(gold)] == [GOOD["question"]] * 3


def test_no_opinions_yet_and_no_folder_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", "--into", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "아직 받은 의견이 없습니다.\n")
    assert main(["feedback", "--into", str(tmp_path / "none")]) == 2
    assert "색인 폴더" in capsys.readouterr().err
