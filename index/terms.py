"""Text into what the lexical legs match on: content morphemes, exact identifiers, one spelling per date and amount."""

import re
from collections.abc import Iterable, Iterator, Sequence

from index import korean
from index.korean import Morpheme
from index.normalise import squeeze
from index.quantities import quantities
from index.types import Span

CONTENT_TAGS = ("NN", "NR", "VV", "VA", "XR", "SL", "SN", "SH", "MA", "W_")
# Codes that hold marks or digits: M.AX, R&D, PPR-9087, 제29조의2, 2024-123호.
_IDENTIFIER = re.compile(
    r"제\s?\d+[조차회호기](?:의\s?\d+)?|(?<![A-Za-z0-9_.@])[A-Za-z]+(?:[&.\-+/][A-Za-z0-9]+)+"
    r"|(?<![A-Za-z0-9_-])(?:[A-Za-z]{1,8}-?\d{2,}[A-Za-z0-9]*|\d{2,}-\d+(?:-\d+)*)"
)
_BARE_DAY = re.compile(r"(1[0-2]|[1-9])\.([12]\d|3[01])")  # 5.26, 4.19: as often a day as a decimal
_SCRIPTS = re.compile(r"[가-힣]+|[A-Za-z]+|\d+(?:[.,]\d+)*|[^\W\d가-힣A-Za-z_]+")
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_WORD = re.compile(r"\w+")
_DEFINED = re.compile(
    r"[^\w\n]*(?:[가-하\d]{1,2}[.)]\s)?((?:[^:.\n?!]|\.(?!\s)){2,24}?)(?:\([^()\n]*\))?[\"'”’」]?(?:\s?:\s|이?란[,\s])"
)  # X : …, X란 …


def terms(text: str) -> list[str]:
    """The terms of one text, with repeats."""
    return next(iter(terms_of([text])))


def terms_of(texts: Sequence[str]) -> Iterator[list[str]]:
    """The terms of each text; analysed together, which is faster than one by one."""
    for text, morphemes in zip(texts, korean.analyse(texts), strict=True):
        yield _bag(text, morphemes)


def terms_and_names(texts: Sequence[str]) -> Iterator[tuple[list[str], list[Span], list[Span]]]:
    """The terms of each text, the spans of its proper names, and those of its nouns that no dictionary has."""
    for text, morphemes in zip(texts, korean.analyse(texts), strict=True):
        coined = [
            (morpheme.start, morpheme.end)
            for morpheme in morphemes
            if morpheme.tag == "NNG" and morpheme.id < korean.SHARED_IDS and morpheme.end - morpheme.start > 1
        ]
        yield _bag(text, morphemes), _names(text, morphemes), coined


def _bag(text: str, morphemes: Sequence[Morpheme]) -> list[str]:
    return [*_content(morphemes), *_exact(text)]


def _names(text: str, morphemes: Sequence[Morpheme]) -> list[Span]:
    """Runs of proper nouns, with what is written together with them."""
    spans: list[Span] = []
    is_open = False
    for morpheme in morphemes:
        named = morpheme.tag == "NNP"
        joined = is_open and not text[spans[-1][1] : morpheme.start].strip(" ·")
        beside = is_open and morpheme.start == spans[-1][1] and morpheme.tag in ("NNG", "SL", "SN", "XSN")
        if (named and joined) or beside:
            spans[-1] = (spans[-1][0], morpheme.end)
        elif named:
            start = morpheme.start
            while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum():  # DN솔루션즈
                start -= 1
            spans.append((start, morpheme.end))
        is_open = named or beside
    return [(start, end) for start, end in spans if end - start > 1]


def content_morphemes(morphemes: Iterable[Morpheme]) -> Iterator[Morpheme]:
    return (morpheme for morpheme in morphemes if morpheme.tag.startswith(CONTENT_TAGS))


def _content(morphemes: Iterable[Morpheme]) -> Iterator[str]:
    for morpheme in content_morphemes(morphemes):
        form = morpheme.form.lower()
        if morpheme.tag in ("SN", "NR"):
            yield form.replace(",", "")
        elif morpheme.tag.startswith("NN"):
            # An unknown noun may run through scripts (AI팩토리): each part is a term.
            yield from _SCRIPTS.findall(form) or [form]
        elif morpheme.tag == "SH" and len(form) > 2:
            yield from (form[at : at + 2] for at in range(len(form) - 1))
        else:
            yield form


def _exact(text: str) -> Iterator[str]:
    """Marked terms, so that they never meet a morpheme: '=' identifiers and what a text begins by defining, '#' quantities."""
    if defined := _DEFINED.match(text):
        yield f"={squeeze(defined[1])}:"
    yield from _KATAKANA.findall(text)
    for identifier in _IDENTIFIER.findall(text):
        yield "=" + re.sub(r"\s", "", identifier).lower()
    for quantity in quantities(text):
        if quantity.kind == "date":
            yield from (f"#{key}" for key in (quantity.key, *_coarser(quantity.key)))
        elif quantity.kind in ("year", "amount", "phone", "email"):
            yield f"#{quantity.key}"
        elif day := _BARE_DAY.fullmatch(text, quantity.start, quantity.end):
            yield f"#{int(day[1])}월{int(day[2])}일"


def _coarser(date: str) -> Iterator[str]:
    """What else the date says: 2025년5월26일 is also 2025년 and 5월26일."""
    year, _, rest = date.rpartition("년")
    if year and rest:
        yield f"{year}년"
        yield rest


def bigrams(text: str) -> list[str]:
    """Character bigrams inside words, lower case; a word of one character is its own."""
    pieces: list[str] = []
    for word in _WORD.findall(text.lower()):
        pieces.extend(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
    return pieces
