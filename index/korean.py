"""The only door to Kiwi: morphemes, sentences and the morpheme vectors' raw cosines."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

import kiwipiepy
import kiwipiepy_model
import numpy as np
from kiwipiepy import Kiwi, Token
from numpy.typing import NDArray

VERSION = f"kiwi-{kiwipiepy.__version__}/{kiwipiepy_model.__version__}"
COUNTED = "가나다라마바사아자차카타파하"  # the syllables that number paragraphs
_OPENING = re.compile(  # "Q1.", "2-1.", "가.", "□ (예산)"
    rf"\s*(?:(?:[QA문답]\s?\d{{0,2}}|\d{{1,2}}(?:[-.]\d{{1,2}})*|[{COUNTED}])[.)]|[^\w\s]?\s?\([^()]{{1,30}}\))\s*"
)
_ENDED = re.compile(r"""(?:[.!?。…:;][\d*¹²³]*|[다요까죠])["'”’)\]」』]*\Z""")
_PREDICATE = re.compile(r"[다요까죠음임함됨짐움것오][”’)\]]*\.$")
_LONGEST_APART = 200  # code points in which an opened bracket must be closed to hold sentences together

SHARED_IDS = 61  # morpheme ids below are slots, each shared by all words of one tag that the analyser does not know


class Morpheme(NamedTuple):
    """`form` may be a bare jamo, so it is located by `start`/`end` (code points of the analysed text).

    `id` is Kiwi's morpheme id; ids 0-60 are slots shared by all words of a tag and say nothing of one word.
    """

    form: str
    tag: str
    id: int
    start: int
    end: int


@cache
def kiwi() -> Kiwi:
    """One analyser a process: it takes a second and 200 MB to load, and is safe to call from threads."""
    return Kiwi(num_workers=2, load_multi_dict=False)


def analyse(texts: Iterable[str]) -> list[list[Morpheme]]:
    """The morphemes of each text, in order of their place in it."""
    texts = list(texts)
    if len(texts) == 1:
        return [list(_of_question(texts[0]))]
    return [[_morpheme(token) for token in tokens] for tokens in kiwi().tokenize(texts)]


@lru_cache(maxsize=1000)
def _of_question(text: str) -> tuple[Morpheme, ...]:
    """A question is looked at by each leg of the search, and by the reader: it is analysed once."""
    return tuple(map(_morpheme, kiwi().tokenize(text)))


def _morpheme(token: Token) -> Morpheme:
    return Morpheme(token.form, token.tag, token.id, token.start, token.start + token.len)


def stems(text: str) -> set[str]:
    """The stems of the text's verbs and adjectives: 넓히 of 넓힌다."""
    return {morpheme.form for morpheme in analyse([text])[0] if morpheme.tag.startswith(("VV", "VA"))}


def corrected(text: str) -> list[tuple[int, int, str, list[Morpheme]]]:
    """The words, parted by spaces, that hold a likely slip of typing or hearing (드러간, 반도채).

    Each as its span, its corrected spelling and the morphemes of that.
    """
    tokens = kiwi().tokenize(text, typos="basic")
    words = []
    for start, end in (match.span() for match in re.finditer(r"\S+", text)):
        inside = [token for token in tokens if start <= token.start < end]
        if any(token.typo_cost for token in inside):
            words.append((start, end, kiwi().join(inside), [_morpheme(token) for token in inside]))
    return words


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph, in code points, without the white space between them."""
    return [(sentence.start, sentence.end) for sentence in kiwi().split_into_sents(text)]


def statements(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences that can be quoted alone.

    What breaks off without an end or within brackets or quotation marks goes on with what follows it, and so does what
    says little alone: a number, a "네.", a few words without a predicate.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if joined and _goes_on(text, *joined[-1]):
            start, _ = joined.pop()
        joined.append((start, end))
    return joined


def _goes_on(text: str, start: int, end: int) -> bool:
    part = text[start:end]
    if opening := _OPENING.match(part):
        part = part[opening.end() :]
    parted = any(
        part.count(opened) > part.count(closing) and closing in text[end : end + _LONGEST_APART]
        for opened, closing in ("()", "“”")
    )
    fragment = len(part) < 7 or (len(part) < 60 and part.endswith(".") and not _PREDICATE.search(part))
    return parted or fragment or not _ENDED.search(part)


def forms() -> list[str]:
    """`form/tag` of every morpheme, by id."""
    named = {other.id: f"{other.form}/{other.tag}" for other in kiwi().most_similar_morphemes(61, top_n=200_000)}
    return [named.get(number, "/") for number in range(max(named) + 1)]


def cosines(morpheme: int) -> NDArray[np.float32]:
    """Cosines of one morpheme with every morpheme, by id: shape (morphemes,), itself 1.0."""
    row = kiwi().most_similar_morphemes(morpheme, top_n=200_000)
    ids = np.fromiter(map(attrgetter("id"), row), np.int64, len(row))
    values = np.zeros(max(int(ids.max()), morpheme) + 1, np.float32)
    values[ids] = np.fromiter(map(attrgetter("score"), row), np.float32, len(row))
    values[morpheme] = 1.0  # Kiwi puts -100000 there
    return values


def is_korean(text: str) -> bool:
    """Whether Hangul carries the text: at least a third of its letters (names and codes may be Latin)."""
    letters = [letter for letter in text if letter.isalpha()]
    return 3 * sum("가" <= letter <= "힣" for letter in letters) >= len(letters)


def glue(left: str, right: str) -> str:
    """Two pieces of a line that was broken, joined with a space or without, as the language model prefers."""
    return str(kiwi().glue([left, right]))
