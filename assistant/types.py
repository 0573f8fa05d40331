"""Every record that passes between the parts of the assistant: a question in, an answer or an abstention out."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.types import Hit

ConflictKind = Literal["contradiction", "different_basis", "changed"]
Reader = Literal["extractive", "generative"]


@dataclass(frozen=True, slots=True)
class Turn:
    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """`today` resolves 올해 and 작년; `k` bounds the passages returned and nothing else."""

    text: str
    k: int = 5
    today: date = field(default_factory=date.today)
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote: the document's text[start:end] == quote, 1-400 code points; `marker` counts from 1."""

    marker: int
    document: str
    title: str
    publisher: str
    published: str
    licence: str
    attribution: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Value:
    """The amount, date, person … asked for: `start`/`end` into the text of the document `marker` cites."""

    text: str
    kind: str
    marker: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ConflictValue:
    text: str
    qualifier: str
    marker: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values that differ for the very thing asked; `about` names the thing in Korean."""

    about: str
    kind: ConflictKind
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """At least one citation; the markers in `text` are exactly the citations'. `confidence` is P(right).

    `reader` says whose words the text is: the documents' or a language model's.
    """

    question: str
    effective_question: str
    text: str
    confidence: float
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    values: tuple[Value, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    as_of: str = ""
    reader: Reader = "extractive"


@dataclass(frozen=True, slots=True)
class Abstention:
    """The documents do not say. `confidence` is still the probability that the best answer was right."""

    question: str
    effective_question: str
    reason: str
    confidence: float
    passages: tuple[Hit, ...]


Reply = Answer | Abstention
