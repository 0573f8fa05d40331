"""HTML into pieces: blocks by their tags, tables by their cells, loose text through the plain-text parser."""

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.normalise import one_line
from index.parse.raw import Piece, Raw, Row, Table
from index.parse.text import parse_text

_DROPPED = ["script", "style", "noscript", "template", "svg", "img", "iframe", "nav", "head", "button"]
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table ul""".split()  # noqa: SIM905
)
_INLINE = frozenset(
    """a abbr b big br cite code col colgroup em font i ins kbd mark s small span strike strong sub sup tbody td th
    thead tr tt u""".split()  # noqa: SIM905
)
_NAME = rf"(?:{'|'.join(sorted({*_DROPPED, *_BLOCKS, *_INLINE}))})"
# Only real tag names: "<AI 팩토리 추진체계>" is a caption.
_TAG = re.compile(rf"</?{_NAME}\b[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LINE_BREAKING = re.compile(r"<(?:br|/p|/li|/div|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_NOT_A_TAG = re.compile(rf"<(?!/?{_NAME}\b|!)", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether tags carry the structure: at least three in ten of its lines begin with one."""
    lines = [line.lstrip() for line in text.splitlines() if line.strip()]
    tagged = sum(bool(re.match(rf"<!doctype|</?{_NAME}\b", line, re.IGNORECASE)) for line in lines)
    return tagged > 0 and tagged >= 0.3 * len(lines)


def strip_tags(text: str) -> str:
    """Text of a fragment that happens to hold tags and entities; line-breaking tags become line ends."""
    return html.unescape(_TAG.sub("", _LINE_BREAKING.sub("\n", text)))


def parse_html(text: str) -> list[Raw]:
    """The pieces of a page in reading order."""
    tree = LexborHTMLParser(_NOT_A_TAG.sub("&lt;", text))
    tree.strip_tags(_DROPPED)
    pieces: list[Raw] = []
    if tree.body is not None:
        _walk(tree.body, pieces)
    return pieces


def _holds_blocks(node: LexborNode) -> bool:
    return any(child.tag in _BLOCKS or _holds_blocks(child) for child in node.iter())


def _walk(node: LexborNode, pieces: list[Raw]) -> None:
    loose: list[str] = []

    def flush() -> None:
        pieces.extend(parse_text("".join(loose)))
        loose.clear()

    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in _BLOCKS and not _holds_blocks(child):
            loose.append("\n" if tag == "br" else child.text(deep=True))
            continue
        flush()
        if tag == "table":
            pieces.append(_table(child))
        elif re.fullmatch(r"h[1-6]", tag):
            if title := one_line(child.text()):
                pieces.append(Piece("heading", title, int(tag[1])))
        elif tag == "li" and not _holds_blocks(child):
            if item := one_line(child.text()):
                pieces.append(Piece("item", item))
        else:
            _walk(child, pieces)
    flush()


def _table(node: LexborNode) -> Table:
    rows: list[Row] = []
    covered: dict[int, int] = {}  # column -> rows still covered by a cell above
    has_header: bool | None = None
    for row_node in node.css("tr"):
        cells = [cell for cell in row_node.iter() if cell.tag in ("td", "th")]
        if not rows and cells and all(cell.tag == "th" for cell in cells):
            has_header = True
        row: Row = []
        for cell in [*cells, None]:
            while covered.get(len(row), 0) > 0:
                covered[len(row)] -= 1
                row.append(None)
            if cell is None:
                break
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            covered.update(dict.fromkeys(range(len(row), len(row) + width), height - 1))
            row.append(one_line(cell.text(separator=" " if _holds_blocks(cell) else "")))
            row.extend([""] * (width - 1))
        if any(row):
            rows.append(row)
    return Table(rows, has_header)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), 100) if value.isdecimal() else 1
