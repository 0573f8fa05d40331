"""What does not fit in a document, noticed as it is read: dates against dates and weekdays, totals against their columns."""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date

from index.columns import Column, columns, tables
from index.quantities import quantities
from index.types import Block, Metadata, Notice

_DATELINE = re.compile(
    r"(?<![가-힣])(?<![가-힣] )(?:보도|배포|발행|게재)\s?(?:시점|일시|일자|일)?\s*[:：]?\s*(?=['’‘]?\d{2,4}\s?[.년\-/])"
)
_HEAD = 1000  # code points in which datelines stand
_WEEKDAY = re.compile(r"\s?\(([월화수목금토일])(?:요일)?\)")
_DATE = re.compile(r"(?:(\d{4})년)?(\d{1,2})월(\d{1,2})일")
_COUNTED = re.compile(r"수$|^(?:명|인|개|건|곳|개소|대|호|과제|팀|사|개사|점|권|동|척|마리|그루|회)$")
# Days between a dateline and what is known of the publication (its year, month, day) that an embargo may explain.
_APART = {1: 230, 2: 60, 3: 45}
_OFF = 0.1  # a total that is further off may count other things than its rows


def notices(text: str, blocks: Sequence[Block], metadata: Metadata) -> tuple[Notice, ...]:
    """In order of place. Only what cannot both be true: where a doubt remains, nothing is said."""
    found = [*_datelines(text, metadata.published), *_weekdays(text, blocks, metadata.published)]
    for table in tables(blocks):
        found += _totals(columns(table))
    return tuple(sorted(found, key=lambda notice: notice.start))


def _datelines(text: str, published: str) -> Iterator[Notice]:
    """Datelines far from the publication that the manifest names or, where that names none, from the first dateline."""
    for label in _DATELINE.finditer(text, 0, _HEAD):
        line = text[label.end() : label.end() + 20]
        date_of, *_ = [*quantities(line), None]
        parts = _DATE.fullmatch(date_of.key) if date_of else None
        day = _day(*map(int, parts.groups())) if parts and parts[1] else None
        if not date_of or not day:
            continue
        published = published or day.isoformat()
        known = [int(part) for part in published.split("-")]
        about = _day(*known, *(7, 15)[len(known) - 1 :])  # the middle of a year or month
        if about and abs(day - about).days > _APART[len(known)]:
            said = line[: date_of.end]
            stated = ". ".join(map(str, known)) + "."
            told = f"발행일이 다릅니다: 본문은 ‘{label[0].strip()} {said}’, 문서 정보는 {stated}"
            start = label.end()
            yield Notice("published", told, start, start + len(said), ((said, "본문"), (stated, "문서 정보")))


def _weekdays(text: str, blocks: Sequence[Block], published: str) -> Iterator[Notice]:
    """Dates whose weekday is another one; a year left out is that of a date in the same block or the nearest one."""
    for block in blocks:
        inside = text[block.start : block.end]
        dated = quantities(inside) if _WEEKDAY.search(inside) else ()
        years = [int(quantity.key[:4]) for quantity in dated if quantity.key[4:5] == "년"]
        for quantity in dated:
            weekday = _WEEKDAY.match(inside, quantity.end)
            parts = _DATE.fullmatch(quantity.key)
            if not weekday or not parts:
                continue
            month, day = int(parts[2]), int(parts[3])
            likely = [int(parts[1])] if parts[1] else [*_nearest(month, day, published), *years]
            days = [found for year in likely if (found := _day(year, month, day))]
            if days and all("월화수목금토일"[found.weekday()] != weekday[1] for found in days):
                said = inside[quantity.start : weekday.end()]
                real = f"{days[0].year}년 {month}월 {day}일은 {'월화수목금토일'[days[0].weekday()]}요일"
                start = block.start + quantity.start
                told = f"‘{said}’의 요일이 맞지 않습니다: {real}입니다"
                yield Notice("weekday", told, start, start + len(said), ((said, "본문"), (real, "달력")))


def _nearest(month: int, day: int, published: str) -> list[int]:
    """The year that a date without one means, the nearest to the publication; none where its day is not known."""
    known = [int(part) for part in published.split("-") if part]
    if len(known) < 3 or not (full := _day(*known)):
        return []
    around = [found for shift in (0, -1, 1) if (found := _day(full.year + shift, month, day))]
    return [found.year for found in sorted(around, key=lambda found: abs(found - full))[:1]]


def _totals(found: Sequence[Column[Block]]) -> Iterator[Notice]:
    """Totals that their column contradicts: one total over rows that are all there and can be added up.

    Rounded figures may be off by what rounding does to as many; counts may not.
    """
    for column in found:
        if len(column.totals) != 1 or column.gaps or column.parts or not column.additive:
            continue
        total = column.totals[0]
        exact = not column.scaled and not column.places and _COUNTED.search(column.unit or column.name)
        step = 1e8 if column.scaled else 0.1**column.places  # scaled figures are seldom finer than 1억
        slack = 0.0 if exact else math.ceil(math.sqrt(len(column.plain) + 1)) * step
        sums = [sum(entry.value for entry in part) for part in (column.plain, column.subtotals) if part]
        off = min(abs(total.value - computed) for computed in sums)
        if slack + 1e-9 < off <= _OFF * abs(total.value):
            stated, added = column.spelt(total.value), column.spelt(sums[0])
            told = f"표의 합계가 맞지 않습니다: ‘{column.name}’ {total.name} {stated}, 각 행을 더하면 {added}"
            values = ((stated, "표의 합계"), (added, "각 행을 더한 값"))
            yield Notice("total", told, total.cell.start, total.cell.end, values)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
