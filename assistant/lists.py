"""Lists: how many things a sentence names, and the items of a list that stand each on a line of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence import Candidate
from assistant.question import NUMERALS, Analysis, listed
from index.normalise import squeeze

MOST = 10  # items told
# How far below the best unit's score a list of just the number asked for may lie, or another unit that names several.
NEAR, BESIDE = 1.3, 0.5
STATED = 0.4  # what it is worth that the number is said
_SENTENCES = ("paragraph", "item", "note")
_TOLD = re.compile(r"다\.\s*$")
_CIRCLED = re.compile(r"[❶-❿➊-➓①-⑳㉠-㉭㉮-㉻]")
_ORDINAL = re.compile(r"(첫|둘|셋|넷|다섯|여섯)째[,:]?\s")
_NUMBERED = re.compile(
    r"(?:[\d가-하][.)]\s)?(?P<thing>[가-힣]{2,3})\s?(\d)\s?[:.]|\(?(\d{1,2})(?P<style>[.)]\s(?!\d)|단계)|\[?제(\d{1,2})(?P<named>호|안건|과제)|(?P<letter>[가나다라마바사아자차])[.)](?:\s|$)"
)
_BULLETS = ("□■◇◆▶▷►", "○●◎ㅇ❍", "-–—", "·•*▲△▪▫◦∙※☞✓✔")  # outermost first
# What parts the things named, and what one of them in the midst may look like.
_SEPARATORS = (
    (r"(?<!\d),|,(?!\d)|、", r"\s?[^.:;]{1,30}(?<![며고])(?<![으]로)(?<!지만)(?<!는데)$"),
    (r"(?<!\d)·|·(?!\d)|/", r"(?!.*[이가을를은는]\s)[^,.:;]{1,20}$"),
    (r"→|\s\+\s", r".{1,60}$"),
)
_WRAPPED = (re.compile("[▲■]"), re.compile(r"「[^」]+」"))
_QUOTED = re.compile(r"[’”'\"](?:\([^)]*\))?(?:[,·]|[과와])\s?(?=[‘“'\"])")
_PAIR = re.compile(
    r"[,·/]\s?[^,.]{2,20}\s등[\s의을이에]|[와과및·,]\s?.{1,30}(?<![가-힣\d.])(?:두\s|2)(?:가지|개|곳|군데|종|[가-힣]{2})"
)
_TOTAL = re.compile(r"총?합?계|총계|소계|평균|전체")
_ANNOUNCES = re.compile(r":\s*$|(?:다음|아래|이하)(?:와|의|에|과|\s각)|[?？]\s*$")


def enumerated(text: str) -> set[int]:
    """How many things the text may name one after the other, by each way of parting them; empty where it names none."""
    found = {len(pattern.findall(text)) for pattern in (_CIRCLED, _ORDINAL, *_WRAPPED)} | {
        1 + len(_QUOTED.findall(text))
    }
    inside = re.findall(r"\(([^()]*)\)", text)
    for part in (re.sub(r"\([^()]*\)", "", text), *inside):
        for separator, within in _SEPARATORS:
            pieces, inner = re.split(separator, part), 0
            for at, piece in enumerate(pieces):
                if 0 < at < len(pieces) - 1 and re.match(within, piece):
                    inner += 1
                    continue
                if inner:
                    joined = len(re.findall(r"[가-힣][와과]\s|\s및\s|그리고", "".join(pieces[at - inner - 1 : at + 1])))
                    found |= {inner + 2, inner + 2 + joined}
                inner = 0
    counts = {count for count in found if count > 1}
    return counts or ({2} if _PAIR.search(text) else set())


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands on one line or in one item: its mark's style and number (0 for a bullet), and its units."""

    style: str
    number: int
    units: list[Candidate]

    @property
    def level(self) -> int:
        return next((level for level, bullets in enumerate(_BULLETS) if self.style in bullets), 1)

    @property
    def said(self) -> Candidate:
        return next((unit for unit in self.units if len(unit.text) > 5), self.units[0])


def told(analysis: Analysis, scored: Sequence[tuple[float, Candidate]], found: Sequence[Candidate]) -> list[Candidate]:
    """The sentence that names what is asked for, or the items of the list, whole and in order.

    A list of just the number asked for is preferred to units that only share more words with the question.
    """
    best_score, best = scored[0]
    number = listed(analysis.text)
    near = [(score, unit) for score, unit in scored[:40] if score >= best_score - (NEAR / 2 if number == 2 else NEAR)]
    lines = {
        document: _lines([unit for unit in found if unit.passage.document == document])
        for document in {unit.passage.document for _, unit in near}
    }
    if number:
        scores = {id(unit): score for score, unit in scored}
        options: list[tuple[float, list[Candidate]]] = []
        for score, unit in near:
            texts = [cell.text for cell in unit.unit.cells] or [unit.text]
            if any(number in enumerated(text) for text in texts) and unit.unit.kind not in ("header", "contact"):
                options.append(
                    (score + STATED * (number in _stated(unit.text)) + STATED * _speaks(analysis, unit.text), [unit])
                )
            for lead, run in _runs(unit, lines[unit.passage.document]):
                stated = number in _stated(lead)
                if len(run) == number and (number > 2 or stated):
                    items = [line.said for line in run]
                    mean = sum(scores[id(item)] for item in items) / number
                    worth = 0.7 * score + 0.3 * mean if unit in items else score
                    speaks = _speaks(analysis, lead)
                    options.append((worth + STATED * (stated + speaks - (not run[0].number)), items))
        if options:
            return max(options, key=lambda option: option[0])[1]
    if best.unit.kind in ("row", "contact"):
        return [best]
    if enumerated(best.text) and not _ANNOUNCES.search(best.text) and not _CIRCLED.match(best.text.lstrip()):
        return [best]
    for lead, run in _runs(best, lines[best.passage.document]):
        items = [line.said for line in run[:MOST]]
        if all(unit.unit.start > best.unit.start for unit in items):
            if _ANNOUNCES.search(best.text) or best.unit.kind == "heading":
                return [best, *items]
        elif run[0].number or (
            any(term in squeeze(lead) for term in analysis.terms) and not any(_TOLD.search(unit.text) for unit in items)
        ):
            return items
    return [next((unit for score, unit in near if score > best_score - BESIDE and _names(unit, best)), best)]


def _speaks(analysis: Analysis, text: str) -> bool:
    return any(term in squeeze(text) for term in analysis.focus)


def _names(unit: Candidate, best: Candidate) -> bool:
    return (
        unit.passage.document == best.passage.document and unit.unit.kind in _SENTENCES and bool(enumerated(unit.text))
    )


def _stated(text: str) -> set[int]:
    """The numbers of things that the text speaks of: 네 가지, 5개 업종."""
    found = re.findall(
        rf"(?<![가-힣\d.,])(?:(\d{{1,2}})|({'|'.join(NUMERALS)})\s?)(?:대|가지|개|곳|군데|종|단계|[가-힣]{{1,2}})", text
    )
    return {int(figure) if figure else NUMERALS.index(word) + 2 for figure, word in found}


def _lines(units: Sequence[Candidate]) -> list[_Line]:
    """The lines of one document's units, in order; a line without a mark below an item with one belongs to that."""
    lines: list[_Line] = []
    last: Candidate | None = None
    for unit in sorted(units, key=lambda unit: unit.unit.start):
        style, number = _mark(unit)
        gap = "\n"
        if last is not None and last.passage.id == unit.passage.id:
            gap = unit.passage.text[last.unit.end - unit.passage.start : unit.unit.start - unit.passage.start]
        continues = "\n" not in gap or (lines and lines[-1].style not in ("", "item") and style == "item")
        if lines and continues and unit.unit.kind != "row":
            lines[-1].units.append(unit)
        else:
            lines.append(_Line(style, number, [unit]))
        last = unit
    return lines


def _mark(unit: Candidate) -> tuple[str, int]:
    text = unit.text.lstrip()
    if unit.unit.kind in ("row", "header", "contact", "note"):
        return unit.unit.kind, 0
    if circled := _CIRCLED.match(text):
        return "circled", next(ord(circled[0]) - ord(one) + 1 for one in "㉮㉠➊❶①" if ord(circled[0]) >= ord(one))
    if ordinal := _ORDINAL.match(text):
        return "째", ["첫", "둘", "셋", "넷", "다섯", "여섯"].index(ordinal[1]) + 1
    if numbered := _NUMBERED.match(text):
        if numbered["letter"]:
            return "가", "가나다라마바사아자차".index(numbered["letter"]) + 1
        style = numbered["thing"] or numbered["named"] or numbered["style"].strip()
        return style, int(next(figure for figure in numbered.groups() if figure and figure.isdecimal()))
    if text[:1] and any(text[0] in bullets for bullets in _BULLETS):
        return text[0], 0
    return ("item" if unit.unit.kind == "item" else ""), 0


def _runs(unit: Candidate, lines: Sequence[_Line]) -> Iterator[tuple[str, list[_Line]]]:
    """The list that the unit is an item of, and the one that it stands before or is the heading of; what leads each."""
    at = next(place for place, line in enumerate(lines) if unit in line.units)
    for place in (at, at + 1):
        if place < len(lines) and (place == at or lines[place].number < 2):
            run = _run(place, lines)
            if len(run) > 1:
                before = lines.index(run[0]) - 1
                first = run[0].units[0].unit
                yield " ".join([*first.path[-1:], lines[before].units[-1].text if before >= 0 else ""]), run


def _run(place: int, lines: Sequence[_Line]) -> list[_Line]:
    """The lines of the same mark around one, numbers in order, whatever of a lower level stands between them."""
    run = [lines[place]]
    if lines[place].style in ("header", "contact", "note", ""):
        return run
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(lines):
            line, end = lines[at], run[0] if step < 0 else run[-1]
            if abs(line.units[0].unit.start - end.units[0].unit.start) > 800:
                break
            if line.style == end.style:
                if line.number != end.number + step * bool(end.number):
                    break
                if not end.number and line.units[0].unit.path != end.units[0].unit.path:
                    break
                run = [line, *run] if step < 0 else [*run, line]
                if line.number == 1 and step < 0:
                    break
            elif end.style == "row" or (
                not end.number
                and line.style != "note"
                and (not line.style or line.style == "item" or line.level <= end.level)
            ):
                break
            at += step
    return [line for line in run if not _total(line)]


def _total(line: _Line) -> bool:
    cells = line.units[0].unit.cells
    return bool(cells) and _TOTAL.fullmatch(squeeze(cells[0].text)) is not None
