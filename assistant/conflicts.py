"""Where the documents give different values for the very thing asked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant import values
from assistant.cite import published
from assistant.doubts import Told, asked_for, published_on, value_of
from assistant.evidence import Candidate
from assistant.question import Analysis
from assistant.reader import Quote, quote
from assistant.types import Citation, Conflict, ConflictKind, ConflictValue
from index.quantities import magnitude, quantities
from index.search import Index

# How near another unit must come to the best one to speak of the same thing: in score, and in each term matched.
NEARNESS = 1.0
# Only where the best unit surely speaks of what is asked is another value a contradiction.
ASSURED = 0.75
MOST = 3
_BASIS = re.compile(r"(?<![가-힣\d])(누적|연간|신규|총|합계|누계|월|분기|당초|국비|민간)(?:과제|사업)?(?![가-힣]{2})")
_NUMBER = re.compile(r"[\d.]+")
_DATE = re.compile(r"(?:(\d+)년)?(?:(\d+)월)?(?:(\d+)일)?")


@dataclass(frozen=True, slots=True)
class Rival:
    """A quote whose value differs from the others' for the thing asked; `basis` says what it counts."""

    quote: Quote
    value: str
    basis: str


def rivals(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], index: Index, question: str) -> list[Rival]:
    """The units that give different values for what is asked, at most MOST; empty where all agree.

    `scored` are best first; `question` is the one with its doubts, of which `analysis` knows nothing.
    """
    told = asked_for(analysis, [candidate for _, candidate in scored], index, question)
    if analysis.kind != "text":  # sets and names differ by their words
        told = _opposed(told)
    told = told if len(told) > 1 else _opposed(_like_worded(analysis, scored))
    found = [rival for each in told if (rival := _rival(analysis, each, index))]
    if analysis.kind == "person":  # an office changes hands: who holds it last comes first
        found.sort(key=lambda rival: published_on(rival.quote.candidate, index), reverse=True)
    return found[:MOST] if len(found) > 1 else []


def _rival(analysis: Analysis, told: Told, index: Index) -> Rival | None:
    """None where the quote, cut short, leaves the value out."""
    candidate, value, basis = told
    said, start = quote(analysis, candidate), candidate.unit.start
    placed = value._replace(start=start + value.start, end=start + value.end)
    if not said.start <= placed.start < said.end:
        return None
    shown = value.text
    if candidate.unit.kind == "row":  # the unit stands in the column's label: 약 5,000 is said 5,000억 원
        amounts = [said.said[start:end] for _, start, end, _, _ in quantities(said.said)]
        shown = next((amount for amount in amounts if amount.startswith(value.text.removeprefix("약").strip())), shown)
    return Rival(replace(said, value=placed), shown, basis or _basis(candidate, value, index))


def _like_worded(analysis: Analysis, scored: Sequence[tuple[float, Candidate]]) -> list[Told]:
    """The best unit and those in much the same words that contradict it."""
    best_score, best = scored[0]
    if analysis.kind not in ("date", "amount", "ratio", "count", "person") or best.coverage < ASSURED:
        return []
    like = [
        each for score, each in scored if each is best or (best_score - score <= NEARNESS and _same_thing(best, each))
    ]
    told = [(candidate, value, "") for candidate in like if (value := value_of(analysis, candidate))]
    return told if told and told[0][0] is best else []


def _opposed(told: Iterable[Told]) -> list[Told]:
    """Those that agree with none before them."""
    kept: list[Told] = []
    for candidate, value, basis in told:
        if not any(_agree(value, known, candidate, other) for other, known, _ in kept):
            kept.append((candidate, value, basis))
    return kept


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
    told = tuple(ConflictValue(rival.value, rival.basis, marker) for marker, rival in enumerate(opposed, start=1))
    differ = len({rival.basis for rival in opposed}) > 1
    named = opposed[0].quote.value is not None and opposed[0].quote.value.kind == "text"
    kind: ConflictKind = "contradiction"
    if analysis.kind == "person" or (named and differ):
        kind = "changed"
    elif differ and not (told[0].qualifier == "총" and magnitude(told[0].text) < magnitude(told[1].text)):
        kind = "different_basis"  # a part that is more than the total contradicts it
    return Conflict(analysis.text.rstrip("?？. "), kind, told)


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


def _basis(candidate: Candidate, value: values.Found, index: Index) -> str:
    """What the value counts, where the unit says so: 누적, 연간, 신규 …; of a name, as of when."""
    if value.kind in ("person", "text"):
        document = index.document(candidate.passage.document)
        if document is None or not document.metadata.published:
            return "시점 미상"
        return f"{published(document.metadata)} {document.metadata.kind or '문서'} 기준"
    told = dict.fromkeys(_BASIS.findall(" ".join([candidate.text, candidate.unit.context])))
    total = re.search(r"총\s?[가-힣]{0,4}\s?$", candidate.text[: value.start]) is not None
    return " ".join(basis for basis in told if basis != "총" or total)
