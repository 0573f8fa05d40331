"""The extractive reader: which sentences or rows answer, and what is said of them in an answer of one breath."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import values
from assistant.evidence import Candidate
from assistant.question import Analysis
from index.types import Cell

LENGTH = 200  # code points of a quote in an answer that is no list; longer sentences are cut at a clause
_CLAUSE = re.compile(r"(?<=[,;])\s+|(?<=며,)\s*|(?<=고,)\s*|(?<=[.!?])\s+")
_LEADING_MARK = re.compile(r"^(?:[□■○●◎◇◆▶▷►•∙▪▫◦☞✓✔⇒→ㅇ❍➤▲△※]|[❶-❿➊-➓①-⑳]|[-–—·*+](?=\s)|\*{1,3}|\d{1,2}[)](?=\s))\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a candidate's unit that the answer says: `start`/`end` in the document's text; `said` is how."""

    candidate: Candidate
    start: int
    end: int
    said: str
    value: values.Found | None = None  # offsets in the document's text


@dataclass(frozen=True, slots=True)
class Draft:
    """What the reader would answer and how much speaks for it."""

    quotes: tuple[Quote, ...]
    score: float
    has_value: bool


def read(analysis: Analysis, found: Sequence[Candidate]) -> Draft | None:
    """The best draft; None where there is no candidate at all."""
    scored = sorted(((score(analysis, candidate), -place, candidate) for place, candidate in enumerate(found)), reverse=True)
    if not scored:
        return None
    best_score, _, best = scored[0]
    chosen = [best]
    if analysis.kind == "list":
        chosen = _list(best, found)
    else:
        chosen += _complements(analysis, best, [(value, candidate) for value, _, candidate in scored[1:30]])
    quotes = tuple(quote(analysis, candidate, whole_list=analysis.kind == "list") for candidate in chosen)
    return Draft(quotes, best_score, has_value(analysis, best))


def score(analysis: Analysis, candidate: Candidate) -> float:
    total = candidate.coverage + 0.3 * candidate.similarity + 0.1 * candidate.relevance
    if values.wants_value(analysis.kind):
        total += 0.15 if has_value(analysis, candidate) else -0.1
    if analysis.kind == "definition" and _defines(analysis, candidate.text):
        total += 0.2
    if analysis.kind == "reason" and re.search(r"위해|위하여|때문|감안|따라|목적|차원|필수|이유|위함", candidate.text):
        total += 0.1
    if candidate.unit.kind in ("heading", "header"):
        total -= 0.2
    return total


def has_value(analysis: Analysis, candidate: Candidate) -> bool:
    return bool(values.find(analysis, candidate.text)) or values.in_cells(analysis, candidate.unit)


def _defines(analysis: Analysis, text: str) -> bool:
    subject = [term for term in analysis.terms if term[0] not in "#="]
    match = re.search(r"(?:이?란[,\s]|\s:\s|[을를]\s말|은\s.*(?:것|사업|제도|모델|공장|형태)(?:이다|입니다|을|$)|즉\s)", text)
    if not match:
        return False
    head = text[: match.end() + 20].lower()
    return all(term in head for term in subject)


def _complements(
    analysis: Analysis, best: Candidate, others: Sequence[tuple[float, Candidate]]
) -> list[Candidate]:
    """One more unit where it says what the best does not: terms of the question that the best leaves out."""
    missing = {term for term, value in best.matched.items() if value < 1.0}
    for _, candidate in others:
        gained = {term for term in missing if candidate.matched[term] == 1.0}
        if len(gained) >= 2 and candidate.unit.kind not in ("heading", "header") and candidate.coverage > 0.6 * best.coverage:
            return [candidate] if len(gained) >= 0.5 * len(best.matched) else []
    return []


def _list(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The best unit, and where it only announces items the items below it, whole and in order."""
    units = best.passage.units
    at = units.index(best.unit)
    enumerates = len(re.findall(r"[,·/]|①|❶|▲", best.text)) >= 2
    if enumerates or best.unit.kind in ("row", "contact"):
        return [best]
    following = []
    for unit in units[at + 1 :]:
        if unit.kind not in ("item", "row") or (following and unit.kind != following[0].kind):
            break
        following.append(unit)
    if not following:
        return [best]
    by_unit = {(candidate.unit.start, candidate.passage.id): candidate for candidate in found}
    return [best, *(by_unit[unit.start, best.passage.id] for unit in following[:10])]


def quote(analysis: Analysis, candidate: Candidate, whole_list: bool = False) -> Quote:
    unit = candidate.unit
    if unit.cells and unit.kind in ("row", "contact"):
        return _row_quote(analysis, candidate)
    text = candidate.text
    start, end = 0, len(text)
    if mark := _LEADING_MARK.match(text):
        start = mark.end()
    if end - start > (400 if whole_list else LENGTH):
        start, end = _best_clauses(analysis, candidate, start, 390 if whole_list else LENGTH)
    said = text[start:end].strip()
    start = text.index(said, start)
    value = _nearest_value(analysis, candidate, said)
    at = unit.start + start
    placed = value._replace(start=at + value.start, end=at + value.end) if value else None
    said = ("… " if start > (mark.end() if mark else 0) else "") + said + (" …" if end < len(text) else "")
    return Quote(candidate, at, unit.start + end - (len(text[start:end]) - len(text[start:end].rstrip())), said, placed)


def _best_clauses(analysis: Analysis, candidate: Candidate, start: int, limit: int) -> tuple[int, int]:
    """The run of clauses within the limit that matches the question best; ties go to the longer, then the earlier."""
    text = candidate.text
    bounds = [start, *(match.end() for match in _CLAUSE.finditer(text, start)), len(text)]
    bounds = sorted(set(bounds))
    best = (-1.0, 0, start, min(start + limit, len(text)))
    for first, begin in enumerate(bounds[:-1]):
        for end in bounds[first + 1 :]:
            if end - begin > limit:
                break
            piece = text[begin:end]
            squeezed = piece.lower().replace(" ", "")
            matches = sum(term in squeezed for term in candidate.matched)
            bonus = 1.5 if values.wants_value(analysis.kind) and values.find(analysis, piece) else 0.0
            best = max(best, (matches + bonus, end - begin, begin, end), key=lambda option: (option[0], option[1], -option[2]))
    return best[2], best[3]


def _nearest_value(analysis: Analysis, candidate: Candidate, text: str) -> values.Found | None:
    """The value of the kind asked for that stands nearest to the question's words."""
    found = values.find(analysis, text)
    lowered = text.lower()
    places = [match.start() for term in candidate.matched for match in re.finditer(re.escape(term), lowered)]
    if not found:
        return None
    if not places:
        return found[0]
    return min(found, key=lambda value: sum(min(abs(value.start - place), 40) for place in places))


def _row_quote(analysis: Analysis, candidate: Candidate) -> Quote:
    """A row said in words: whose it is, and the cells asked for, or all of them."""
    unit = candidate.unit
    cells = [cell for cell in unit.cells if cell.text]
    if unit.kind == "contact":
        said = " ".join(cell.text for cell in cells)
        asked = [cell for cell in cells if cell.label == {"phone": "전화", "person": "이름"}.get(analysis.kind)]
    else:
        asked = _asked_cells(analysis, cells)
        named = [cell for cell in cells if not (cell.label and cell.label == cell.text)]
        subject = named[0] if named and named[0] not in asked else None
        shown = asked or [cell for cell in named[1:] if cell.label or len(named) == 2]
        said = " · ".join(f"{cell.label} {cell.text}".strip() for cell in shown)
        if subject is not None and not (subject.label == "" and any(cell.label == subject.text for cell in shown)):
            said = f"{subject.text}: {said}"
        if len(said) > 300:
            said = said[:299] + "…"
    value = None
    if len(asked) == 1 and unit.start <= asked[0].start:
        value = values.Found(asked[0].text, analysis.kind, asked[0].start, asked[0].end, asked[0].text)
    start = unit.start + len(candidate.text) - len(candidate.text.lstrip())
    end = min(unit.start + len(candidate.text.rstrip()), start + 400)
    return Quote(candidate, start, end, said, value)


def _asked_cells(analysis: Analysis, cells: Sequence[Cell]) -> list[Cell]:
    """The cells under the labels that the question names, best match first; empty where none stands out."""
    marks = []
    for cell in cells[1:]:
        label = cell.label.lower().replace(" ", "")
        hits = [term for term in analysis.terms if term in label]
        if analysis.kind == "amount" and re.search(r"억|원|규모|예산|금액|투자액", label):
            hits.append("amount")
        if analysis.kind == "count" and re.search(r"수$|개수|건수", label):
            hits.append("count")
        marks.append((len(hits), cell))
    most = max((mark for mark, _ in marks), default=0)
    chosen = [cell for mark, cell in marks if mark == most]
    return chosen if most and len(chosen) < len(cells) - 1 else []
