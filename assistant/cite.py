"""Citations built and verified in code: each quote is the document's own words at the place it names."""

import re
from calendar import monthrange
from collections.abc import Sequence

from assistant.question import YEAR_WORDS
from assistant.reader import Draft, Quote
from assistant.types import Citation, Value
from index.search import Index
from index.types import Document, Metadata

_NUMBERED = re.compile(r"\[(\d+)\]")
_YEARS = {word: shift for word, shift in YEAR_WORDS.items() if word != "전년"}  # it counts from a year already named
_MONTHS = {"지난달": -1, "이달": 0, "이번 달": 0, "다음 달": 1, "내달": 1}
_BEFORE, _BEHIND = r"(?<![가-힣])", r"(?=[은는이가을를에의도보부까\s,.)]|$)(?!\s?(?:\(|동안|간|사이))"
_PART = r"(?: (?:\d{1,2}월(?: \d{1,2}일)?|[상하]반기|[1-4]분기|봄|여름|가을|겨울))?"  # of a year: 지난해 10월
_RELATIVE = re.compile(
    rf"{_BEFORE}(?:({'|'.join(_YEARS)})({_PART})|({'|'.join([*_MONTHS, '어제'])}|(?:지난|오는) (?:[12]\d|3[01]|[1-9])일)){_BEHIND}"
)


def cite(draft: Draft, index: Index) -> tuple[str, tuple[Citation, ...], tuple[Value, ...]]:
    """The answer's text with its markers, its citations and its marked values."""
    said: list[str] = []
    citations: list[Citation] = []
    values: list[Value] = []
    for marker, quote in enumerate(draft.quotes, start=1):
        document = _verified(quote, index)
        citations.append(_citation(marker, quote, document))
        if quote.said or not said:
            words = _NUMBERED.sub(r"(\1)", quote.said)  # a document's own [3] is not to be taken for a marker
            said.append(f"{dated(words, document.metadata)} [{marker}]")
        else:  # it rests on this too
            said[-1] += f" [{marker}]"
        if quote.value and document.text[quote.value.start : quote.value.end] == quote.value.text:
            values.append(Value(quote.value.text, quote.value.kind, marker, quote.value.start, quote.value.end))
    return "\n".join(said), tuple(citations), tuple(values)


def attribution(metadata: Metadata) -> str:
    """As offices write it, with what is known: 산업통상자원부, 「제목」(보도자료, 2025. 5. 26.), 공공누리 제1유형."""
    about = ", ".join(filter(None, (metadata.kind, published(metadata))))
    title = f"「{metadata.title}」({about})" if metadata.title else f"({about})"
    return ", ".join(part for part in (metadata.publisher, title, metadata.licence) if part)


def published(metadata: Metadata) -> str:
    """When the document appeared, as offices write it: 2025. 5. 26., 2026. 추정, 시점 미상."""
    when = metadata.published.replace("-0", "-").replace("-", ". ") + "." if metadata.published else "시점 미상"
    return when + _supposed(metadata)


def dated(said: str, metadata: Metadata) -> str:
    """The words with what 올해, 지난달, 지난 26일 mean by the date of publication behind them, once each.

    올해(2025년), 지난해 10월(2024년 10월).

    What stands there already, and what the date is not known well enough for, stays as it is.
    """
    known = [int(part) for part in metadata.published.split("-") if part]
    told: set[str] = set()

    def with_meaning(match: re.Match[str]) -> str:
        word = match[1] or match[3]
        meant = "" if word in told else _meant(word, known)
        told.add(word)
        return f"{match[0]}({meant}{match[2] or ''}{_supposed(metadata)})" if meant else match[0]

    return _RELATIVE.sub(with_meaning, said)


def _meant(word: str, known: Sequence[int]) -> str:
    """The year, month or day that the word means, seen from the known parts of a date; empty where they do not tell."""
    if known and word in _YEARS:
        return f"{known[0] + _YEARS[word]}년"
    month = 12 * known[0] + known[1] - 1 if len(known) > 1 else 0  # months since the year 0
    if month and word in _MONTHS:
        return _month(month + _MONTHS[word])
    if word == "어제" and len(known) == 3 and known[2] > 1:
        return f"{_month(month)} {known[2] - 1}일"
    number = re.search(r"\d+", word)
    if number and len(known) == 3 and int(number[0]) != known[2]:
        away = (int(number[0]) < known[2]) if word[0] == "오" else -(int(number[0]) > known[2])
        fits = int(number[0]) <= monthrange((month + away) // 12, (month + away) % 12 + 1)[1]
        return f"{_month(month + away)} {number[0]}일" if fits else ""
    return ""


def _month(months: int) -> str:
    return f"{months // 12}년 {months % 12 + 1}월"


def _supposed(metadata: Metadata) -> str:
    return " 추정" if metadata.published and metadata.published_basis == "inferred" else ""


def _verified(quote: Quote, index: Index) -> Document:
    document = index.document(quote.candidate.passage.document)
    if document is None or not 0 <= quote.start < quote.end <= len(document.text) or quote.end - quote.start > 400:
        raise AssertionError(f"a quote outside its document: {quote}")
    return document


def _citation(marker: int, quote: Quote, document: Document) -> Citation:
    metadata = document.metadata
    return Citation(
        marker=marker,
        document=document.id,
        title=metadata.title,
        publisher=metadata.publisher,
        published=metadata.published,
        licence=metadata.licence,
        attribution=attribution(metadata),
        start=quote.start,
        end=quote.end,
        quote=document.text[quote.start : quote.end],
    )
