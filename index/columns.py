"""Tables made whole again from their rows, and their columns of figures."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from index.normalise import squeeze
from index.quantities import NUMBER, magnitude
from index.types import Block, Cell, Unit

Line = TypeVar("Line", bound=Block | Unit)

BARE = re.compile(r"(?:약|총)?\s?[△▲−+-]?\s?(?:\d[\d,.]*)?%?")
FIGURE = re.compile(
    rf"(?:약|총)?\s?(?P<sign>[△▲−+-])?\s?(?P<number>{NUMBER})\s?(?P<unit>(?:[^\W\d]|[%℃㎡㎢㎥]){{0,4}}?)"
    r"(?:\s?(?:여|이상|이하|내외))?(?:\s?\([^)]*\))?\s?\*{0,3}"
)
_UNIT_IN_LABEL = re.compile(
    r"\s*[(\[](?:단위\s*[:：]\s*)?((?:[십백천만억조]+\s?)?(?:원|달러|불|명|인|개[소사교월]?|곳|건|대|기|호|동|종|쪽|점|회|배|톤|척|마리|그루|권|본|필지"
    r"|가구|세대|과제|기업|업체|시간|분|일|년|세|도|위|포인트|[A-Za-zℓ㎍㎎㎏㎾㎿㎡㎢㎥/]{1,6}|℃|%p?)|[십백천만억조]+)[)\]]"
)
TOTAL = re.compile(r"총?합계|총계|총합|누계|계|합|전체|총액")
_SUBTOTAL = re.compile(r".{0,10}소계|부문계|.{1,10}(?:합계|총계)")
_PART = re.compile(r"[-–└ㄴ(*※]|[◦○]?\s?(?:이\s?중|그\s?중)")
_ORDER = re.compile(r"순위|등수|번호|연번")
_NOT_ADDED = re.compile(
    rf"율|률|비율|비중|평균|단가|지수|점수|만족도|증감|대비|당$|%|배$|연도|농도|온도|누적|{_ORDER.pattern}"
)
_COUNT_OF = re.compile(
    r"(?:(과제|사업|기업|업체|기관|단체|조합|시설|품목|개)|(?:인원|직원|학생|주민|환자|회원|이용자))\s?수$"
)
_MEAN = re.compile(r".{0,6}평균")
_UNITS_STATED = re.compile(r"단위\s*[:：]\s*([^)\]>]+)")
_RATE = re.compile(r"율|률|비중")


class Entry(NamedTuple, Generic[Line]):
    """A row's figure in one column; `name` says whose it is."""

    line: Line
    name: str
    cell: Cell
    value: float


@dataclass(frozen=True, slots=True)
class Column(Generic[Line]):
    """The figures under one label, `places` behind the point, counted in `unit`s; `scaled` where cells spell 억 and 만.

    `plain` are the rows of their own, in order; `gaps` is how many of those have no figure here.
    """

    label: str
    unit: str
    scaled: bool
    places: int
    plain: tuple[Entry[Line], ...]
    totals: tuple[Entry[Line], ...]
    subtotals: tuple[Entry[Line], ...]
    means: tuple[Entry[Line], ...]
    parts: bool  # whether rows tell of a part of the one above ("- 국비", "이 중 …")
    gaps: int

    @property
    def name(self) -> str:
        """The label without its unit."""
        return without_unit(self.label)

    @property
    def additive(self) -> bool:
        """Whether the figures may be added up: not rates, means, ranks."""
        return not _NOT_ADDED.search(f"{self.name} {self.unit}")

    @property
    def is_order(self) -> bool:
        """Whether they only number or rank the rows."""
        return _ORDER.search(self.name) is not None

    def spelt(self, value: float) -> str:
        """The value as the column writes them: 3,786억원, 1조 2,000억 원."""
        if not self.scaled:
            return f"{value:,.{self.places}f}{self.unit}"
        parts: list[str] = []
        rest = round(abs(value))
        for word, scale in (("조", 10**12), ("억", 10**8), ("만", 10**4), ("", 1)):
            count, rest = divmod(rest, scale)
            parts += [f"{count:,}{word}"] if count else []
        return ("-" if value < 0 else "") + (" ".join(parts) or "0") + (f" {self.unit}" if self.unit else "")


def tables(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Each table that names its columns: its header and the rows below it, a row cut in two once."""
    table: list[Line] = []
    end = 0
    for line in lines:
        if table and line.kind == "row" and line.start - end <= 1:
            if line.cells != table[-1].cells:
                table.append(line)
        else:
            if len(table) > 1:
                yield table
            table = [line] if line.kind == "header" else []
        end = line.end
    if len(table) > 1:
        yield table


def columns(table: Sequence[Line]) -> list[Column[Line]]:
    """The columns of figures, from left to right: those where at least two rows, and most, have one."""
    labels = filter(None, dict.fromkeys(cell.label for line in table for cell in line.cells))
    found: list[Column[Line] | None] = [_column(label, table[1:]) for label in labels]
    return [column for column in found if column]


def _column(label: str, rows: Sequence[Line]) -> Column[Line] | None:
    sorts: dict[str, list[Entry[Line]]] = {"plain": [], "total": [], "subtotal": [], "mean": [], "part": []}
    counted: set[str] = set()
    scaled: set[bool] = set()
    places = gaps = 0
    deep = any(line.cells and line.cells[0].start < line.start for line in rows)
    for line in rows:
        cells = [cell for cell in line.cells if cell.label == label]
        if len(cells) > 1:
            return None  # it names several columns
        cell = cells[0] if cells else None
        if cell and cell.start < line.start:
            continue  # spans down from a row above, and counts once
        sort, name = _sort(line, deep)
        figure = FIGURE.fullmatch(cell.text) if cell else None
        if not cell or not figure or (figure["unit"] == "년" and len(figure["number"]) == 4):
            gaps += sort == "plain"
            continue
        counted.add(figure["unit"] or units(line.cells, line.context)[line.cells.index(cell)])
        scaled.add(re.search("[만억조]", figure["number"]) is not None)
        places = max(places, len(figure["number"].partition(".")[2]))
        value = magnitude(figure["number"]) * (-1 if figure["sign"] and figure["sign"] != "+" else 1)
        sorts[sort].append(Entry(line, name, cell, value))
    plain, total, subtotal, mean, part = map(tuple, sorts.values())
    years = all(re.fullmatch(r"(?:19|20)\d\d", entry.cell.text) for entry in plain)  # name the rows
    if years or len(plain) < 2 or gaps > len(plain) or len(counted - {""}) > 1 or len(scaled) > 1:
        return None
    unit = next(iter(counted - {""}), "").replace(" ", "")
    if True in scaled:
        unit, places = re.sub("^[만억조]+", "", unit) or "원", 0
    return Column(label, unit, True in scaled, places, plain, total, subtotal, mean, bool(part), gaps)


def _sort(line: Line, deep: bool) -> tuple[str, str]:
    """What the row is (plain, total, subtotal, mean, part) and its name, which is two cells in a table of groups."""
    names = [cell for cell in line.cells[:2] if not FIGURE.fullmatch(cell.text)] or list(line.cells[:1])
    name = " ".join(cell.text for cell in names[: 2 if deep else 1])
    name += "년" if re.fullmatch(r"(?:19|20)\d\d", name) else ""
    first = squeeze(re.sub(r"\(.*?\)", "", names[0].text)) if names else ""
    for sort, pattern in (("total", TOTAL), ("subtotal", _SUBTOTAL), ("mean", _MEAN)):
        if pattern.fullmatch(first):
            return sort, name
    return ("part" if _PART.match(name) else "plain"), name


def is_total(label: str) -> bool:
    """Whether a row or column of this name adds up the others."""
    return TOTAL.fullmatch(squeeze(without_unit(label))) is not None


def without_unit(label: str) -> str:
    """투자규모(억원) -> 투자규모."""
    return _UNIT_IN_LABEL.sub("", label).strip() or label


def units(cells: Sequence[Cell], context: str) -> list[str]:
    """What each cell of a row counts where its bare figure does not say it: by its label, the row's name, the caption.

    Of a caption with several units each column has its own, in their order, or a rate the % and all others the rest.
    """
    caption = context.partition(" · ")[0] if " · " in context or " | " not in context else ""
    stated = _UNITS_STATED.search(caption)
    counted = [unit.strip() for unit in re.split("[,，、]", stated[1])] if stated else []
    others = [unit for unit in counted if unit != "%"] or counted
    bare = [cell for cell in cells[1:] if BARE.fullmatch(cell.text)]
    of_row = _UNIT_IN_LABEL.search(cells[0].text) if cells else None
    found: list[str] = []
    for cell in cells:
        unit = ""
        if cell in bare and cell.text[-1:].isdigit():
            rate = _RATE.search(cell.label) is not None
            if own := _UNIT_IN_LABEL.search(cell.label) or of_row:
                unit = own[1]
            elif len(counted) == len(bare) and len(bare) > 1:
                unit = counted[bare.index(cell)]
            elif rate and "%" in counted:
                unit = "%"
            elif len(others) == 1 and not rate:
                (unit,) = others
            elif not counted and (count := _COUNT_OF.search(cell.label)):
                unit = "개" if count[1] else "명"
        found.append(unit)
    return found
