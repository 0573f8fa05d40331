"""The HTTP surface: the contract's routes, each error in the form of its route, security headers on everything."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import openai_api
from assistant.events import ClientLeft, EventStream, Tell, attended, event
from assistant.feedback import Feedback, feedback_from
from assistant.types import Answer, Question
from assistant.wire import BUG, Json, document_json, passages_json, question_from, reply_json, status_of
from index.errors import UserError
from index.settings import Settings
from index.types import Hit

if TYPE_CHECKING:  # the pipeline loads the analyser; the server only talks to it
    from assistant.pipeline import Assistant

WEB = Path(__file__).parent / "web"
LARGEST_BODY = 64 * 1024  # bytes
MOST_DRAINED = 16 * 1024**2  # bytes read on, so that a client still sending sees the 413 and no broken pipe
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
DETAILS = {
    404: "그런 주소가 없습니다.",
    405: "이 주소에서 쓸 수 없는 요청 방식입니다.",
    422: "요청 본문이 올바른 JSON이 아닙니다. Content-Type은 application/json이어야 합니다.",
    500: BUG,
}


def create_app(assistant: "Assistant | None", settings: Settings) -> FastAPI:
    """The application; without an assistant it lives, but is not ready and answers 503."""
    app = FastAPI(title="문서 도우미", openapi_url=None, redirect_slashes=False)
    app.add_middleware(Guard, allowed_hosts=settings.allowed_hosts)
    app.add_exception_handler(UserError, _user_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientLeft, _nobody)
    app.add_exception_handler(Exception, _bug)
    _add_routes(app, assistant, Feedback(settings.index))
    app.mount("/assets", StaticFiles(directory=WEB))
    return app


def _add_routes(app: FastAPI, assistant: "Assistant | None", kept: Feedback) -> None:
    """The routes; what waits for the analyser or the disk runs in a thread, as every plain `def` does."""

    def ready() -> "Assistant":
        if assistant is None:
            raise UserError("색인이 아직 준비되지 않았습니다. 관리자는 assistant index를 실행해 주십시오.")
        return assistant

    @app.post("/ask")
    async def ask(request: Request, body: Annotated[object, Body()]) -> Response:
        question, assistant = question_from(body), ready()
        if "text/event-stream" in request.headers.get("accept", ""):
            return _streamed(assistant, question)
        return await attended(
            request,
            lambda check: JSONResponse(reply_json(assistant.ask(question, on_turn=check), assistant.index.document)),
        )

    @app.post("/search")
    def search(body: Annotated[object, Body()]) -> Response:
        question = question_from(body)
        hits = ready().index.search(question.text, question.k)
        return JSONResponse({"passages": passages_json(hits, ready().index.document)})

    @app.post("/feedback")
    def feedback(body: Annotated[object, Body()]) -> Response:
        ready()  # without an index there is no folder to keep it in
        kept.add(feedback_from(body))
        return Response(status_code=204)

    @app.get("/documents")
    def documents() -> Response:
        return JSONResponse({"documents": [document_json(held) for held in ready().index.documents()]})

    @app.get("/documents/{document:path}")
    def document(document: str) -> Response:
        held = ready().index.document(unicodedata.normalize("NFC", document))
        if held is None:
            return refusal("/documents", 404, "그런 문서가 없습니다. 문서 목록에서 이름을 확인해 주십시오.")
        return JSONResponse(document_json(held) | {"text": held.text})

    @app.get("/healthz")
    async def healthz() -> Response:  # never queues behind busy threads
        return JSONResponse({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        return JSONResponse({"status": "ready", "documents": len(ready().index.documents())})

    @app.get("/")
    def page() -> Response:
        return FileResponse(WEB / "index.html")

    openai_api.add_routes(app, ready)


def _streamed(assistant: "Assistant", question: Question) -> Response:
    """The reply as events: passages, then each line of the answer and the citations it names, then the whole."""
    lookup = assistant.index.document

    def work(tell: Tell) -> str:
        def found(hits: Sequence[Hit]) -> None:
            tell(event({"passages": passages_json(hits, lookup)}, "passages"))

        reply = assistant.ask(question, found, tell)
        told: list[str] = []
        if isinstance(reply, Answer):
            untold = {f"[{citation.marker}]": asdict(citation) for citation in reply.citations}
            for line in reply.text.splitlines(keepends=True):
                told.append(event({"text": line}, "answer"))
                told += [event(untold.pop(marker), "citation") for marker in list(untold) if marker in line]
        return "".join([*told, event(reply_json(reply, lookup), "end")])

    return EventStream(work, lambda status, detail: event(problem(status, detail), "error"))


def problem(status: int, detail: str) -> Json:
    """An RFC 9457 problem."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def refusal(path: str, status: int, detail: str = "", headers: dict[str, str] | None = None) -> Response:
    """An error in the form of its route, with the security headers: a 500 is sent from outside the Guard."""
    detail, every = detail or DETAILS[status], SECURITY_HEADERS | (headers or {})
    if f"{path}/".startswith("/v1/"):
        return openai_api.refusal(status, detail, every)
    return JSONResponse(problem(status, detail), status, headers=every, media_type="application/problem+json")


async def _user_error(request: Request, error: Exception) -> Response:
    return refusal(request.url.path, *status_of(error))


async def _unreadable(request: Request, error: Exception) -> Response:
    return refusal(request.url.path, 422)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # The framework says 400 of a body it cannot decode: for us the same mistake as malformed JSON.
    status = error.status_code if error.status_code in DETAILS else 422
    return refusal(request.url.path, status, headers=dict(error.headers or {}))


async def _nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # as proxies log it; nobody reads it


async def _bug(request: Request, error: Exception) -> Response:
    return refusal(request.url.path, 500)  # the traceback goes to the log


class Guard:
    """Turns away foreign host names and bodies over 64 KB; puts the security headers on every response."""

    def __init__(self, app: ASGIApp, allowed_hosts: str) -> None:
        self.app = app
        self.hosts = {host.strip().lower() for host in allowed_hosts.split(",")} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        if _host(Headers(scope=scope).getlist("host")) not in self.hosts:
            said = "이 이름으로는 접속할 수 없습니다. allowed_hosts 설정을 확인해 주십시오."
            return await refusal(scope["path"], 400, said)(scope, receive, secured)
        body = await _read(receive)
        if body is None:
            said = "요청이 너무 큽니다. 64 KB까지 보낼 수 있습니다."
            return await refusal(scope["path"], 413, said, {"Connection": "close"})(scope, receive, secured)
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        return await self.app(scope, replay, secured)


def _host(headers: list[str]) -> str:
    """The name in the one Host header, without its port; empty if there is not exactly one."""
    return re.sub(r":[0-9]*$", "", headers[0]).lower() if len(headers) == 1 else ""


async def _read(receive: Receive) -> bytes | None:
    """The whole body, counted as it comes (a chunked one declares no length); None beyond the limit."""
    body, size = bytearray(), 0
    while (message := await receive())["type"] == "http.request":
        size += len(message.get("body", b""))
        if size <= LARGEST_BODY:
            body += message.get("body", b"")
        if size > MOST_DRAINED or not message.get("more_body"):
            break
    return bytes(body) if size <= LARGEST_BODY else None
