"""Between records and the contract's JSON: request bodies become questions, replies become dictionaries."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date

from assistant.types import Abstention, Answer, Question, Reply, Turn
from index.errors import UserError
from index.types import Document, Hit

Json = dict[str, object]
Lookup = Callable[[str], Document | None]
LONGEST_QUESTION = 1000  # code points
MOST_PASSAGES = 50
MOST_TURNS = 20
BUG = "서버에서 오류가 났습니다. 관리자에게 알려 주십시오."
NOTICE = "이 답변은 언어모델이 작성했습니다. 근거 문장과 함께 확인해 주십시오."


class RequestError(UserError):
    """The body of a request is not what the contract asks for."""


def status_of(error: Exception) -> tuple[int, str]:
    """The HTTP status and the detail of what went wrong; a bug shows nothing of the inside."""
    if not isinstance(error, UserError):
        return 500, BUG
    return 422 if isinstance(error, RequestError) else 503, str(error)


def question_from(body: object) -> Question:
    """The question a JSON body asks; null counts as absent, unknown keys are passed over.

    Raises RequestError, whose text names the field that is wrong.
    """
    if not isinstance(body, dict):
        raise RequestError('요청 본문은 {"question": "…"} 꼴의 JSON 객체여야 합니다.')
    optional: dict[str, object] = {key: value for key, value in body.items() if value is not None}
    return Question(
        text=_text(optional.get("question")),
        k=_k(optional.get("k", 5)),
        today=_today(optional.get("today", date.today().isoformat())),
        history=_history(optional.get("history", [])),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RequestError("question에 질문을 글자로 적어 주십시오.")
    text = _clean(value)
    if not text:
        raise RequestError("질문이 비어 있습니다. 질문을 적어 주십시오.")
    if len(text) > LONGEST_QUESTION:
        raise RequestError(f"질문이 너무 깁니다({len(text):,}자). {LONGEST_QUESTION:,}자까지 물을 수 있습니다.")
    if not any(character.isalnum() for character in text):
        raise RequestError("질문에 글자나 숫자가 없습니다. 알고 싶은 것을 글로 적어 주십시오.")
    return text


def _clean(text: str) -> str:
    """NFC, trimmed, white space as plain spaces; no control, format or lone surrogate characters."""
    spaced = re.sub(r"\s", " ", unicodedata.normalize("NFC", text))
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip()


def _k(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_PASSAGES:
        raise RequestError(f"k는 1부터 {MOST_PASSAGES}까지의 정수여야 합니다.")
    return value


def _today(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise RequestError("today는 2025-05-26처럼 YYYY-MM-DD 꼴의 날짜여야 합니다.")


def _history(value: object) -> tuple[Turn, ...]:
    if not isinstance(value, list) or len(value) > MOST_TURNS:
        raise RequestError(f"history는 {MOST_TURNS}개까지의 지난 대화 목록이어야 합니다.")
    return tuple(_turn(turn) for turn in value)


def _turn(value: object) -> Turn:
    match value:
        case {"role": "user" | "assistant" as role, "content": str(content)}:
            return Turn(role, _clean(content))
    raise RequestError('history의 각 항목은 {"role": "user"|"assistant", "content": "…"} 꼴이어야 합니다.')


def reply_json(reply: Reply, lookup: Lookup) -> Json:
    """The body of `/ask`; `lookup` finds the documents whose titles the passages bear."""
    answer = reply if isinstance(reply, Answer) else None
    return {
        "question": reply.question,
        "effective_question": reply.effective_question,
        "answer": answer and answer.text,
        "abstained": answer is None,
        "reason": reply.reason if isinstance(reply, Abstention) else None,
        "confidence": float(reply.confidence),
        "as_of": (answer and answer.as_of) or None,
        "reader": answer.reader if answer else "extractive",
        "notice": NOTICE if answer and answer.reader == "generative" else None,
        "values": [asdict(value) for value in answer.values] if answer else [],
        "citations": [asdict(citation) for citation in answer.citations] if answer else [],
        "conflicts": [asdict(conflict) for conflict in answer.conflicts] if answer else [],
        "passages": passages_json(reply.passages, lookup),
    }


def passages_json(hits: Sequence[Hit], lookup: Lookup) -> list[Json]:
    """The passages in their order, each with the title of its document (empty if that has none)."""
    found = {name: lookup(name) for name in {hit.passage.document for hit in hits}}
    titles = {name: document.metadata.title for name, document in found.items() if document}
    return [
        {
            "rank": hit.rank,
            "score": float(hit.score),
            "document": hit.passage.document,
            "title": titles.get(hit.passage.document, ""),
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
        }
        for hit in hits
    ]


def document_json(document: Document) -> Json:
    """What the manifest says of a document and what does not fit in it, without its text."""
    noticed = [
        {"kind": notice.kind, "text": notice.text, "start": notice.start, "end": notice.end}
        for notice in document.notices
    ]
    return {"document": document.id} | asdict(document.metadata) | {"notices": noticed}
