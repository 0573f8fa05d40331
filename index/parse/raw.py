"""What every parser hands over: the pieces of a document in reading order, not yet placed in one text."""

from dataclasses import dataclass
from typing import Literal

# A table cell: its text, or None where a cell spans down from the row above.
Row = list[str | None]


@dataclass(slots=True)
class Piece:
    """A heading (level 1 = outermost), paragraph, list item or footnote."""

    kind: Literal["heading", "paragraph", "item", "note"]
    text: str
    level: int = 0


@dataclass(slots=True)
class Table:
    """Rows of cells; `has_header` where the source says so, else it must be judged."""

    rows: list[Row]
    has_header: bool = False


Raw = Piece | Table
