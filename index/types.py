"""Every record that passes between the parts of the index, and the protocol encoders keep."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # shape (texts, dimension), rows of length 1 or all zero
Span = tuple[int, int]  # half-open code points
BlockKind = Literal["heading", "paragraph", "item", "note", "header", "row", "contact"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the manifest (or the front matter) says of a document; empty strings where nothing is known.

    `published` is YYYY, YYYY-MM, YYYY-MM-DD or empty; `grade` is C, S or O.
    """

    title: str = ""
    publisher: str = ""
    published: str = ""
    published_basis: str = "unknown"
    kind: str = ""
    source: str = ""
    licence: str = ""
    grade: str = "O"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: `label` is its column's header (or the key on its left in a form).

    `start`/`end` are where the text stands in Document.text; an inherited cell points at the one above.
    """

    label: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a document: Document.text[start:end], never empty, in order, not overlapping.

    `path` holds the headings above it, outermost first. `context` is what a reader must know to
    understand the block on its own: a table's caption and unit, the sentence a footnote explains.
    """

    kind: BlockKind
    start: int
    end: int
    path: tuple[str, ...] = ()
    context: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What does not fit in a document: `text` tells it in Korean, `start`/`end` is where it stands.

    `values` are the two or more that cannot all be true, each with where it comes from.
    """

    kind: Literal["published", "weekday", "total"]
    text: str
    start: int
    end: int
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One source text, cleaned and NFC: all offsets are half-open code points into `text`."""

    id: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The least thing an answer can quote: a sentence, a list item, a table row, a heading.

    `terms` are its own content morphemes as indexed (with repeats); `names` the spans of its proper names, of
    people, offices and places alike, `coined` those of nouns that no dictionary has; `cells` only for rows and contacts.
    """

    kind: BlockKind
    start: int
    end: int
    terms: tuple[str, ...]
    path: tuple[str, ...] = ()
    context: str = ""
    cells: tuple[Cell, ...] = ()
    names: tuple[Span, ...] = ()
    coined: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: text == document.text[start:end], at most 600 code points (900 for one unit).

    `context` (title, headings, table header) is indexed and embedded with it but never quoted; its terms
    are `context_terms`.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    context: str
    units: tuple[Unit, ...]
    context_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score (higher is better; comparable within one ranking only), rank from 1.

    Reranked hits keep the score they were found with.

    `similarities` are the question's cosines with each of the passage's units.
    """

    passage: Passage
    score: float
    rank: int
    similarities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must agree between an index and the encoder that searches it."""

    name: str
    dimension: int
    fingerprint: str  # of the weights
    query_prefix: str = ""
    passage_prefix: str = ""


class Encoder(Protocol):
    """Texts to unit vectors; a text it knows nothing of becomes a row of zeros."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(slots=True)
class IndexReport:
    """What one run of indexing did, each by document id.

    `refused` maps the id to the reason, `noticed` to what does not fit in the document (both Korean).
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    noticed: dict[str, list[str]] = field(default_factory=dict)
