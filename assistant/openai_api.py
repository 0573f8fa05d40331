"""The routes that OpenAI's clients know: chat completions, whole or streamed, and the list of models."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from assistant.events import EventStream, Tell, attended, event
from assistant.types import Abstention, Citation, Question, Reply
from assistant.wire import MOST_TURNS, Json, RequestError, question_from

if TYPE_CHECKING:
    from assistant.pipeline import Assistant

MODEL = "document-assistant"  # every name is answered; this is the one that answers
CONFLICTS = {
    "contradiction": "문서마다 값이 다릅니다",
    "different_basis": "기준이 달라 값이 다릅니다",
    "changed": "시기에 따라 값이 바뀌었습니다",
}
_MARKER = re.compile(r"\[(\d+)\]")
# What a client that draws Markdown would load or hide: the beginning of a tag, of a link's target, of its definition.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|(?<=\])[(:]")


def add_routes(app: FastAPI, ready: Callable[[], "Assistant"]) -> None:
    """The routes under /v1; `ready` gives the assistant or raises UserError."""
    model: Json = {
        "id": MODEL,
        "object": "model",
        "created": int(time.time()),
        "owned_by": "office",
        "name": "문서 도우미",
    }

    @app.get("/v1/models")
    def models() -> Response:
        ready()
        return JSONResponse({"object": "list", "data": [model]})

    @app.get("/v1/models/{name:path}")
    def one_model(name: str) -> Response:
        ready()
        found = name == MODEL
        return JSONResponse(model) if found else refusal(404, f"그런 모델이 없습니다. {MODEL}만 있습니다.")

    @app.post("/v1/chat/completions")
    async def chat_completions(request: Request, body: Annotated[object, Body()]) -> Response:
        question, streamed, usage_wanted = request_from(body)
        assistant = ready()
        head: Json = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if not streamed:
            return await attended(
                request, lambda check: JSONResponse(completion(head, question, assistant.ask(question, on_turn=check)))
            )

        def work(tell: Tell) -> str:
            begin = chunk(head, {"role": "assistant", "content": ""}, usage_wanted)
            reply = assistant.ask(question, lambda hits: tell(event(begin)), tell)
            return "".join([*map(event, chunks(head, question, reply, usage_wanted)), event("[DONE]")])

        return EventStream(work, lambda status, detail: event(error_json(status, detail)))


def refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error as OpenAI's clients expect it; they know no 422."""
    return JSONResponse(error_json(status, detail), 400 if status == 422 else status, headers=headers)


def error_json(status: int, detail: str) -> Json:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": detail, "type": kind, "param": None, "code": None}}


def request_from(body: object) -> tuple[Question, bool, bool]:
    """What a body asks, whether the answer is to be streamed, and whether its usage is to be told in the stream.

    The last turn of the user is the question, those before it the history, of which the newest count. Turns of other
    roles, parts that are no text, and unknown fields are passed over. Raises RequestError.
    """
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(messages, list):
        raise RequestError('요청 본문은 {"messages": [{"role": "user", "content": "…"}]} 꼴이어야 합니다.')
    turns = [
        {"role": role, "content": _words(message.get("content"))}
        for message in messages
        if isinstance(message, dict) and (role := message.get("role")) in ("user", "assistant")
    ]
    while turns and turns[-1]["role"] != "user":
        turns.pop()
    if not turns:
        raise RequestError("messages에 role이 user인 질문이 없습니다.")
    question = question_from({"question": turns[-1]["content"], "history": turns[:-1][-MOST_TURNS:]})
    options = body.get("stream_options")
    return question, body.get("stream") is True, isinstance(options, dict) and options.get("include_usage") is True


def _words(content: object) -> str:
    """The text of a turn, which may come in parts."""
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "\n".join(text for text in texts if isinstance(text, str))


def completion(head: Json, question: Question, reply: Reply) -> Json:
    """The whole reply; `head` is what all parts of one reply have in common."""
    content = content_of(reply)
    message = {"role": "assistant", "content": content, "refusal": None} | sources(reply, content)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return head | {"object": "chat.completion", "choices": [choice], "usage": usage(question, content)}


def chunks(head: Json, question: Question, reply: Reply, usage_wanted: bool) -> Iterator[Json]:
    """The reply in parts, after the one that names the role: line by line, then its sources, then the end."""
    content = content_of(reply)
    for line in content.splitlines(keepends=True):
        yield chunk(head, {"content": line}, usage_wanted)
    yield chunk(head, sources(reply, content), usage_wanted)
    yield chunk(head, {}, usage_wanted, "stop")
    if usage_wanted:
        yield chunk(head, {}, True) | {"choices": [], "usage": usage(question, content)}


def chunk(head: Json, delta: Json, usage_wanted: bool, finish_reason: str | None = None) -> Json:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return head | {"object": "chat.completion.chunk", "choices": [choice]} | ({"usage": None} if usage_wanted else {})


def usage(question: Question, content: str) -> Json:
    """Code points of what was read and said, in the place of tokens: no model need be there to count any."""
    prompt = len(question.text) + sum(len(turn.content) for turn in question.history)
    return {"prompt_tokens": prompt, "completion_tokens": len(content), "total_tokens": prompt + len(content)}


def content_of(reply: Reply) -> str:
    """The reply in words: how the question was understood, the answer, what is in conflict, the sources.

    Its markers `[n]` are exactly those of the citations; what a client that draws Markdown would load or hide is escaped.
    """
    parts = []
    if reply.effective_question != reply.question:
        parts.append(f"이렇게 이해했습니다: {_unmarked(reply.effective_question)}")
    if isinstance(reply, Abstention):
        parts.append(_unmarked(reply.reason))
    else:
        parts.append(reply.text)
        for conflict in reply.conflicts:
            values = [f"- {_unmarked(f'{of.qualifier} {of.text}'.strip())} [{of.marker}]" for of in conflict.values]
            parts.append("\n".join([f"{CONFLICTS[conflict.kind]}: {_unmarked(conflict.about)}", *values]))
        names = {of.marker: of.attribution or of.title or of.document for of in reply.citations}
        parts.append("\n".join(["출처", *(f"[{marker}] {_unmarked(name)}" for marker, name in names.items())]))
    return _MARKUP.sub(r"\\\g<0>", "\n\n".join(parts))


def _unmarked(text: str) -> str:
    """Without anything that reads as one of our markers: [3] becomes (3)."""
    return _MARKER.sub(r"(\1)", text)


def sources(reply: Reply, content: str) -> Json:
    """The citations, and for each an annotation at its first marker in the content, in code points.

    An annotation's url is the document's address on this server, relative so that no client loads anything from it
    unasked; the fragment (start and end of the quote) tells two quotes of one document apart.
    """
    citations = () if isinstance(reply, Abstention) else reply.citations
    annotations = [{"type": "url_citation", "url_citation": _address(citation, content)} for citation in citations]
    return {"annotations": annotations, "citations": [asdict(citation) for citation in citations]}


def _address(citation: Citation, content: str) -> Json:
    marker = f"[{citation.marker}]"
    return {
        "url": f"/documents/{quote(citation.document)}#{citation.start}-{citation.end}",
        "title": citation.title or citation.document,
        "start_index": content.index(marker),
        "end_index": content.index(marker) + len(marker),
    }
