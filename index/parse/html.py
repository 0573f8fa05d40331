"""HTML into pieces: blocks by their tags, tables by their cells, loose text through the plain-text parser."""

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.normalise import normalise, one_line
from index.parse.raw import Piece, Raw, Row, Table
from index.parse.text import parse_text

_DROPPED = """audio button canvas embed head iframe img input math nav noscript object script select style svg template
    textarea video""".split()  # noqa: SIM905
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre section summary table ul""".split()  # noqa: SIM905
)
_INLINE = frozenset(
    """a abbr acronym b base bdi bdo big br caption cite code col colgroup data del dfn em font frame frameset i ins kbd
    label link map area mark meta nobr o:p optgroup option output param picture q rp rt ruby s samp small source span
    strike strong sub sup tbody td tfoot th thead time title tr track tt u var wbr""".split()  # noqa: SIM905
)
# Only real tags: "<AI 팩토리 추진체계>" is a caption, and so is "<B 등급 시설>".
_NAME = rf"(?:{'|'.join(sorted({*_DROPPED, *_BLOCKS, *_INLINE}))})(?=[\s/]*>|\s+[a-z@:_])"
_TAG = re.compile(rf"</?{_NAME}[^<>]*>|<!--(?:(?!<!--).)*?-->", re.IGNORECASE | re.DOTALL)
_LINE_BREAKING = re.compile(r"<(?:br|/p|/li|/div|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_NOT_A_TAG = re.compile(rf"<(?!/?{_NAME}|!--|!doctype|!\[|\?)", re.IGNORECASE)
_PAGE_START = re.compile(r"\s*(?:<\?xml[^<>]*>\s*)?<(?:!doctype|html)\b", re.IGNORECASE)
_TAG_START = re.compile(rf"</?{_NAME}", re.IGNORECASE)
# Tags that hold others of their kind; those that people leave unclosed do not count.
_NESTING = re.compile(r"<(/?)(?:blockquote|center|div|dl|em|font|form|b|i|ol|section|span|strong|table|u|ul)\b", re.I)
_DEEPEST = 150
_WIDEST = 500  # columns


def looks_like_html(text: str) -> bool:
    """Whether it opens as a page does, or at least three in ten of its lines begin with a tag."""
    lines = [line.lstrip() for line in text.splitlines() if line.strip()]
    tagged = sum(bool(_TAG_START.match(line)) for line in lines)
    return bool(_PAGE_START.match(text)) or (tagged > 0 and tagged >= 0.3 * len(lines))


def strip_tags(text: str) -> str:
    """Text of a fragment that happens to hold tags and entities; line-breaking tags become line ends."""
    return normalise(html.unescape(_TAG.sub("", _LINE_BREAKING.sub("\n", text))))


def parse_html(text: str) -> list[Raw]:
    """The pieces of a page in reading order; one nested past all reason is read as a text with tags in it."""
    if _depth(text) > _DEEPEST:
        return parse_text(strip_tags(text))
    # A vertical tab stands for <br>: the parser takes it for a letter, normalising for a line end.
    tree = LexborHTMLParser(_NOT_A_TAG.sub("&lt;", _BREAK.sub("\v", text)))
    tree.strip_tags(_DROPPED)
    pieces: list[Raw] = []
    if tree.body is not None:
        _walk(tree.body, _holders(tree), pieces)
    return pieces


def _depth(text: str) -> int:
    depth = deepest = 0
    for tag in _NESTING.finditer(text):
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _holders(tree: LexborHTMLParser) -> set[int]:
    """The nodes with a block somewhere below them, by their `mem_id`."""
    holders: set[int] = set()
    for node in tree.css(",".join(sorted(_BLOCKS))):
        above = node.parent
        while above is not None and above.mem_id not in holders:
            holders.add(above.mem_id)
            above = above.parent
    return holders


def _walk(node: LexborNode, holders: set[int], pieces: list[Raw]) -> None:
    loose: list[str] = []

    def flush() -> None:
        text = "".join(loose)
        # In a paragraph a line end is a space; elsewhere loose text may be Markdown, whose lines count.
        pieces.extend(parse_text(normalise(text.replace("\n", " ") if node.tag == "p" else text)))
        loose.clear()

    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in _BLOCKS and tag not in ("tr", "td", "th") and child.mem_id not in holders:
            loose.append(child.text(deep=True))
            continue
        flush()
        if tag == "table" and len(child.css("table")) == 1:
            pieces.extend(_table(child))
        elif re.fullmatch(r"h[1-6]", tag):
            if title := _text(child):
                pieces.append(Piece("heading", title, int(tag[1])))
        elif tag == "li" and child.mem_id not in holders:
            if item := _text(child):
                pieces.append(Piece("item", item))
        else:  # also a table that holds tables: it only lays out the page
            _walk(child, holders, pieces)
    flush()


def _text(node: LexborNode, separator: str = "") -> str:
    return one_line(normalise(node.text(separator=separator)))


def _table(node: LexborNode) -> list[Raw]:
    """The table under its caption; nothing where no cell holds text."""
    rows: list[Row] = []
    covered: dict[int, int] = {}  # column -> rows still covered by a cell above
    has_header = False
    for row_node in node.css("tr"):
        cells = [cell for cell in row_node.iter() if cell.tag in ("td", "th")]
        if not rows and cells and all(cell.tag == "th" for cell in cells):
            has_header = True
        row: Row = []
        for cell in [*cells, None]:
            while covered.get(len(row), 0) > 0 and len(row) < _WIDEST:
                covered[len(row)] -= 1
                row.append(None)
            if cell is None:
                break
            width, height = min(_span(cell, "colspan"), max(_WIDEST - len(row), 1)), _span(cell, "rowspan")
            covered.update(dict.fromkeys(range(len(row), len(row) + width), height - 1))
            row.append(_text(cell, " " if cell.css_first(",".join(_BLOCKS)) else ""))
            row.extend([""] * (width - 1))
        if any(row):
            rows.append(row)
    caption = " ".join(filter(None, map(_text, node.css("caption"))))
    captioned: list[Raw] = [Piece("paragraph" if "단위" in caption else "heading", caption, 5)] if caption else []
    return [*captioned, Table(rows, has_header)] if rows else captioned


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), 100) if value.isdecimal() else 1
