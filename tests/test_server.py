"""Each route, each limit and each error of the HTTP surface."""

import json
import unicodedata
from dataclasses import replace
from datetime import date

import httpx
import pytest
from doubles import NOTICE, FakeAssistant
from fastapi.testclient import TestClient

from assistant.server import LARGEST_BODY, SECURITY_HEADERS, create_app
from assistant.types import Turn
from assistant.wire import document_json
from index.settings import Settings
from index.types import Notice


def expect_problem(response: httpx.Response, status: int) -> str:
    """The Korean detail of what must be an RFC 9457 problem."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body.keys() == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert any("가" <= letter <= "힣" for letter in body["detail"])
    assert_secure(response)
    return str(body["detail"])


def assert_secure(response: httpx.Response) -> None:
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get_list(name) == [value]


def test_an_answer_has_exactly_the_shape_of_the_contract(client: TestClient) -> None:
    reply = client.post("/ask", json={"question": "올해 지원금은?", "k": 1, "today": "2025-03-01"}).json()
    quote = "해온시는 빈집을 고치는 집주인에게 최대 1,200만 원을 지원한다."
    start = NOTICE.text.index(quote)
    assert reply == {
        "question": "올해 지원금은?",
        "effective_question": "2025년 지원금은?",
        "answer": "최대 1,200만 원을 지원합니다. [1]",
        "abstained": False,
        "reason": None,
        "confidence": 0.87,
        "as_of": "2025-02-17",
        "reader": "extractive",
        "notice": None,
        "values": [{"text": "1,200만 원", "kind": "money", "marker": 1, "start": start + 22, "end": start + 30}],
        "citations": [
            {
                "marker": 1,
                "document": NOTICE.id,
                "title": "빈집 정비 지원 공고",
                "publisher": "해온시",
                "published": "2025-02-17",
                "licence": "공공누리 제1유형",
                "attribution": "해온시, 「빈집 정비 지원 공고」(공고, 2025. 2. 17.), 공공누리 제1유형",
                "start": start,
                "end": start + len(quote),
                "quote": quote,
            }
        ],
        "conflicts": [],
        "passages": [
            {
                "rank": 1,
                "score": 1.0,
                "document": "plan.txt",
                "title": "빈집 정비 기본계획",
                "start": 0,
                "end": 27,
                "text": "해온시는 빈집 수리 한도를 900만 원으로 한다.",
            }
        ],
    }


def test_an_answer_in_a_models_words_says_so(client: TestClient) -> None:
    reply = client.post("/ask", json={"question": "지원금을 쉽게 알려 주세요"}).json()
    assert reply["reader"] == "generative"
    assert "언어모델" in reply["notice"]


def test_an_abstention_has_a_reason_and_passages_and_nothing_else(client: TestClient) -> None:
    reply = client.post("/ask", json={"question": "시장은 누구?"}).json()
    assert reply["answer"] is None
    assert reply["abstained"] is True
    assert reply["reason"] == "문서에 이 질문의 답이 되는 문장이 없습니다."
    assert reply["as_of"] is None
    assert reply["values"] == reply["citations"] == reply["conflicts"] == []
    assert reply["passages"]


def test_a_conflict_is_sent_with_its_values(client: TestClient) -> None:
    assert client.post("/ask", json={"question": "한도는?"}).json()["conflicts"] == [
        {
            "about": "빈집 수리 지원 한도",
            "kind": "changed",
            "values": [
                {"text": "1,200만 원", "qualifier": "공고", "marker": 1},
                {"text": "900만 원", "qualifier": "기본계획", "marker": 2},
            ],
        }
    ]


def test_the_question_reaches_the_assistant_composed_trimmed_and_without_control_characters(
    client: TestClient, assistant: FakeAssistant
) -> None:
    decomposed = unicodedata.normalize("NFD", "지원금은")
    body = {
        "question": f" \ufeff{decomposed}\n얼마\x00\u202e인가\ud800? ",
        "history": [{"role": "user", "content": decomposed}],
    }
    # json.dumps spells the lone surrogate as an escape, as a browser does.
    assert client.post("/ask", content=json.dumps(body), headers={"Content-Type": "application/json"}).is_success
    asked = assistant.asked[0]
    assert asked.text == "지원금은 얼마인가?"
    assert asked.history == (Turn("user", "지원금은"),)


def test_what_is_left_out_or_null_takes_its_default(client: TestClient, assistant: FakeAssistant) -> None:
    before = date.today()
    client.post("/ask", json={"question": "지원금은?"})
    client.post("/ask", json={"question": "지원금은?", "k": None, "today": None, "history": None, "other": 1})
    for asked in assistant.asked:
        assert (asked.k, asked.history) == (5, ())
        assert before <= asked.today <= date.today()


@pytest.mark.parametrize(
    "body",
    [
        {"question": "가" * 1000},
        {"question": f"  {'가' * 1000}\n"},
        {"question": unicodedata.normalize("NFD", "각" * 1000)},
        {"question": "𝟏" * 1000},
        {"question": "지원금은?", "k": 1},
        {"question": "지원금은?", "k": 50},
        {"question": "지원금은?", "today": "2024-02-29"},
        {"question": "지원금은?", "history": [{"role": "assistant", "content": ""}] * 20},
    ],
)
def test_what_is_just_inside_the_limits_is_answered(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/ask", json=body).status_code == 200


@pytest.mark.parametrize("path", ["/ask", "/search"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question"),
        ({"question": None}, "question"),
        ({"question": 7}, "question"),
        ([], "JSON 객체"),
        ("지원금은?", "JSON 객체"),
        ({"question": ""}, "비어"),
        ({"question": " \n\x00"}, "비어"),
        ({"question": "가" * 1001}, "1,001자"),
        ({"question": "😀🎉"}, "글자나 숫자"),
        ({"question": "?!…"}, "글자나 숫자"),
        ({"question": "지원금", "k": 0}, "k는"),
        ({"question": "지원금", "k": 51}, "k는"),
        ({"question": "지원금", "k": "5"}, "k는"),
        ({"question": "지원금", "k": 5.0}, "k는"),
        ({"question": "지원금", "k": True}, "k는"),
        ({"question": "지원금", "today": "2025-02-30"}, "today"),
        ({"question": "지원금", "today": "20250301"}, "today"),
        ({"question": "지원금", "today": 20250301}, "today"),
        ({"question": "지원금", "history": "앞말"}, "history"),
        ({"question": "지원금", "history": [{"role": "user", "content": "가"}] * 21}, "history"),
        ({"question": "지원금", "history": [{"role": "system", "content": "가"}]}, "history"),
        ({"question": "지원금", "history": [{"role": "user"}]}, "history"),
        ({"question": "지원금", "history": ["앞말"]}, "history"),
    ],
)
def test_a_body_beyond_the_limits_is_refused_by_name(
    client: TestClient, assistant: FakeAssistant, path: str, body: object, said: str
) -> None:
    assert said in expect_problem(client.post(path, json=body), 422)
    assert assistant.asked == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 60_000], ids=["no body", "cut", "not UTF-8", "deep"])
def test_malformed_json_is_a_problem_in_korean(client: TestClient, body: bytes) -> None:
    response = client.post("/ask", content=body, headers={"Content-Type": "application/json"})
    assert "JSON" in expect_problem(response, 422)


def test_a_form_that_any_site_could_send_is_refused(client: TestClient) -> None:
    body = json.dumps({"question": "지원금은?"}).encode()
    expect_problem(client.post("/ask", content=body, headers={"Content-Type": "text/plain"}), 422)


def padded(size: int) -> bytes:
    body = json.dumps({"question": "지원금은?"}).encode()
    return body + b" " * (size - len(body))


def test_a_body_of_64_kb_is_taken_and_one_byte_more_is_not(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/ask", content=padded(LARGEST_BODY), headers=headers).status_code == 200
    assert "64 KB" in expect_problem(client.post("/ask", content=padded(LARGEST_BODY + 1), headers=headers), 413)


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413), (4_000_000, 413)])
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "with its length"])
def test_the_limit_holds_over_a_socket(address: str, size: int, status: int, chunked: bool) -> None:
    body = padded(size)
    pieces = (body[start : start + 5000] for start in range(0, size, 5000))  # an iterator: no Content-Length
    headers = {"Content-Type": "application/json"}
    response = httpx.post(f"{address}/ask", content=pieces if chunked else body, headers=headers)
    assert response.status_code == status
    assert_secure(response)


def test_search_returns_passages_that_are_slices_of_their_documents(client: TestClient) -> None:
    reply = client.post("/search", json={"question": "지원한다 수리", "k": 2}).json()
    assert reply.keys() == {"passages"}
    assert [passage["rank"] for passage in reply["passages"]] == [1, 2]
    for passage in reply["passages"]:
        text = client.get(f"/documents/{passage['document']}").json()["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]


def test_the_list_of_documents_says_what_is_known_of_each(client: TestClient) -> None:
    documents = client.get("/documents").json()["documents"]
    assert [held["document"] for held in documents] == ["plan.txt", "공고/빈집 정비.txt"]
    assert documents[0] == {
        "document": "plan.txt",
        "title": "빈집 정비 기본계획",
        "publisher": "해온시 도시재생과",
        "published": "2024-11",
        "published_basis": "inferred",
        "kind": "계획",
        "source": "",
        "licence": "",
        "grade": "O",
        "notices": [],
    }


def test_a_document_tells_what_does_not_fit_in_it() -> None:
    notice = Notice("total", "합계가 맞지 않습니다", 3, 5, (("3명", "표의 합계"), ("2명", "각 행을 더한 값")))
    told = {"kind": "total", "text": "합계가 맞지 않습니다", "start": 3, "end": 5}
    assert document_json(replace(NOTICE, notices=(notice,)))["notices"] == [told]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_document_is_found_by_its_name_in_either_normal_form(client: TestClient, form: str) -> None:
    held = client.get(f"/documents/{unicodedata.normalize(form, NOTICE.id)}").json()  # type: ignore[arg-type]
    assert held["document"] == NOTICE.id
    assert held["title"] == "빈집 정비 지원 공고"
    assert held["text"] == NOTICE.text


@pytest.mark.parametrize(
    "name",
    ["none.txt", "", "%2e%2e/%2e%2e/etc/passwd", "..%2F..%2Fpyproject.toml", "%2Fetc%2Fpasswd", "a%00b"],
)
def test_an_unknown_name_is_looked_up_and_never_opened(client: TestClient, name: str) -> None:
    assert "문서" in expect_problem(client.get(f"/documents/{name}"), 404)


@pytest.mark.parametrize(
    "path", ["/none", "/docs", "/redoc", "/openapi.json", "/assets/none.js", "/assets/%2e%2e/server.py"]
)
def test_an_unknown_address_is_a_problem(client: TestClient, path: str) -> None:
    expect_problem(client.get(path), 404)


@pytest.mark.parametrize(("method", "path"), [("GET", "/ask"), ("DELETE", "/search"), ("POST", "/assets/app.js")])
def test_a_wrong_method_is_a_problem(client: TestClient, method: str, path: str) -> None:
    expect_problem(client.request(method, path), 405)


def test_a_wrong_method_names_the_right_one(client: TestClient) -> None:
    assert client.get("/ask").headers["allow"] == "POST"


def test_an_error_the_office_can_mend_is_told_as_it_is(client: TestClient) -> None:
    assert expect_problem(client.post("/ask", json={"question": "고장?"}), 503) == "색인을 다시 만들어 주십시오."


def test_a_bug_is_a_problem_that_shows_nothing_of_the_inside(client: TestClient) -> None:
    detail = expect_problem(client.post("/ask", json={"question": "실수?"}), 500)
    assert "ZeroDivision" not in detail


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "documents": 2}


def test_without_an_index_the_server_lives_but_is_not_ready() -> None:
    client = TestClient(create_app(None, Settings()), base_url="http://localhost")
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 200
    for path in ("/readyz", "/documents", "/documents/plan.txt"):
        assert "색인" in expect_problem(client.get(path), 503)
    for path in ("/ask", "/search"):
        assert "색인" in expect_problem(client.post(path, json={"question": "지원금은?"}), 503)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]", "[::1]:8000"])
def test_a_host_on_the_list_is_answered_on_any_port(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "::1", "localhost:x", "localhost:1:1"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/documents", "/none"])
def test_a_foreign_host_is_refused_on_every_path(client: TestClient, host: str, path: str) -> None:
    expect_problem(client.get(path, headers={"Host": host}), 400)


def test_the_list_of_hosts_is_a_setting() -> None:
    client = TestClient(create_app(None, Settings(allowed_hosts=" Docs.example.go.kr ,")), base_url="http://localhost")
    assert client.get("/healthz", headers={"Host": "docs.example.go.kr"}).status_code == 200
    expect_problem(client.get("/healthz"), 400)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/assets/app.js", "text/javascript; charset=utf-8"),
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/icon.svg", "image/svg+xml"),
        ("/documents", "application/json"),
        ("/healthz", "application/json"),
    ],
)
def test_everything_is_sent_with_its_type_and_the_security_headers(client: TestClient, path: str, kind: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == kind
    assert_secure(response)


def test_the_policy_allows_no_inline_script_or_style() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
