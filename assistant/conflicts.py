"""Where the documents give different values for the very thing asked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant import values
from assistant.evidence import Candidate, is_form
from assistant.question import GENERIC, Analysis, topic
from assistant.reader import Quote, quote
from assistant.types import Citation, Conflict, ConflictKind, ConflictValue
from index.normalise import squeeze
from index.quantities import quantities
from index.search import Index

# How near another unit must come to the best one to speak of the same thing: in score, and in each term matched.
NEARNESS = 1.0
# Only where the best unit surely speaks of what is asked is another value a contradiction.
ASSURED = 0.75
# The share of what the unit nearest to the question's nouns matches that another one must match too.
ABOUT = 0.75
MOST = 3
_BASES = ("누적", "연간", "신규", "총", "합계", "누계", "월", "분기", "당초", "국비", "민간")
_NUMBER = re.compile(r"[\d.]+")
_DATE = re.compile(r"(?:(\d+)년)?(?:(\d+)월)?(?:(\d+)일)?")
# A question that says itself that the sources differ, and the clauses of it that say nothing else.
_DIFFER = r"(?:자료|문서|기사|출처|보도)(?:마다|별로)[^.?!]*|[가-힣]{2}[이가은는]?\s?서로\s[^.?!]*"
_DOUBT = re.compile(
    rf"{_DIFFER}|맞는지|맞나요|맞습니까|다르던|다른가요|달랐|다른\s?(?:데|것\s?같)|더\s?[큰많적]\S*\s것\s?같"
    r"|라고\s(?:봐|적어|써|불러|알아)야|(?:어느|어떤)\s?(?:게|것이|쪽이)\s?맞"
)
_ALTERNATIVE = re.compile(r"(\d+)\s?[가-힣%]{1,3}(?:인가요|인지|이에요|예요|입니까)")
_TOTAL = re.compile(r"(?:총|합계|전체|모두)(?:액|\s?[가-힣]{0,4})?")
_NAME_OF = re.compile(r"([\w·]{3,}?)의?\s(?:(?:정식|공식|정확한)\s)?(?:이름|명칭)")
_PLAN_ASKED, _DONE_ASKED = re.compile(r"앞으로|목표|계획|예정|늘[리린릴]"), re.compile(r"지금까지|현재|실제|실적")
_PLANNED, _DONE = re.compile(r"계획|목표|예정|방침|확대"), re.compile(r"현재|누적|선정|기존")


@dataclass(frozen=True, slots=True)
class Rival:
    """A quote whose value differs from the others' for the thing asked; `basis` says what it counts."""

    quote: Quote
    value: values.Found
    basis: str


def without_doubt(question: str) -> str:
    """The question without the clauses that only say that the sources differ."""
    return re.sub(rf"\s?(?:{_DIFFER})[.?!]?", "", question).strip() or question


def rivals(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], index: Index, question: str) -> list[Rival]:
    """The units that give different values for what is asked, at most MOST; empty where all agree.

    `scored` are best first; `question` is the one with its doubts, of which `analysis` may know nothing.
    """
    doubted = _DOUBT.search(question) is not None
    candidates = [candidate for _, candidate in scored]
    about = {id(candidate): _about(analysis, candidate) for candidate in candidates}
    bar = ABOUT * max(about.values(), default=0.0)
    near = [candidate for candidate in candidates if about[id(candidate)] >= bar]
    near.sort(key=lambda candidate: -about[id(candidate)])
    found: list[Rival] = []
    if analysis.kind == "text":
        found = _sets(analysis, near, question, index) or _names(analysis, candidates if doubted else near, index)
    elif analysis.kind == "person":
        found = _heads(analysis, candidates, index)
    elif alternatives := set(_ALTERNATIVE.findall(question)):
        found = _alternatives(analysis, candidates, alternatives, index)
    elif doubted and _TOTAL.search(question) and analysis.kind == "amount":
        found = _total_and_part(analysis, candidates, index)
    if not found and analysis.kind in ("count", "amount", "ratio"):
        found = _staged(analysis, near, question, doubted, index)
    found = found if len(found) > 1 else _like_worded(analysis, scored, index)
    if analysis.kind == "person":  # an office changes hands: who holds it last comes first
        found.sort(key=lambda rival: _published(rival.quote.candidate, index), reverse=True)
    return found[:MOST] if len(found) > 1 else []


def _like_worded(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], index: Index) -> list[Rival]:
    """The best unit and those in much the same words that contradict it."""
    best_score, best = scored[0]
    if analysis.kind not in ("date", "amount", "ratio", "count", "person") or best.coverage < ASSURED:
        return []
    mine = value_of(analysis, best)
    if mine is None:
        return []
    said = [(best, mine)]
    for its_score, candidate in scored[1:]:
        if best_score - its_score > NEARNESS:
            break
        value = value_of(analysis, candidate) if _same_thing(best, candidate) else None
        if value is not None:
            said.append((candidate, value))
    return _opposed(analysis, said, index)


def _opposed(analysis: Analysis, said: Iterable[tuple[Candidate, values.Found]], index: Index) -> list[Rival]:
    """Of the units with their values those that agree with none before them; the offsets stay as they are."""
    kept: list[tuple[Candidate, values.Found]] = []
    for candidate, value in said:
        if not any(_agree(value, known, candidate, other) for other, known in kept):
            kept.append((candidate, value))
    return [_rival(analysis, candidate, value, index) for candidate, value in kept]


def _rival(analysis: Analysis, candidate: Candidate, value: values.Found, index: Index, basis: str = "") -> Rival:
    return Rival(quote(analysis, candidate), value, basis or _basis(analysis, candidate, index))


def _about(analysis: Analysis, candidate: Candidate) -> float:
    """How far the unit, with what it is read under, says the question's nouns, those left out that documents put otherwise."""
    asked = [term for term in candidate.matched if term not in analysis.predicates and term not in GENERIC]
    total = sum(candidate.weights[term] for term in asked) or 1.0
    return sum(candidate.weights[term] * candidate.matched[term] for term in asked) / total


def _sets(analysis: Analysis, near: Sequence[Candidate], question: str, index: Index) -> list[Rival]:
    """Where a count that the question states counts a wider set here than there: 153개 기업, 153개 기업·연구기관."""
    if not re.search(r"전부|모두|섞|뿐|만\s|맞", question):
        return []
    stated = {_digits(quantity.key) for quantity in quantities(question) if quantity.kind == "count"}
    found: dict[frozenset[str], Rival] = {}
    for candidate in near:
        for quantity in quantities(candidate.text):
            behind = re.match(
                r"\s?((?:[가-힣A-Za-z]+[·/])*[가-힣A-Za-z]+?)(?:[은는이가을를의]|등)?(?![가-힣·/])",
                candidate.text[quantity.end :],
            )
            if quantity.kind == "count" and _digits(quantity.key) in stated and behind:
                text = candidate.text[quantity.start : quantity.end + behind.end(1)]
                value = values.Found(text, "count", quantity.start, quantity.end + behind.end(1), text)
                found.setdefault(
                    frozenset(re.split("[·/]", behind[1])), _rival(analysis, candidate, value, index, text)
                )
    wider = [members for members in found if any(members > other or members < other for other in found)]
    return [found[members] for members in wider]


def _names(analysis: Analysis, near: Sequence[Candidate], index: Index) -> list[Rival]:
    """Where a name is asked, the names that end in the word for the thing: 종합지원센터, AX지원센터."""
    asked = _NAME_OF.search(analysis.text)
    if asked is None or asked[1] in GENERIC:
        return []
    thing = re.escape(asked[1])
    found: dict[str, Rival] = {}
    for candidate in near:
        for match in re.finditer(
            rf"(?<=[“‘「『\"'])([^”’」』\"'\n]{{1,30}}{thing})(?=[”’」』\"'])|[\w·]+{thing}", candidate.text
        ):
            if match[1] or not any(squeeze(match[0]) in name for name in found):
                value = values.Found(match[0], "text", *match.span(), match[0])
                found.setdefault(squeeze(match[0]), _rival(analysis, candidate, value, index))
    return list(found.values())


def _heads(analysis: Analysis, candidates: Sequence[Candidate], index: Index) -> list[Rival]:
    """Those whom contacts of different documents name for the office asked about, by the same words of its name."""
    contacts = [candidate for candidate in candidates if candidate.unit.kind == "contact"]
    ranks = values.titles(analysis.text)
    if not contacts or contacts[0] is not candidates[0] or not ranks:
        return []
    said: list[tuple[Candidate, values.Found]] = []
    named = _longest(squeeze(analysis.text), squeeze(contacts[0].text))
    for candidate in contacts if len(named) > 3 else []:
        value = value_of(analysis, candidate)
        known = {other.passage.document for other, _ in said}
        if value and named in squeeze(candidate.text) and ranks <= values.titles(candidate.text):
            said += [] if candidate.passage.document in known else [(candidate, value)]
    return _opposed(analysis, said, index)


def _longest(one: str, other: str) -> str:
    """The longest run of characters that both have."""
    runs = (one[start:end] for start in range(len(one)) for end in range(start + 1, len(one) + 1))
    return max((run for run in runs if run in other), key=len, default="")


def _alternatives(
    analysis: Analysis, candidates: Sequence[Candidate], alternatives: set[str], index: Index
) -> list[Rival]:
    """Where the question offers values to choose from, a unit for each."""
    found: list[Rival] = []
    for candidate in (each for each in candidates if each.coverage >= 0.6 * candidates[0].coverage):
        for quantity in reversed(quantities(candidate.text)):
            number = next(
                (each for each in alternatives if re.search(rf"(?<!\d)(?:20)?{each}(?!\d)", quantity.key)), None
            )
            if number and not any(rival.quote.candidate is candidate for rival in found):
                alternatives = alternatives - {number}
                text = candidate.text[quantity.start : quantity.end]
                value = values.Found(text, quantity.kind, quantity.start, quantity.end, quantity.key)
                found.append(_rival(analysis, candidate, value, index))
    return found


def _total_and_part(analysis: Analysis, candidates: Sequence[Candidate], index: Index) -> list[Rival]:
    """The total that a sentence states and the row that the question names, where it doubts that they fit."""
    part = next((each for each in candidates if each.unit.kind == "row" and each.named >= 0.6), None)
    for candidate in candidates:
        for value in values.find(analysis, candidate.text) if part and candidate.unit.kind != "row" else []:
            mine = value_of(analysis, part) if part else None
            if part and mine and _TOTAL.search(candidate.text[max(value.start - 6, 0) : value.start]):
                return [_rival(analysis, candidate, value, index, "총"), _rival(analysis, part, mine, index)]
    return []


def _staged(analysis: Analysis, near: Sequence[Candidate], question: str, doubted: bool, index: Index) -> list[Rival]:
    """The values of the year asked about, or planned, or reached, as asked; one of each where both are asked."""
    years = [quantity.key for quantity in quantities(question) if quantity.kind == "year"]
    stages = [stage for stage, asks in (("계획", _PLAN_ASKED), ("실적", _DONE_ASKED)) if asks.search(question)]
    if not (years or (doubted and stages)):
        return []
    said: dict[str, list[tuple[Candidate, values.Found]]] = {stage: [] for stage in stages}
    for candidate in near:
        if candidate.unit.kind in ("row", "contact") and not is_form(candidate.unit):
            continue
        for value in values.find(analysis, candidate.text):
            year, stage = _staging(candidate, value, index)
            if analysis.unit in value.text and (year in years or (not years and stage in stages)):
                said.setdefault("" if years else stage, []).append((candidate, value))
    if len(stages) == 2 and not years:
        return [_rival(analysis, *pairs[0], index, stage) for stage, pairs in said.items() if pairs]
    return _opposed(analysis, [pair for pairs in said.values() for pair in pairs], index)


def _staging(candidate: Candidate, value: values.Found, index: Index) -> tuple[str, str]:
    """The year that stands last before the value, and whether it is then still planned: 계획, 실적 or neither."""
    before, behind = candidate.text[: value.start], re.split(r"[,→]", candidate.text[value.end :])[0]
    clause = re.split(r"[,→]", before)[-1]
    year = next((each.key for each in reversed(quantities(before)) if each.kind == "year"), "")
    published = _published(candidate, index)[:4]
    if behind.startswith("에서") or (year and published and year[:4] <= published):
        return year, "실적"
    if (year and published) or _PLANNED.search(behind) or _PLANNED.search(clause):
        return year, "계획"
    return year, "실적" if _DONE.search(clause + behind) else ""


def _digits(key: str) -> str:
    number = _NUMBER.match(key)
    return number[0] if number else key


def _published(candidate: Candidate, index: Index) -> str:
    document = index.document(candidate.passage.document)
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
    told = tuple(ConflictValue(rival.value.text, rival.basis, marker) for marker, rival in enumerate(opposed, start=1))
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


def _basis(analysis: Analysis, candidate: Candidate, index: Index) -> str:
    """What the value counts, where the unit says so: 누적, 연간, 신규 …; of a person, as of when."""
    if analysis.kind == "person":
        document = index.document(candidate.passage.document)
        published = document.metadata.published if document else ""
        when = published.replace("-0", "-").replace("-", ". ")
        return f"{when}. {document.metadata.kind or '문서'} 기준" if document and when else "시점 미상"
    if candidate.unit.kind == "row" and candidate.unit.cells and not is_form(candidate.unit):
        return candidate.unit.cells[0].text
    words = " ".join([candidate.text, candidate.unit.context])
    return " ".join(basis for basis in _BASES if re.search(rf"(?<![가-힣\d]){basis}(?![가-힣]{{2}})", words))
