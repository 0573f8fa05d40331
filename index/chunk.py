"""A document into passages: boundaries where they cost least, each passage whole sentences, rows and notes."""

import re
from collections.abc import Iterator
from itertools import pairwise

from index import korean
from index.terms import terms_and_names, terms_of
from index.types import Block, Document, Passage, Unit

LIMIT = 600  # code points of a passage
UNIT_LIMIT = 900  # of a passage that is one sentence or one table row
TARGET = 500
WINDOW = 4000  # code points of a paragraph given to Kiwi at once
_CUT = re.compile(r"(?<=[,.;·\t)\]])|(?<=\s)")

# What it costs to begin a passage at a unit, in code points' worth of distance from the target size.
_COST = {"heading": 0, "paragraph": 60, "item": 90, "row": 120, "contact": 120, "header": 0, "note": 300}
_INSIDE_BLOCK = 200


def passages(document: Document) -> list[Passage]:
    """Passages in order; together they hold all of the text but the white space between them."""
    units, costs = _units(document)
    groups = list(_groups(units, costs))
    contexts = [_context(document, units[first]) for first, _ in groups]
    result: list[Passage] = []
    for (first, last), context, context_terms in zip(groups, contexts, terms_of(contexts), strict=True):
        start, end = units[first].start, units[last - 1].end
        result.append(
            Passage(
                id=f"{document.id}#{len(result)}",
                document=document.id,
                start=start,
                end=end,
                text=document.text[start:end],
                context=context,
                units=tuple(units[first:last]),
                context_terms=tuple(context_terms),
            )
        )
    return result


def _context(document: Document, unit: Unit) -> str:
    """What the passage is read under: title, headings, and the columns of its first row's table."""
    table = unit.context if unit.kind == "row" else ""
    parts = [document.metadata.title, *unit.path, table]
    return " > ".join(part for position, part in enumerate(parts) if part and part not in parts[:position])


def _units(document: Document) -> tuple[list[Unit], list[int]]:
    """The units in order and, for each, what beginning a passage there costs."""
    spans: list[tuple[Block, int, int]] = []
    costs: list[int] = []
    before = ""
    for block in document.blocks:
        for number, (start, end) in enumerate(_spans(document.text, block)):
            spans.append((block, start, end))
            cost = _COST[block.kind] if number == 0 else _INSIDE_BLOCK
            # A heading stays with what it heads, a header with its rows.
            costs.append(cost + (1000 if before in ("heading", "header") and block.kind != "heading" else 0))
            before = block.kind
    read = terms_and_names([document.text[start:end] for _, start, end in spans])
    units = [
        Unit(
            block.kind,
            start,
            end,
            tuple(bag),
            block.path,
            block.context,
            block.cells,
            tuple((start + first, start + last) for first, last in names),
            tuple((start + first, start + last) for first, last in coined),
        )
        for (block, start, end), (bag, names, coined) in zip(spans, read, strict=True)
    ]
    return units, costs


def _spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """The block's sentences, or itself where it is one unit; none over UNIT_LIMIT."""
    inside = text[block.start : block.end]
    one = block.kind in ("heading", "header", "row", "contact")
    for start, end in [(0, len(inside))] if one else _sentences(inside):
        while end - start > UNIT_LIMIT:
            cuts = [match.end() for match in _CUT.finditer(inside, start + LIMIT // 2, start + LIMIT)]
            cut = cuts[-1] if cuts else start + LIMIT
            yield block.start + start, block.start + len(inside[:cut].rstrip())
            start = cut + len(inside[cut:]) - len(inside[cut:].lstrip())
        yield block.start + start, block.start + end


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Sentences of a paragraph, a long one read window by window: Kiwi's time grows faster than the text."""
    start = 0
    while start < len(text):
        found = korean.statements(text[start : start + WINDOW])
        if start + WINDOW < len(text) and len(found) > 1:
            found.pop()  # it may go on past the window
        yield from ((start + first, start + last) for first, last in found)
        start += found[-1][1] if found else WINDOW


def _groups(units: list[Unit], costs: list[int]) -> Iterator[tuple[int, int]]:
    """Spans of units, first to last exclusive, with the least sum of boundary costs and distances from TARGET."""
    best = [0.0] + [float("inf")] * len(units)
    came_from = [0] * (len(units) + 1)
    for last in range(1, len(units) + 1):
        for first in range(last - 1, -1, -1):
            size = units[last - 1].end - units[first].start
            if size > LIMIT and first < last - 1:
                break
            cost = best[first] + costs[first] + abs(TARGET - size) / 2 + 100
            if cost < best[last]:
                best[last], came_from[last] = cost, first
    bounds = [len(units)]
    while bounds[-1]:
        bounds.append(came_from[bounds[-1]])
    bounds.reverse()
    yield from pairwise(bounds)
