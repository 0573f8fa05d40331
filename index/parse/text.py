"""Plain text and Markdown into pieces, line by line: marks, headings, footnotes, tables, PDF's hard line ends."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from index import korean
from index.normalise import join_letter_spaced, join_spaced_ranks, one_line
from index.parse.raw import Piece, Raw, Row, Table
from index.quantities import PHONE

_PAGE_MARK = re.compile(r"\s*(?:[-–—]\s*\d{1,4}\s*[-–—]|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s+\d+)\s*")
_RULE = re.compile(r"\s*(?:[-=_*~]\s?){3,}\s*")
# Nothing below looks past the next opening mark of its kind, or a megabyte of them would take hours.
_TARGET = r"[^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)"
_LEFTOVER = re.compile(rf"\{{%[^{{}}]*%\}}|\{{\{{[^{{}}]*\}}\}}|\{{:[^{{}}]*\}}|!\[[^\[\]\n]*\]\({_TARGET}")
_LINK = re.compile(rf"(?<!!)\[([^\[\]\n]+)\]\((?:https?:|/|#|mailto:){_TARGET}")
_QUOTED = re.compile(r"^[ ]{0,3}>[ ]?(?!\s*$)", re.MULTILINE)
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+(?:\*(?!\*)[^*\n]*)*)(?<=\S)\*\*|__(?=\S)([^_\n]+(?:_(?!_)[^_\n]*)*)(?<=\S)__")

_BULLET = re.compile(
    rf"\s*(?:[□■○●◎◇◆▶▷►•∙▪▫◦☞✓✔⇒→ㅇ❍➤▲△]|[❶-❿➊-➓①-⑳㉠-㉻㈀-㈛ⓐ-ⓩ]|[-–—·*+](?=\s)"
    rf"|[oO](?=\s+[가-힣])|\d{{1,2}}[)](?=\s)|[{korean.COUNTED}][)](?=\s))\s*"
)
_NOTE = re.compile(r"\s*(?:※|[-–]?\s*\*{1,3}(?=\s*\S)|주\s*(?:\d+\s*)?[):]|\d\)\s*(?=\S)|자료\s*:)")
_ATTACHMENT_NUMBER = re.compile(r"[<\[【(]?\s*(?:붙임|참고|별첨|별지|첨부|부록)\s*(?:\d{1,2}\s*)?[>\]】).:]?")
_ATTACHMENT = re.compile(rf"{_ATTACHMENT_NUMBER.pattern}(?:\s+\S.*)?")
_DATED = re.compile(r"\d{1,2}\s*[.월]\s*\d{1,2}")
_NUMBERED = re.compile(
    rf"\s*(?P<number>\d{{1,2}}|[{korean.COUNTED}]|[Ⅰ-Ⅹ]+|[IVX]{{1,4}}|제\s?\d+\s?[장절편관])\s*(?:\.(?!\d)\s*|(?<=[장절편관])\s+)\S.*"
)
# "2-1. 절차", "2.1 인구", and no date or amount: "4.1. 시행", "2.1 대 1", "3.5만 명"
_SUBNUMBERED = re.compile(r"\d{1,2}(?:-\d{1,2}(?:-\d{1,2})?\.?|\.\d{1,2}(?:\.\d{1,2})?)\s+(?!대\s)[가-힣「].*")
_QUESTION = re.compile(r"(?:Q|문|질문)\s?\d{0,2}\s?[.:)]?\s.*\?(?:\s*\[[^\[\]]*\])?")
_CIRCLED_NUMBER = re.compile(r"[❶-❿➊-➓①-⑳]")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|단위\s*:.*")
_BRACKETED = re.compile(r"\s*(?:【.+】|\[[^\]]+\]|<[^<>]+>|〈[^〉]+〉|《[^》]+》)\s*")
_LEADING_BRACKET = re.compile(r"(?:\[(?!표|그림)[^\[\]]{1,12}\]|【(?!표|그림|별표)[^【】]{1,12}】)\s*\S.{0,40}")
_MARKDOWN_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_SENTENCE_END = re.compile(r"""(?:[.!?。…:;]|[다요음임함됨]\.?)["'”’)\]」』]*\s*""")
_LABEL = re.compile(
    r"\s*(?:보도\s?시점|보도\s?일시|배포\s?일시|배포|담당\s?부서|담당자?|책임자|문의|작성|제공)\s*(?::\s*)?"
)


@dataclass(slots=True)
class _Line:
    text: str  # without leading or trailing space
    indent: int  # 0 for less than two spaces
    trailing_space: bool
    after_gap: bool = False  # below an empty line
    hanging: bool = False  # goes on with an indented line, as footnotes do

    @property
    def width(self) -> int:
        """Columns on paper: an East Asian wide character takes two."""
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in self.text)

    @property
    def ended(self) -> bool:
        """Whether a sentence ends with the line."""
        return _SENTENCE_END.search(self.text[-3:]) is not None

    @property
    def marked(self) -> bool:
        """Whether the line opens something of its own: a bullet, a footnote, a heading, a table row."""
        return (
            "\t" in self.text
            or self.text.startswith(("|", "【"))
            or any(pattern.match(self.text) for pattern in (_BULLET, _NOTE, _MARKDOWN_HEADING, _LABEL))
            or any(
                pattern.fullmatch(self.text)
                for pattern in (_ATTACHMENT, _NUMBERED, _SUBNUMBERED, _BRACKETED, _QUESTION)
            )
        )


def parse_text(text: str) -> list[Raw]:
    """The pieces of a text in reading order; `text` is normalised and without HTML structure."""
    lines = _clean_lines(text)
    lines = _join_wrapped(lines)
    pieces: list[Raw] = []
    position = 0
    while position < len(lines):
        rows = _table_rows(lines, position)
        if len(rows) > 1 and _is_title(rows[0], rows[1]):
            rows = rows[:1]
        filled = [cell for cell in rows[0] if cell] if rows else []
        if len(rows) > 1 or len(filled) > 2:
            if kept := [row for row in rows if any(row) and not _is_markdown_rule(row)]:
                pieces.append(Table(kept))
        elif filled and _ATTACHMENT_NUMBER.fullmatch(filled[0]):
            pieces.extend(parse_text(" ".join(filled)))
        elif rows:
            pieces.extend(piece for cell in filled for piece in parse_text(cell))
        else:
            following = lines[position + 1].text if position + 1 < len(lines) else ""
            preceding = lines[position - 1].text if position else ""
            pieces.append(_piece(lines[position].text, preceding, following))
        position += max(len(rows), 1)
    return pieces


def _clean_lines(text: str) -> list[_Line]:
    text = _LINK.sub(r"\1", _LEFTOVER.sub("", text))
    lines: list[_Line] = []
    gap = False
    for raw in _QUOTED.sub("", _STRONG.sub(r"\1\2", text)).split("\n"):
        if "\t" in raw.rstrip():
            lines.append(_Line(raw, 0, False, gap))
        elif raw.strip() and not _PAGE_MARK.fullmatch(raw) and not _RULE.fullmatch(raw):
            indent = len(raw) - len(raw.lstrip())
            lines.append(_Line(join_spaced_ranks(one_line(raw)), indent if indent > 1 else 0, raw[-1].isspace(), gap))
        gap = not raw.strip()
    return lines


def _page_width(lines: list[_Line]) -> int:
    """Columns of the page whose width parted the lines; 0 where none did.

    It shows in lines that break off in mid-sentence above one that opens nothing of its own: many, and about as wide.
    """
    broken = sorted(
        line.width
        for line, after in pairwise(lines)
        if 40 <= line.width <= 120 and not (line.ended or after.marked or after.indent)
    )
    limit = broken[int(0.9 * (len(broken) - 1))] if broken else 0
    full = sum(width >= 0.75 * limit for width in broken)
    wider = sum(line.width > 1.25 * limit for line in lines if "\t" not in line.text)
    return limit if full >= 0.2 * len(lines) and wider <= full / 2 else 0


def _join_wrapped(lines: list[_Line]) -> list[_Line]:
    """Joins lines that only the width of a page parted."""
    limit = _page_width(lines)
    unfinished = [line for line in lines if line.width >= 0.75 * limit and not line.ended]
    # Where the extractor kept the space before a line end, its absence means the line ended inside a word.
    spaces_kept = sum(line.trailing_space for line in unfinished) >= 0.3 * len(unfinished)
    joined: list[_Line] = []
    last = _Line("", 0, False)  # the line before as it stood on paper
    for line in lines:
        before = joined[-1] if joined else last
        if _LABEL.fullmatch(before.text):
            joined[-1] = replace(before, text=f"{before.text} {line.text}", trailing_space=line.trailing_space)
        elif (
            joined
            and limit
            and last.width >= 0.75 * limit
            and not (line.marked or PHONE.search(last.text) or _LABEL.match(before.text))
            and (before.hanging == bool(line.indent) or _hangs(line, before))
            # What neither fills the width nor ends a sentence is a heading after a full stop.
            and not (before.ended and line.width < 0.75 * limit and not line.ended)
        ):
            if spaces_kept:
                text = before.text + (" " if before.trailing_space else "") + line.text
            else:
                text = _glued(before.text, line.text)
            joined[-1] = replace(before, text=text, trailing_space=line.trailing_space, hanging=bool(line.indent))
        else:
            joined.append(line)
        last = line
    return joined


def _hangs(line: _Line, before: _Line) -> bool:
    """Whether the indented line goes on with the footnote before it, below which it is set in."""
    return line.indent > before.indent and not before.ended and _NOTE.match(before.text) is not None


def _glued(left: str, right: str) -> str:
    """Both joined, with a space or without, as the words on either side of the line end ask for."""
    end, start = left[-30:].lstrip(), right[:30].rstrip()
    return left + " " * (len(korean.glue(end, start)) - len(end) - len(start)) + right


def _table_rows(lines: list[_Line], position: int) -> list[Row]:
    """The rows that begin at that line, tab-made or Markdown; empty where there is no table.

    A table ends where another begins: at a title row, or below an empty line at a row of another width.
    """
    rows: list[Row] = []
    for number in range(position, len(lines)):
        text = lines[number].text
        if "\t" in text:
            cells = text.split("\t")
        elif text.startswith("|") and text.endswith("|"):
            cells = [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text[1:-1])]
        else:
            break
        row: Row = [join_letter_spaced(one_line(cell)) for cell in cells]
        if rows and lines[number].after_gap and (len(row) != len(rows[-1]) or _is_title(row)):
            break
        rows.append(row)
    return rows


def _is_title(row: Row, following: Row | None = None) -> bool:
    """Whether the row tells what is below it: "붙임 1" and a title, or a title and its unit or date in brackets."""
    filled = [cell for cell in row if cell]
    if len(filled) != 2 or (following is not None and len([cell for cell in following if cell]) <= 2):
        return False
    return bool(_ATTACHMENT_NUMBER.fullmatch(filled[0]) or _ASIDE.fullmatch(filled[1]))


def _is_markdown_rule(row: Row) -> bool:
    return all(re.fullmatch(r":?-{2,}:?", cell or "") for cell in row)


def _piece(line: str, preceding: str, following: str) -> Piece:
    text = one_line(line)
    if heading := _MARKDOWN_HEADING.fullmatch(line):
        return Piece("heading", one_line(heading[2].rstrip(" #")), len(heading[1]))
    ended = _SENTENCE_END.search(text[-2:]) is not None
    short = len(text) <= 60 and not text.endswith((".", ",", ";"))
    if short and _ATTACHMENT.fullmatch(text):
        return Piece("heading", text, 2)
    if short and (numbered := _NUMBERED.fullmatch(text)):
        return Piece("heading", text, 4 if numbered["number"] in korean.COUNTED else 3)
    if short and not ended and _SUBNUMBERED.fullmatch(text):
        return Piece("heading", text, 4)
    if _QUESTION.fullmatch(text):
        return Piece("heading", text, 6)
    if short and _ATTACHMENT_NUMBER.fullmatch(preceding.strip()):
        return Piece("heading", text, 3)
    titled = _BRACKETED.fullmatch(text) or (not ended and _LEADING_BRACKET.fullmatch(text))
    if titled and not _DATED.search(text):
        return Piece("heading", text, 5)
    if _CIRCLED_NUMBER.match(text):
        # A circled number heads a section unless its neighbours are circled too: then it is an item of a list.
        alone = not any(map(_CIRCLED_NUMBER.match, (preceding, following))) and len(_CIRCLED_NUMBER.findall(text)) == 1
        return Piece("heading", text, 4) if short and alone and following and not ended else Piece("item", text)
    if _NOTE.match(text):
        return Piece("note", text)
    if _BULLET.match(text):
        return Piece("item", text)
    over = not (ended or _LABEL.match(text) or _BULLET.match(following) or "\t" in following)
    brief = len(text) <= 20 and not re.search(r"[.,:!?“\"]", text) and following.endswith(("다.", "요."))
    if over and len(text) <= 50 and (brief or len(following) >= 50):
        return Piece("heading", text, 4)
    return Piece("paragraph", text)
