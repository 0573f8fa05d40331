"""Streams of events: their order, the silence between them, errors on the way, clients that leave."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection

import httpx
import pytest
from doubles import FakeAssistant
from fastapi.testclient import TestClient
from servers import events, served

from assistant import events as events_module
from assistant.events import ClientLeft, event
from assistant.pipeline import Assistant
from assistant.server import LARGEST_BODY, SECURITY_HEADERS, create_app
from assistant.types import Question, Reply
from index.settings import Settings
from index.types import Hit

STREAM = {"Accept": "text/event-stream"}
PATIENCE = 30  # seconds that a test waits for what must come


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = create_app(FakeAssistant(), Settings())  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        yield client


def test_an_event_is_its_name_and_one_line_of_json() -> None:
    assert event({"text": "첫 줄\n둘째 줄"}, "answer") == 'event: answer\ndata: {"text":"첫 줄\\n둘째 줄"}\n\n'
    assert event("[DONE]") == "data: [DONE]\n\n"


@pytest.mark.parametrize("question", ["올해 지원금은?", "한도는?", "시장은 누구?"])
def test_the_last_event_is_the_whole_reply_and_the_others_are_its_parts(client: TestClient, question: str) -> None:
    asked = {"question": question, "today": "2025-03-01"}
    whole = client.post("/ask", json=asked).json()
    response = client.post("/ask", json=asked, headers=STREAM)
    told = events(response.text)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert told[-1] == ("end", whole)
    assert told[0] == ("passages", {"passages": whole["passages"]})
    assert "".join(data["text"] for name, data in told if name == "answer") == (whole["answer"] or "")
    assert [data for name, data in told if name == "citation"] == whole["citations"]


def test_each_citation_follows_the_line_that_names_it(client: TestClient) -> None:
    told = events(client.post("/ask", json={"question": "한도는?"}, headers=STREAM).text)
    names = [name for name, _ in told]
    assert names == ["passages", "answer", "answer", "citation", "answer", "citation", "end"]
    assert [data["text"] for name, data in told if name == "answer"] == [
        "구분\t한도\n",
        "공고 [1]\t1,200만 원\n",
        "기본계획 [2]\t900만 원",
    ]


def test_a_client_that_does_not_ask_for_events_gets_none(client: TestClient) -> None:
    for accept in ("*/*", "application/json"):
        response = client.post("/ask", json={"question": "지원금은?"}, headers={"Accept": accept})
        assert response.headers["content-type"] == "application/json"


def test_a_stream_has_the_security_headers_and_no_proxy_holds_it_back(client: TestClient) -> None:
    response = client.post("/ask", json={"question": "지원금은?"}, headers=STREAM)
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get_list(name) == [value]
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-length" not in response.headers


def test_what_is_wrong_with_the_request_is_told_before_any_stream_begins(client: TestClient) -> None:
    response = client.post("/ask", json={"question": ""}, headers=STREAM)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    large = client.post("/ask", content=b" " * (LARGEST_BODY + 1), headers=STREAM)
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    without = TestClient(create_app(None, Settings()), base_url="http://localhost")
    assert without.post("/ask", json={"question": "지원금은?"}, headers=STREAM).status_code == 503


def test_an_error_on_the_way_is_an_event_and_the_stream_still_ends(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    ((name, problem),) = events(client.post("/ask", json={"question": "고장?"}, headers=STREAM).text)
    assert (name, problem["status"], problem["detail"]) == ("error", 503, "색인을 다시 만들어 주십시오.")
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert not caplog.records  # the office can mend it: no bug
    with caplog.at_level(logging.ERROR):
        ((name, problem),) = events(client.post("/ask", json={"question": "실수?"}, headers=STREAM).text)
    assert (name, problem["status"]) == ("error", 500)
    assert "ZeroDivision" not in problem["detail"]
    assert "ZeroDivisionError" in caplog.text


class WaitingAssistant(FakeAssistant):
    """Finds nothing out before `released`; if `restless`, it tells of passages over and over till then."""

    def __init__(self, restless: bool = False) -> None:
        super().__init__()
        self.restless = restless
        self.begun = threading.Event()
        self.released = threading.Event()
        self.stopped = threading.Event()

    def ask(
        self,
        question: Question,
        on_passages: Callable[[Sequence[Hit]], None] = lambda hits: None,
        on_turn: Callable[[], None] = lambda: None,
    ) -> Reply:
        self.begun.set()
        try:
            while not self.released.wait(0.01 if self.restless else PATIENCE):
                on_turn()
                on_passages(())
        except ClientLeft:
            self.stopped.set()
            raise
        return super().ask(question, on_passages, on_turn)


def test_a_comment_keeps_a_silent_connection_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "HEARTBEAT", 0.02)
    assistant = WaitingAssistant()
    body = {"question": "지원금은?"}
    with served(assistant) as address, httpx.stream("POST", f"{address}/ask", json=body, headers=STREAM) as response:
        came = response.iter_text()
        assert next(came).startswith(": \n\n")
        assistant.released.set()
        assert [name for name, _ in events("".join([": \n\n", *came]))] == ["passages", "answer", "citation", "end"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ask", {"question": "지원금은?"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "지원금은?"}]}),
    ],
)
@pytest.mark.parametrize("streamed", [True, False])
def test_a_client_that_leaves_stops_the_work(path: str, body: dict[str, object], streamed: bool) -> None:
    assistant = WaitingAssistant(restless=True)
    headers = {"Content-Type": "application/json"} | (STREAM if streamed else {})
    with served(assistant) as address:
        client = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
        client.request("POST", path, json.dumps(body | {"stream": streamed}), headers)
        assert assistant.begun.wait(PATIENCE)
        assert not assistant.stopped.is_set()
        client.close()
        stopped = assistant.stopped.wait(PATIENCE)
        assistant.released.set()  # else the server would wait for the work as well
        assert stopped
        assert assistant.asked == []


def test_the_pipeline_tells_what_it_found_and_ends_there_if_nobody_waits(office: Assistant) -> None:
    found: list[Sequence[Hit]] = []
    reply = office.ask(Question("나루곶 등대는 언제 개방하나요?", k=3), found.append)
    ((first, second, third),) = found
    assert (first.rank, second.rank, third.rank) == (1, 2, 3)
    assert "등대.txt" in {hit.passage.document for hit in found[0]} & {hit.passage.document for hit in reply.passages}

    def leave(hits: Sequence[Hit]) -> None:
        raise ClientLeft

    with pytest.raises(ClientLeft):
        office.ask(Question("나루곶 등대는 언제 개방하나요?"), leave)
