"""A table row said in words: which of its cells a question asks for, and whose they are."""

import re
from collections.abc import Sequence

from assistant.evidence import Candidate, Likeness
from assistant.question import Analysis
from index.columns import BARE, is_total, units, without_unit
from index.normalise import squeeze
from index.quantities import quantities
from index.types import Cell

MOST_ROWS = 5
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_STAGE = re.compile(r"(?<![\d.])\d+(?:년차|차|급|분기|단계|학기|월|호|회|주|군)(?![가-힣]*째)")
_PERIOD = re.compile(rf"{_STAGE.pattern}|(?:19|20)\d\d년?")
_NTH = re.compile(r"(첫|두|세|네|다섯|\d)\s?번째")
_NTHS = "첫두세네"
_TOTAL_ASKED = re.compile(r"합계|총계|총합|합[하치친쳐해]|모두|전체|통틀|총\s?[가-힣]")
_COUNTED_IN = re.compile(r"몇\s?(?:[십백천만억조]+\s?)?([가-힣]{1,2}|[A-Za-z%㎡㎥]+)")
_SEVERAL_ASKED = re.compile(r"(?:무엇|뭐|뭔지|어디|누구|언제|얼마|몇\s?\S+?)(?:이고|이며|고|며)\s")
_OF_KIND = {
    "amount": re.compile(r"억|만\s?원|천\s?원|백만|원\)|달러|예산|금액|규모|투자|단가|급여|과태료|[비액금](?:\(|$)"),
    "count": re.compile(r"수(?:\(|$)|개수|건수"),
    "ratio": re.compile(r"%|[율률](?:\(|$)|비율|비중"),
    "date": re.compile(r"기간|기한|일시|일자|시기|날짜|연도|[일월](?:\(|$)"),
    "place": re.compile(r"장소|지역|소재|위치|곳$"),
    "person": re.compile(r"이름|성명|[담책][당임]자"),
    "organisation": re.compile(r"기관|부처|업체|기업|담당|주관"),
}


def asked_cells(analysis: Analysis, cells: Sequence[Cell], like: Likeness) -> list[Cell]:
    """The cells that the question names: by their whole label, or by its words, year, stage or kind; empty where none.

    A cell that the question states itself is not asked for; the row's first only where another one is stated. A cell
    whose marks are all another one's too gives way to that.
    """
    given, rest = _given(analysis, cells)
    when = re.search(r"몇\s|언제", analysis.text) is not None  # which column a stated cell stands in
    given = [cell for cell in given if not (when and cell is not cells[0] and _STAGE.fullmatch(squeeze(cell.label)))]
    open_ones = [cell for cell in cells[0 if given and cells[0] not in given else 1 :] if cell not in given]
    plain = _plain(open_ones, rest)
    labels = [squeeze(cell.label) for cell in cells]
    asked = [term for term in analysis.terms if term in rest or term not in squeeze(analysis.text)]
    unmet = [term for term in asked if len(term) > 1 and not any(term in label for label in labels)]
    marks: list[tuple[set[str], Cell]] = []
    for cell in open_ones:
        if cell is cells[0] and cell not in plain:
            continue
        hits = _marks(analysis, cell, asked) | ({f"={squeeze(cell.label)}"} if cell in plain else set())
        label = squeeze(cell.label)
        near = {term: [other for other, value in like.get(term, {}).items() if value > 0.5] for term in unmet}
        hits |= {term for term, others in near.items() if any(other in label for other in others)}
        marks.append((hits, cell))
    yearly = [hits for hits, cell in marks if hits and _PERIOD.fullmatch(squeeze(cell.label))]
    marks = [(hits, cell) for hits, cell in marks if hits not in yearly or _PERIOD.fullmatch(squeeze(cell.label))]
    chosen = [cell for hits, cell in marks if hits and not any(hits < other for other, _ in marks)]
    if plain:
        joined = analysis.joined or "·" in analysis.text
        of_plain = set().union(*(hits for hits, cell in marks if cell in plain))
        beside = [cell for hits, cell in marks if cell in chosen and not hits <= of_plain] if joined else []
        chosen = [cell for cell in chosen if cell in plain or cell in beside]
    if len(chosen) == 1 and len(cells) < 6 and _SEVERAL_ASKED.search(analysis.text):
        return []  # the other one goes by a name that no label has
    return chosen if len(chosen) < len(cells) - 1 or len(cells) == 2 else []


def _given(analysis: Analysis, cells: Sequence[Cell]) -> tuple[list[Cell], str]:
    """The cells whose words the question states, and what of it is left without them."""
    rest = squeeze(analysis.text)
    given: list[Cell] = []
    labels = {cell.label for cell in cells}  # in a form the keys are cells too
    for cell in sorted((cell for cell in cells if cell.text not in labels), key=lambda cell: -len(cell.text)):
        for part in re.split(r"[,/]\s?", _BRACKETS.sub("", cell.text)):
            words = squeeze(part)
            if len(words) > 1 and not BARE.fullmatch(words) and words in rest and words != squeeze(cell.label):
                rest = rest.replace(words, "\0")
                given.append(cell)
    return given, rest


def _plain(cells: Sequence[Cell], rest: str) -> list[Cell]:
    """The cells whose whole label the question says, a label within a longer one not counted with that."""
    plain: list[Cell] = []
    names = {id(cell): squeeze(_BRACKETS.sub("", cell.label)) for cell in cells}
    for name in sorted(set(names.values()), key=len, reverse=True):
        if len(name) > 1 and name in rest and not _PERIOD.fullmatch(name):
            rest = rest.replace(name, "\0")
            plain += [cell for cell in cells if names[id(cell)] == name]
    return plain


def _marks(analysis: Analysis, cell: Cell, asked: Sequence[str]) -> set[str]:
    """What speaks for the cell's being asked for: words, years and stages that its label shares with the question, its kind."""
    label, text = squeeze(cell.label), analysis.text
    words = squeeze(cell.text) if len(cell.text) > 12 else ""
    hits = {term for term in asked if not term[0].isdigit() and (term.lstrip("=") in label or term in words)}
    hits |= {f"={alias}" for alias in analysis.aliases if alias in label}
    years = {year[:4] for kind, _, _, year, _ in quantities(cell.label) if kind in ("year", "date")}
    years |= set(re.findall(r"(?<!\d)(?:19|20)\d\d(?![\d,])", label))
    hits |= {f"#{year}년" for year in years if f"#{year}년" in analysis.terms}
    nths = [str(_NTHS.find(nth) + 1) if nth in _NTHS else nth for nth in _NTH.findall(text)]
    stages = {*_STAGE.findall(squeeze(text)), *(f"{nth}{word}" for nth in nths for word in ("차", "회", "단계"))}
    hits |= {stage for stage in _STAGE.findall(label) if stage in stages}
    if is_total(label) and _TOTAL_ASKED.search(text):
        hits.add("total")
    for kind in analysis.kinds:
        own = kind == "amount" and re.search(r"\d\s?[조억만천백]*\s?(?:원|달러)", cell.text)
        if kind in _OF_KIND and (own or _OF_KIND[kind].search(cell.label)):
            hits.add(kind)
    for unit in _COUNTED_IN.findall(text):
        spelt = "|".join(re.escape(unit[:size]) for size in (2, 1) if unit[:size])
        in_label = re.search(rf"(?:{spelt})수(?:\(|$)|\([십백천만억조]*(?:{spelt})\)", label)
        if in_label or re.search(rf"\d\s?(?:{spelt})", cell.text):
            hits.add("unit")
    return hits


def in_words(analysis: Analysis, candidate: Candidate, asked: Sequence[Cell]) -> str:
    """The row in words: its name, then the cells asked for, or all of them, each with its label and unit. Never empty."""
    unit = candidate.unit
    cells = [cell for cell in unit.cells if cell.text]
    counted = dict(zip(map(id, cells), units(cells, unit.context), strict=True))
    plain = [cell for cell in cells if not (cell.label and cell.label == cell.text)]
    if not plain or len(cells) == 1:
        return " · ".join(cell.text for cell in cells)
    lead = _lead(analysis, candidate, plain, asked)
    shown = asked or [cell for cell in plain if cell not in lead and (cell.label or len(plain) == 2)]
    shown = shown or [cell for cell in plain if cell not in lead]
    keys = {cell.label for cell in cells}  # of a form are cells too
    name = " ".join(_name(cell) for cell in lead if cell.text not in keys)
    said = " · ".join(f"{without_unit(cell.label)} {cell.text}{counted[id(cell)]}".strip() for cell in shown)
    return f"{name}: {said}" if name else said


def _lead(analysis: Analysis, candidate: Candidate, cells: Sequence[Cell], asked: Sequence[Cell]) -> list[Cell]:
    """What names the row: its first cell, with the second below one that spans rows; of one asked for, what was stated."""
    first, *others = cells
    words = [cell for cell in others if cell not in asked and not BARE.fullmatch(squeeze(cell.text))]
    if first in asked:
        given, _ = _given(analysis, cells)
        return [cell for cell in words if cell in given][:1]
    if words and words[0] is others[0] and re.search(r"순위|등수|연번", first.label):
        return words[:1]
    if words and words[0] is others[0] and first.start < candidate.unit.start and first.label:
        return [first, words[0]]
    return [first]


def _name(cell: Cell) -> str:
    year = re.fullmatch(r"(?:19|20)\d\d", cell.text) and re.search("연도|년", cell.label)
    return f"{cell.text}년" if year else without_unit(cell.text)


def named_beside(analysis: Analysis, best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The rows of the best row's table that the question names together with it, in order: the A and the B of a table."""
    if best.unit.kind != "row" or not (analysis.joined or "보다" in analysis.text):
        return []
    question = squeeze(analysis.text)
    rows = [
        (name, candidate)
        for candidate in found
        if candidate.unit.kind == "row"
        and candidate.passage.document == best.passage.document
        and (candidate.unit.context, candidate.unit.path) == (best.unit.context, best.unit.path)
        and candidate.unit.cells
        and len(name := squeeze(_BRACKETS.sub("", candidate.unit.cells[0].text))) > 1
        and not is_total(name)
    ]
    named: list[Candidate] = []
    for name, candidate in sorted(rows, key=lambda row: -len(row[0])):
        if name in question:
            question = question.replace(name, "\0")
            named.append(candidate)
    named.sort(key=lambda candidate: candidate.unit.start)
    return named[:MOST_ROWS] if best in named else []
