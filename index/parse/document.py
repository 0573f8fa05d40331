"""Bytes into a document: decoding, front matter, and the parser that the content (not the name) asks for."""

import re
from dataclasses import replace

import yaml

from index.errors import DocumentError
from index.normalise import normalise, one_line
from index.parse.html import looks_like_html, parse_html, strip_tags
from index.parse.raw import Piece, Raw
from index.parse.text import parse_text
from index.structure import assemble
from index.types import Document, Metadata

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.{1,20000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_DATED = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
# PDF, ZIP (HWPX, DOCX), HWP and old office files, PNG, JPEG, GZIP
_BINARY_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")


def parse(document: str, data: bytes, metadata: Metadata) -> Document:
    """The document with id `document`, from the bytes of a plain text, Markdown or HTML file.

    Raises DocumentError where the bytes are empty, binary or in no encoding that is read (UTF-8, CP949).
    """
    text = normalise(decode(data))
    pieces: list[Raw] = []
    if (front := _FRONT_MATTER.match(text)) and (fields := _front_matter(front[1])):
        text = text[front.end() :]
        pieces.extend(_front_pieces(fields))
        if not metadata.title:
            metadata = replace(metadata, title=_title(fields))
        if not metadata.published and (dated := _DATED.match(fields.get("date", ""))):
            metadata = replace(metadata, published=dated[0], published_basis="stated")
    pieces.extend(parse_html(text) if looks_like_html(text) else parse_text(strip_tags(text)))
    if not pieces:
        raise DocumentError("글자가 없는 빈 문서입니다")
    return assemble(document, pieces, metadata)


def decode(data: bytes) -> str:
    """Text of the bytes; raises DocumentError for what is empty, binary or in no known encoding."""
    if not data.strip():
        raise DocumentError("빈 파일입니다")
    if b"\0" in data or data.startswith(_BINARY_SIGNATURES):
        raise DocumentError("글 파일이 아니라 이진 파일(PDF, HWP, ZIP, 그림 등)입니다. 텍스트로 바꾸어 넣어 주십시오")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentError("글자 인코딩을 알 수 없습니다. UTF-8이나 CP949로 저장해 주십시오")


def _front_matter(text: str) -> dict[str, str]:
    """The fields that are texts; none where this is no front matter but text of the document between two rules."""
    try:
        fields = yaml.load(text, yaml.BaseLoader)  # it leaves every scalar a string
    except (yaml.YAMLError, RecursionError):
        # Titles with an unquoted colon are common: read what can be read line by line.
        fields = dict(re.findall(r"^(\w+):[ \t]*(\S.*)$", text, re.MULTILINE))
    if not isinstance(fields, dict) or not all(isinstance(name, str) and name.isascii() for name in fields):
        return {}
    return {name: normalise(value) for name, value in fields.items() if isinstance(value, str)}


def _title(fields: dict[str, str]) -> str:
    return one_line(fields.get("title", ""))


def _front_pieces(fields: dict[str, str]) -> list[Raw]:
    """Title and the prose fields, each sentence of them once; what steers a site generator is left out."""
    prose = (
        parse_text(fields.get(name, "")) for name in ("subtitle", "description", "summary", "excerpt", "feature_text")
    )
    texts = dict.fromkeys(piece.text for pieces in prose for piece in pieces if isinstance(piece, Piece))
    heading = [Piece("heading", title, 1)] if (title := _title(fields)) else []
    return [*heading, *(Piece("paragraph", text) for text in texts)]
