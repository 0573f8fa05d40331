"""Pieces into a document: one canonical text with the blocks placed in it, headings, tables and contacts understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from index.columns import FIGURE
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
_DIGIT = re.compile(r"\d")
# What names a column though it is a figure, unless those below are alike: a year, a month, a turn.
_ORDINAL = re.compile(
    r"['’‘]?\d{2}년|['’‘]?(?:19|20)\d\d(?!\d)|제?\d{1,2}\s?(?:월|일|분기|반기|[회주년일]?차|회|주|등?급|단계|학[년기]|순?위|호|기|유형|안)"
)
# The line or two above a table that say what it shows, as its unit; a sentence is none.
_CAPTION = re.compile(r"[(<\[]?\s*단위\s*:.*|.{3,59}[^.다요까?!:,;]")


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
    """What the pieces before a table say of it, the unit too, and the heading right over them."""
    told: list[str] = []
    for piece in reversed(before):
        if not isinstance(piece, Piece) or piece.kind == "heading":
            return " ".join(told), piece if isinstance(piece, Piece) else None
        if piece.kind != "paragraph" or not _CAPTION.fullmatch(piece.text):
            break
        told.insert(0, piece.text)
    return " ".join(told), None


def _place_table(builder: _Builder, table: Table, path: tuple[str, ...], caption: str) -> None:
    heads = _header_rows(table)
    labels = _labels(table.rows[:heads])
    above: list[Cell] = []
    subject = ""
    for number, row in enumerate(table.rows):
        start = builder.place("\t".join(cell or "" for cell in row).rstrip("\t"), "\n" if number else "\n\n")
        cells = _cells(row, start, above, labels)
        above = cells if number >= heads else []
        if not labels:
            cells = _form_cells(cells)
            subject = subject or one_line(builder.parts[-1])
        # A row is read under its table's columns; a row of a form under the form's first row.
        under = " | ".join(filter(None, labels)) if labels else subject if number else ""
        context = " · ".join(filter(None, (caption, under)))
        named = tuple(cell for cell in cells if cell.text)
        kind: BlockKind = "header" if number < heads else "row"
        builder.blocks.append(Block(kind, start, builder.length, path, context, named))


def _cells(row: Row, start: int, above: list[Cell], labels: list[str]) -> list[Cell]:
    """The row's cells, those that span down or lead the row empty taken from the row above."""
    cells: list[Cell] = []
    leading = True
    for text, over, label in zip_longest(row, above[: len(row)], labels[: len(row)], fillvalue=None):
        leading = leading and not text
        if over and over.text and (text is None or leading):
            cells.append(replace(over, label=label or ""))
        else:
            cells.append(Cell(label or "", text or "", start, start + len(text or "")))
        start += len(text or "") + 1
    return cells


def _header_rows(table: Table) -> int:
    """How many rows name the columns: the first where it is said to, or is full (but for its corner) of labels over
    other rows; and one below it that parts a name spanning several columns."""
    first, *rest = table.rows
    if not rest or _CONTACT_START.match(first[0] or ""):
        return 0
    parting = "" in first[1:] and not rest[0][0] and all(map(any, zip(first[1:], rest[0][1:], strict=False)))
    heads = 2 if parting and _names(rest[0], rest[1:]) else 1
    if table.has_header:
        return heads
    full = heads == 2 or (all(first[1:]) and len(first) == max(map(len, rest)))
    # Two columns of words are a form, key and value.
    form = len(first) == 2 and not any(_DIGIT.search(row[-1] or "") for row in rest)
    return heads if full and not form and _names(first, rest[heads - 1 :]) else 0


def _names(row: Row, below: list[Row]) -> bool:
    """Whether the cells name what is below them: no figures, no years above years, no months above months."""
    for column, cell in enumerate(row):
        if cell and _ORDINAL.match(cell):
            under = [other[column] or "" for other in below if len(other) > column and other[column]]
            if under and all(map(_ORDINAL.match, under)):
                return False
        elif cell and FIGURE.fullmatch(cell) and not cell.endswith(")"):
            return False
    return True


def _labels(header: list[Row]) -> list[str]:
    """Column labels; a cell that spans columns labels each of them, with the cell below it that parts it."""
    labels: list[str] = []
    for cell in header[0] if header else []:
        labels.append(cell or (labels[-1] if labels else ""))
    for below in header[1:]:
        labels = [" ".join(filter(None, pair)) for pair in zip_longest(labels, below)]
    return labels


def _form_cells(cells: list[Cell]) -> list[Cell]:
    """Key, value, key, value …: each value labelled by the key on its left."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) % 2 or not all(len(cell.text) <= 12 for cell in filled[::2]):
        return cells
    return [
        replace(cell, label=filled[position - 1].text if position % 2 else "") for position, cell in enumerate(filled)
    ]


def _with_contacts(text: str, blocks: list[Block]) -> list[Block]:
    """The blocks, those from 담당 부서 to the last telephone number near it read as contacts."""
    result = list(blocks)
    position = 0
    while position < len(result):
        last = position - 1
        if result[position].kind != "heading" and _CONTACT_START.match(text, result[position].start):
            for following in range(position, len(result)):
                block = result[following]
                if block.kind == "heading" or following - last > 3:
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
                renamed = {organisation: found}
                result = [
                    replace(earlier, cells=tuple(renamed.get(cell, cell) for cell in earlier.cells))
                    for earlier in result
                ]
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
