"""Citations built and verified in code: each quote is the document's own words at the place it names."""

import re

from assistant.reader import Draft, Quote
from assistant.types import Citation, Value
from index.search import Index
from index.types import Document, Metadata

_NUMBERED = re.compile(r"\[(\d+)\]")


def cite(draft: Draft, index: Index) -> tuple[str, tuple[Citation, ...], tuple[Value, ...]]:
    """The answer's text with its markers, its citations and its marked values."""
    said: list[str] = []
    citations: list[Citation] = []
    values: list[Value] = []
    for marker, quote in enumerate(draft.quotes, start=1):
        document = _verified(quote, index)
        citations.append(_citation(marker, quote, document))
        words = _NUMBERED.sub(r"(\1)", quote.said)  # a document's own [3] is not to be taken for a marker
        said.append(f"{words} [{marker}]")
        if quote.value and document.text[quote.value.start : quote.value.end] == quote.value.text:
            values.append(Value(quote.value.text, quote.value.kind, marker, quote.value.start, quote.value.end))
    return "\n".join(said), tuple(citations), tuple(values)


def attribution(metadata: Metadata) -> str:
    """As offices write it, with what is known: 산업통상자원부, 「제목」(보도자료, 2025. 5. 26.)."""
    dated = metadata.published.replace("-0", "-").replace("-", ". ") + "." if metadata.published else ""
    about = ", ".join(part for part in (metadata.kind, dated) if part)
    title = (f"「{metadata.title}」" if metadata.title else "") + (f"({about})" if about else "")
    return ", ".join(part for part in (metadata.publisher, title, metadata.licence) if part)


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
