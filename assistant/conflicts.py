"""Where the documents give different values for the very thing asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import values
from assistant.evidence import Candidate
from assistant.question import Analysis, topic
from assistant.reader import Quote, quote
from assistant.types import Citation, Conflict, ConflictKind, ConflictValue
from index.search import Index

# How near another unit must come to the best one to speak of the same thing: in score, and in each term matched.
NEARNESS = 1.0
# Only where the best unit surely speaks of what is asked is another value a contradiction.
ASSURED = 0.75
_BASES = ("누적", "연간", "신규", "총", "합계", "누계", "월", "분기", "당초", "국비", "민간")
_NUMBER = re.compile(r"[\d.]+")
_DATE = re.compile(r"(?:(\d+)년)?(?:(\d+)월)?(?:(\d+)일)?")


@dataclass(frozen=True, slots=True)
class Rival:
    """A quote whose value differs from the others' for the thing asked."""

    quote: Quote
    value: values.Found


def rivals(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], index: Index) -> list[Rival]:
    """The best unit and those that contradict it, of the candidates best first; empty where all agree."""
    best_score, best = scored[0]
    if analysis.kind not in ("date", "amount", "ratio", "count", "person") or best.coverage < ASSURED:
        return []
    mine = value_of(analysis, best)
    if mine is None:
        return []
    result = [Rival(quote(analysis, best), mine)]
    for its_score, candidate in scored[1:]:
        if best_score - its_score > NEARNESS or len(result) == 3:
            break
        value = value_of(analysis, candidate) if _same_thing(best, candidate) else None
        if value is None:
            continue
        if not any(_agree(value, known.value, candidate, known.quote.candidate) for known in result):
            result.append(Rival(quote(analysis, candidate), value))
    if analysis.kind == "person":  # an office changes hands: who holds it last comes first
        result.sort(key=lambda rival: _published(rival, index), reverse=True)
    return result if len(result) > 1 else []


def _published(rival: Rival, index: Index) -> str:
    document = index.document(rival.quote.candidate.passage.document)
    return document.metadata.published if document else ""


def value_of(analysis: Analysis, candidate: Candidate) -> values.Found | None:
    """The value that the unit gives for the thing asked: the one nearest to the question's words."""
    said = quote(analysis, candidate)
    if said.value is not None:
        return said.value
    if candidate.unit.kind in ("row", "contact"):
        return next(iter(values.find(analysis, candidate.text)), None)
    return None


def _same_thing(best: Candidate, other: Candidate) -> bool:
    """Whether the other unit speaks of the same thing: it matches nearly all that the best one matches."""
    tabular = ("row", "contact")
    if best.unit.kind in tabular and other.unit.kind in tabular and best.passage.document == other.passage.document:
        return False  # other rows of a table are of other subjects
    known = {term: best.weights[term] for term, value in best.matched.items() if value >= 0.8}
    shared = sum(weight for term, weight in known.items() if other.matched[term] >= 0.8)
    return (
        shared >= 0.75 * sum(known.values())
        and other.coverage >= 0.8 * best.coverage
        and other.phrase >= 0.5 * best.phrase
        and (other.unit.kind not in tabular or other.named >= max(best.named, 0.6))
    )


def _agree(one: values.Found, other: values.Found, of_one: Candidate, of_other: Candidate) -> bool:
    """Not to be held against each other: alike, of another unit, told by the other unit too, or its rounding."""
    if one.kind != other.kind or one.key == other.key or _tells(of_other, one) or _tells(of_one, other):
        return True
    if one.kind in ("date", "year"):
        dates = _DATE.fullmatch(one.key), _DATE.fullmatch(other.key)
        if dates[0] and dates[1]:  # 5월 and 2025년 5월 26일: what both state is alike
            return all(a == b for a, b in zip(dates[0].groups(), dates[1].groups(), strict=True) if a and b)
    left, right = (_NUMBER.match(value.key) for value in (one, other))
    if left and right:
        if one.key[left.end() :] != other.key[right.end() :] and one.kind != "count":
            return True
        first, second = float(left[0]), float(right[0])
        return abs(first - second) <= 0.02 * max(abs(first), abs(second))
    return False


def _tells(candidate: Candidate, value: values.Found) -> bool:
    """Whether the unit has the value's words; 300명 is not in 1,300명."""
    end = r"(?!\d)" if value.text[-1].isdigit() else ""
    return re.search(rf"(?<![\d.,]){re.escape(value.text)}{end}", candidate.text) is not None


def conflict(analysis: Analysis, opposed: Sequence[Rival]) -> Conflict:
    """What the answer tells of the rivals; their markers are their places, from 1."""
    told = tuple(
        ConflictValue(rival.value.text, _basis(rival.quote.candidate), marker)
        for marker, rival in enumerate(opposed, start=1)
    )
    kind: ConflictKind = "contradiction"
    if analysis.kind == "person":
        kind = "changed"
    elif len({value.qualifier for value in told}) > 1:
        kind = "different_basis"
    return Conflict(topic(analysis.text), kind, told)


def noticed(text: str, citations: Sequence[Citation], index: Index) -> tuple[Conflict, ...]:
    """What was noticed in the cited documents of words that the answer's text says: a total that its column contradicts."""
    told: dict[str, Conflict] = {}
    for citation in citations:
        document = index.document(citation.document)
        for notice in document.notices if document else ():
            said = citation.quote[max(notice.start - citation.start, 0) : max(notice.end - citation.start, 0)]
            if len(said) == notice.end - notice.start and re.search(rf"(?<![\d.,]){re.escape(said)}(?![\d]|,\d)", text):
                values_told = tuple(ConflictValue(value, source, citation.marker) for value, source in notice.values)
                told.setdefault(notice.text, Conflict(notice.text, "contradiction", values_told))
    return tuple(told.values())


def _basis(candidate: Candidate) -> str:
    """What the value counts, where the unit says so: 누적, 연간, 신규 …"""
    words = " ".join([candidate.text, candidate.unit.context])
    return " ".join(basis for basis in _BASES if re.search(rf"(?<![가-힣\d]){basis}(?![가-힣]{{2}})", words))
