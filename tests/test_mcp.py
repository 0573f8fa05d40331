"""`search` and `fetch` as a client of the official package meets them, over stdio and over HTTP."""

import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest
import uvicorn
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult, TextContent
from office import METADATA, TEXTS

from assistant.__main__ import main
from assistant.mcp_server import http_app
from assistant.pipeline import Assistant
from index.settings import Settings

ROOT = Path(__file__).parents[1]
QUERY = "나루곶 등대 개방"


@pytest.fixture(scope="module")
def http(office: Assistant) -> Iterator[str]:
    """The address of the tools over streamable HTTP."""
    server = uvicorn.Server(uvicorn.Config(http_app(office.index, Settings()), log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def stdio(tmp_path_factory: pytest.TempPathFactory) -> StdioServerParameters:
    """The command that a program starts to speak over its pipes."""
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "문서").mkdir()
    for name, text in TEXTS.items():
        (folder / "문서" / name).write_text(text, "utf-8")
    assert main(["index", str(folder / "문서"), "--into", str(folder / "색인")]) == 0
    arguments = ["-m", "assistant", "mcp", "--into", str(folder / "색인")]
    return StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT, env=dict(os.environ))


@pytest.fixture(params=["http", "stdio"])
def server(request: pytest.FixtureRequest) -> str | StdioServerParameters:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, str | StdioServerParameters)
    return found


def with_client(server: str | StdioServerParameters, talk: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Client(server, read_timeout_seconds=60) as client:
            await talk(client)

    anyio.run(run)


def said(result: CallToolResult) -> dict[str, object]:
    """What a tool gave: one text of JSON, and the same as structure."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    told = json.loads(content.text)
    assert isinstance(told, dict)
    assert told == result.structured_content
    return told


def refused(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert result.is_error
    return content.text


def test_a_client_finds_both_tools_searches_and_fetches(server: str | StdioServerParameters, office: Assistant) -> None:
    async def talk(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"search", "fetch"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        assert [list(tool.input_schema["properties"]) for tool in tools] == [["query"], ["id"]]

        results = said(await client.call_tool("search", {"query": QUERY}))["results"]
        assert isinstance(results, list)
        assert 1 <= len(results) <= 10
        for result in results:
            assert result.keys() == {"id", "title", "text", "url"}
            assert result["url"].startswith("http://127.0.0.1:8000/documents/")
        assert "5월 26일부터" in results[0]["text"]

        passage = said(await client.call_tool("fetch", {"id": results[0]["id"]}))
        assert passage.keys() == {"id", "title", "text", "url", "metadata"}
        assert (passage["id"], passage["text"]) == (results[0]["id"], results[0]["text"])
        whole = said(await client.call_tool("fetch", {"id": "등대.txt"}))
        held = office.index.document("등대.txt")
        assert held
        assert whole["text"] == held.text

        for name, arguments in [
            ("fetch", {"id": "없는 문서.txt"}),
            ("fetch", {"id": "등대.txt#5-5"}),
            ("fetch", {"id": "등대.txt#0-999999"}),
            ("fetch", {"id": "../../etc/passwd"}),
            ("search", {"query": " "}),
            ("search", {"query": "가" * 1001}),
        ]:
            assert any("가" <= letter <= "힣" for letter in refused(await client.call_tool(name, arguments)))

    with_client(server, talk)


def test_a_fetched_passage_says_what_is_known_of_its_document(http: str) -> None:
    async def talk(client: Client) -> None:
        metadata = said(await client.call_tool("fetch", {"id": "등대.txt#0-5"}))["metadata"]
        known = METADATA["등대.txt"]
        assert isinstance(metadata, dict)
        assert metadata["document"] == "등대.txt"
        assert (metadata["publisher"], metadata["licence"]) == (known.publisher, known.licence)
        assert metadata["attribution"] == "해온시, 「나루곶 등대 개방」(보도자료, 2025. 5. 20.), 공공누리 제1유형"
        assert (metadata["start"], metadata["end"]) == ("0", "5")

    with_client(http, talk)


def test_clients_of_the_older_handshake_are_served_too(http: str) -> None:
    async def run() -> None:
        async with Client(http, mode="legacy") as client:
            assert said(await client.call_tool("search", {"query": QUERY}))["results"]

    anyio.run(run)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def test_over_http_there_is_no_session_and_the_security_headers_stand(http: str) -> None:
    response = httpx.post(http, json=INITIALIZE, headers=ACCEPT)
    assert response.status_code == 200
    assert "mcp-session-id" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Host": "localhost.evil.example:8000"}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_a_foreign_host_origin_or_form_is_turned_away(http: str, headers: dict[str, str], status: int) -> None:
    response = httpx.post(
        http, content=json.dumps(INITIALIZE), headers=ACCEPT | {"Content-Type": "application/json"} | headers
    )
    assert response.status_code == status


def test_a_body_over_64_kb_is_turned_away(http: str) -> None:
    body = json.dumps(INITIALIZE) + " " * 65_536
    headers = ACCEPT | {"Content-Type": "application/json"}
    assert httpx.post(http, content=body, headers=headers).status_code == 413


def test_without_the_package_the_remedy_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "assistant.mcp_server", None)
    assert main(["mcp"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "pip install" in error
