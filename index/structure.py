"""Pieces into a document: one canonical text with the blocks placed in it, headings, tables and contacts understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from index.columns import FIGURE, TOTAL
from index.normalise import normalise, one_line
from index.notices import notices
from index.parse.raw import Piece, Raw, Row, Table
from index.parse.text import parse_text
from index.quantities import PHONE
from index.types import Block, BlockKind, Cell, Document, Metadata

_CONTACT_START = re.compile(r"담당\s?(?:부서|과|자)|문의처")
_ROLES = {"책임자", "담당자"}
_DESK = re.compile(r"담당|부서|기관|문의처|(?:담당|협조|협력|위탁|주관|소관|관계)(?:부서|기관)?|<.*>")
_RANK = re.compile(
    r"(?:부?총괄)?(?:과장|국장|실장|처장|청장|지사장|지부장|이사장|팀장|단장|차장|부장|본부장|센터장|소장|원장|심의관|담당관|서기관|부?이사관|사무관|"
    r"주무관|연구관|연구사|전문관|행정관|주사보?|서기보?|사무원|(?:책임|선임|전임)?연구원|대리|주임|전문위원)"
)
_NAME = re.compile(r"[가-힣]{2,4}")
_UNIT_LINE = re.compile(r"[(<\[]?\s*단위\s*:.*")
_DIGIT = re.compile(r"\d")
# First columns' names that no form has for a key.
_HEADS = {"구분", "항목", "연번", "번호", "순번", "순위", "단계", "유형"}
# What may stand in a column's name though it has figures: a year, and what is in brackets.
_NAMING = re.compile(r"['’‘]?(?:19|20)\d\d(?=\s|$)|['’‘]?\d{2,4}년도?|\(.*?\)")
_ORDINAL = re.compile(
    r"제?\s?\d{1,3}\s?(?:월|일|분기|반기|차|회|회차|주|주차|년차|일차|급|등급|단계|학년|학기|위|순위|호|기|구역|권역|유형|안|군)"
    r"(?:\s?(?:이상|이하|이내|미만|초과|까지))?"
)
# The line or two above a table that say what it shows; a sentence is none.
_CAPTION = re.compile(r"(?=.{4,60}$)(?:.*[^.다요까?!:,;])")


@dataclass(slots=True)
class _Builder:
    """Places text piece by piece, so that every span is right by construction."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)

    def place(self, text: str, separator: str) -> int:
        """Appends the text after the separator; returns where the text starts."""
        if self.length:
            self.parts.append(separator)
            self.length += len(separator)
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start

    def add(self, kind: BlockKind, text: str, separator: str, path: tuple[str, ...], context: str = "") -> None:
        start = self.place(text, separator)
        self.blocks.append(Block(kind, start, start + len(text), path, context))


def plain_document(document: str, text: str, metadata: Metadata) -> Document:
    """A document of bare text, its structure read from its lines; an empty text has no blocks."""
    return assemble(document, parse_text(normalise(text)), metadata)


def assemble(document: str, pieces: Sequence[Raw], metadata: Metadata) -> Document:
    """The document that the pieces make, in their order."""
    builder = _Builder()
    headings: list[tuple[int, str]] = []
    before: Raw | None = None
    anchor = ""  # the last text a footnote may explain
    captioned = False  # whether the last heading heads no more than the last table
    for number, piece in enumerate(pieces):
        if isinstance(before, Table) and isinstance(piece, Piece) and piece.kind in ("paragraph", "item") and captioned:
            headings.pop()  # what heads a table alone ends with it
        path = tuple(text for _, text in headings)
        if isinstance(piece, Table):
            caption, over = _caption(pieces[max(number - 3, 0) : number])
            captioned = over is not None and over.level == 5
            anchor = caption or (path[-1] if over else anchor)
            _place_table(builder, piece, path, caption)
        elif piece.kind == "heading":
            headings = [heading for heading in headings if heading[0] < piece.level]
            builder.add("heading", piece.text, "\n\n", tuple(text for _, text in headings))
            headings.append((piece.level, piece.text))
            anchor = piece.text
        else:
            tight = isinstance(before, Piece) and before.kind != "heading" and piece.kind in ("item", "note")
            context = anchor if piece.kind == "note" else ""
            builder.add(piece.kind, piece.text, "\n" if tight else "\n\n", path, context)
            if piece.kind != "note":
                anchor = piece.text
        before = piece
    text = "".join(builder.parts)
    blocks = tuple(_with_contacts(text, builder.blocks))
    return Document(document, text, blocks, metadata, notices(text, blocks, metadata))


def _caption(before: Sequence[Raw]) -> tuple[str, Piece | None]:
    """What up to two of the three pieces before a table say of it, the unit too, and the heading right over them."""
    told: list[str] = []
    for piece in reversed(before):
        if not isinstance(piece, Piece) or piece.kind == "heading":
            return " ".join(told), piece if isinstance(piece, Piece) else None
        named = _UNIT_LINE.fullmatch(piece.text) or _CAPTION.fullmatch(piece.text)
        if piece.kind != "paragraph" or not named or len(told) == 2:
            break
        told.insert(0, piece.text)
    return " ".join(told), None


def _place_table(builder: _Builder, table: Table, path: tuple[str, ...], caption: str) -> None:
    width = max(len(row) for row in table.rows)
    rows = [[*table.rows[0], *[""] * (width - len(table.rows[0]))], *table.rows[1:]]
    heads = 0 if _is_contact_table(table) else _header_rows(rows, table.has_header)
    labels = _labels(rows[:heads], rows[heads:])
    above: list[Cell] = []
    subject = ""
    for number, row in enumerate(rows):
        if labels and number > heads:
            rows[number] = row = _aligned(row, rows[number - 1], width)
        start = builder.place("\t".join(cell or "" for cell in row).rstrip("\t"), "\n" if number else "\n\n")
        cells = _cells(row, start, above, labels)
        kind: BlockKind = "header" if number < heads else "row"
        if number >= heads:
            above = cells
        elif number and above:  # below names that span several rows or columns
            cells = [
                replace(over, label=cell.label) if not cell.text else cell
                for cell, over in zip(cells, above, strict=False)
            ]
        if number < heads:
            above = cells if number + 1 < heads else []
        if not labels:
            cells = _form_cells(cells)
            subject = subject or one_line(builder.parts[-1])
        # A row is read under its table's columns; a row of a form under the form's first row.
        under = " | ".join(filter(None, labels)) if labels else subject if number else ""
        context = " · ".join(filter(None, (caption, under)))
        named = tuple(cell for cell in cells if cell.text)
        builder.blocks.append(Block(kind, start, builder.length, path, context, named))


def _cells(row: Row, start: int, above: list[Cell], labels: list[str]) -> list[Cell]:
    """The row's cells, those that span down or lead the row empty taken from the row above."""
    cells: list[Cell] = []
    leading = True
    for column, text in enumerate(row):
        label = labels[column] if column < len(labels) else ""
        inherits = text is None or (leading and not text)
        leading = leading and not text
        if inherits and column < len(above) and above[column].text:
            cells.append(replace(above[column], label=label))
        else:
            cells.append(Cell(label, text or "", start, start + len(text or "")))
        start += len(text or "") + 1
    return cells


def _header_rows(rows: list[Row], stated: bool | None) -> int:
    """How many rows name the columns: those said to, or the first where it is full (but for its corner) of labels,
    over other rows; and one below it that parts a name spanning several columns."""
    first, rest = rows[0], rows[1:]
    if not rest or stated is False:
        return 0
    spans = any(cell == "" for cell in first[1:]) and len(rest) > 1
    parts = spans and not rest[0][0] and _names(rest[0], rest[1:])
    parts = parts and all(over or under for over, under in zip(first[1:], rest[0][1:], strict=False))
    if stated:
        return 2 if parts else 1
    full = all(first[1:]) or parts or _lacks_corner(rows)
    if not full or len(first) < 2 or not _names(first, rest[1:] if parts else rest):
        return 0
    if (
        len(first) == 2
        and first[0] not in _HEADS
        and not any(_DIGIT.search(row[1] or "") for row in rest if len(row) > 1)
    ):
        return 0  # two columns of words: a form, key and value
    return 2 if parts else 1


def _names(row: Row, below: list[Row]) -> bool:
    """Whether the cells name what is below them: short, no figures, and none written like those of its column."""
    for column, cell in enumerate(row):
        under = [other[column] or "" for other in below if len(other) > column and other[column]]
        if cell and (len(cell) > 40 or _is_value(cell, under)):
            return False
    return True


def _is_value(cell: str, under: list[str]) -> bool:
    named = _NAMING.sub("", cell).strip()
    if not _DIGIT.search(named):  # "2024년(실적)" names a column unless all of the column are years
        return bool(under) and cell != named and all(_NAMING.sub("", other).strip() == named for other in under)
    if any(_shape(other) == _shape(cell) for other in under) or PHONE.search(cell):
        return True
    return bool(FIGURE.fullmatch(named)) and not _ORDINAL.fullmatch(named) and not cell.endswith(")")


def _shape(cell: str | None) -> str:
    """The cell with each figure as 9: 1,200명 -> 9명."""
    return re.sub(r"\d[\d,.]*", "9", cell or "")


def _lacks_corner(rows: list[Row]) -> bool:
    """Whether the first row is one cell short because the names of the rows have none: the corner was left out."""
    first, rest = rows[0], rows[1:]
    whole = all(len(row) == len(first) and all(row) for row in rest) and len(first) > 2
    return whole and not first[-1] and all(first[:-1]) and first[0] not in _HEADS


def _labels(header: list[Row], rest: list[Row]) -> list[str]:
    """Column labels; a cell that spans columns labels each of them, with the cell below it that parts it."""
    if not header:
        return []
    first = header[0]
    if len(header) == 1 and _lacks_corner([first, *rest]):
        first = ["", *first[:-1]]
    labels: list[str] = []
    for cell in first:
        labels.append(cell or (labels[-1] if labels else ""))
    for below in header[1:]:
        labels = [" ".join(filter(None, pair)) for pair in zip_longest(labels, below, fillvalue="")]
    return labels


def _aligned(row: Row, above: Row, width: int) -> Row:
    """A row that lost cells on the way to text, its figures under those of the row above: None where one spans down."""
    missing = width - len(row)
    if missing < 1 or not row[0]:
        return row
    if TOTAL.fullmatch(row[0]):
        moved: Row = [row[0], *[""] * missing, *row[1:]]
    else:
        moved = [*[None] * missing, *row]
    return moved if _fit(moved, above) > _fit(row, above) else row


def _fit(row: Row, above: Row) -> int:
    return sum(
        bool(_DIGIT.search(cell or "")) and _shape(cell) == _shape(over) for cell, over in zip(row, above, strict=False)
    )


def _form_cells(cells: list[Cell]) -> list[Cell]:
    """Key, value, key, value …: each value labelled by the key on its left."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) % 2 or not all(len(cell.text) <= 12 for cell in filled[::2]):
        return cells
    return [
        replace(cell, label=filled[position - 1].text if position % 2 else "") for position, cell in enumerate(filled)
    ]


def _is_contact_table(table: Table) -> bool:
    cells = [cell for row in table.rows for cell in row if cell]
    return bool(cells) and bool(_CONTACT_START.match(cells[0])) and any(PHONE.search(cell) for cell in cells)


def _with_contacts(text: str, blocks: list[Block]) -> list[Block]:
    """The blocks, those from 담당 부서 to the last telephone number near it read as contacts."""
    result = list(blocks)
    position = 0
    while position < len(result):
        last = position - 1
        if result[position].kind != "heading" and _CONTACT_START.match(text, result[position].start):
            for following in range(position, len(result)):
                block = result[following]
                if block.kind in ("heading", "note") or block.end - block.start > 160 or following - last > 3:
                    break
                if PHONE.search(text[block.start : block.end]):
                    last = following
        result[position : last + 1] = _contacts(text, result[position : last + 1])
        position = max(last, position) + 1
    return result


def _contacts(text: str, blocks: list[Block]) -> list[Block]:
    """Contact lines with their cells: 담당 부서, 구분, 직위, 이름, 전화.

    Offices set this table in every way there is (tabs out of line, fragments of a PDF), so it is read by what the
    words are, not where they stand: an organisation, a role and a rank hold until the next one.
    """
    result: list[Block] = []
    organisation = role = rank = Cell("", "", 0, 0)
    for block in blocks:
        phone = PHONE.search(text, block.start, block.end)
        words = [
            Cell("", word[0], block.start + word.start(), block.start + word.end())
            for word in re.finditer(
                r"<[^<>]*>|[^\s(),:;/☎<>]+(?:\s?\([^)\d]*\))?",
                text[block.start : phone.start() if phone else block.end],
            )
        ]
        name = words.pop(place) if phone and (place := _name_place([word.text for word in words])) else None
        office: list[Cell] = []
        for word in words:
            if word.text in _ROLES:
                role = replace(word, label="구분")
            elif _RANK.fullmatch(word.text):
                rank = replace(word, label="직위")
            elif not _DESK.fullmatch(word.text):
                office.append(word)
        if office:
            start, end = office[0].start, office[-1].end
            found = Cell("담당 부서", one_line(text[start:end]), start, end)
            if phone and text[start - 1] == "(" and organisation.text:  # "(총괄)" below its office
                found = replace(found, text=f"{organisation.text} ({found.text})")
            if not phone and organisation.text and "\t" not in text[block.start : block.end]:
                # The second line of a cell that PDF text broke in two: it belongs to the contacts before it too.
                found = replace(found, text=f"{organisation.text} {found.text}")
                result = [_with_organisation(earlier, organisation, found) for earlier in result]
            organisation = found
        if phone is None:
            result.append(block)
            continue
        number = Cell("전화", phone[0], phone.start(), phone.end())
        person = [replace(name, label="이름")] if name else []
        cells = [*(cell for cell in (organisation, role, rank) if cell.text), *person, number]
        result.append(replace(block, kind="contact", path=(), context="담당 부서", cells=tuple(cells)))
    return result


def _name_place(words: list[str]) -> int:
    """Where the name before a telephone number stands, from the end: last, or before the rank; 0 for no name."""
    place = -2 if words and _RANK.fullmatch(words[-1]) else -1
    name = words[place] if len(words) >= -place else ""
    named = (
        _NAME.fullmatch(name) and name not in _ROLES and not (place == -2 and name.endswith(("과", "팀", "실", "국")))
    )
    return place if named else 0


def _with_organisation(block: Block, old: Cell, new: Cell) -> Block:
    return replace(block, cells=tuple(new if cell is old else cell for cell in block.cells))
