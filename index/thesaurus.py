"""What can be said in other words: a thesaurus of office and everyday Korean with English, Japanese and Chinese."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from index import korean
from index.encoders.words import stemmed

_WORD = re.compile(r"[A-Za-z]+(?:[-'&][A-Za-z]+)*")
_HAN_OR_KANA = re.compile(r"[㐀-鿿々゠-ヿぁ-ゟ]+")
_KANA = re.compile(r"[ぁ-ゟ]+")
_NOUNS = {"바다", "소다", "캐나다"}  # that end as verbs do
LONGEST = 4  # words of an English expression


class Expression(NamedTuple):
    """Words of a question, `question[start:end]`, and the Korean words that can stand for them (verbs as stems)."""

    text: str
    start: int
    end: int
    korean: frozenset[str]


class Thesaurus:
    """Finds what a question says in the groups of words that mean much the same."""

    def __init__(self, lines: Iterable[str]) -> None:
        """A line has four fields parted by "|": Korean words, then English, Japanese and Chinese expressions."""
        self._korean: dict[str, set[str]] = {}
        self._english: dict[tuple[str, ...], set[str]] = {}
        self._characters: dict[str, set[str]] = {}
        for line in lines:
            words, english, japanese, chinese = (field.strip() for field in line.split("|"))
            group = words.split()
            stems = {_stem(word) for word in group}
            for word in group:
                self._korean.setdefault(word, set()).update(stems - {_stem(word)})
            for phrase in filter(None, english.split(", ")):
                self._english.setdefault(_stems(phrase), set()).update(stems)
            for expression in filter(None, [*japanese.split("、"), *chinese.split("、")]):
                self._characters.setdefault(expression.strip(), set()).update(stems)
        self._most_characters = max(map(len, self._characters), default=0)

    def find(self, question: str) -> list[Expression]:
        """The expressions of a question, from left to right; none lies in another, the longer one wins."""
        if korean.is_korean(question):
            return list(self._in_korean(question))
        return sorted([*self._in_english(question), *self._in_characters(question)], key=lambda found: found.start)

    def _in_korean(self, question: str) -> Iterator[Expression]:
        for morpheme in korean.analyse([question])[0]:
            verb = morpheme.tag.startswith(("VV", "VA"))
            others = self._korean.get(f"{morpheme.form}다" if verb else morpheme.form)
            if others and (verb or morpheme.tag.startswith(("NN", "NR", "MA", "XR", "SL"))):
                yield Expression(morpheme.form.lower(), morpheme.start, morpheme.end, frozenset(others))

    def _in_english(self, question: str) -> Iterator[Expression]:
        words = list(_WORD.finditer(question))
        place = 0
        while place < len(words):
            for length in range(min(LONGEST, len(words) - place), 0, -1):
                run = words[place : place + length]
                if others := self._english.get(tuple(stemmed(word[0].lower()) for word in run)):
                    start, end = run[0].start(), run[-1].end()
                    yield Expression(question[start:end].lower(), start, end, frozenset(others))
                    break
            place += length

    def _in_characters(self, question: str) -> Iterator[Expression]:
        for run in _HAN_OR_KANA.finditer(question):
            place = 0
            while place < len(run[0]):
                length = self._longest(run[0], place)
                if length:
                    text = run[0][place : place + length]
                    start = run.start() + place
                    yield Expression(text, start, start + length, frozenset(self._characters[text]))
                place += length or 1

    def _longest(self, run: str, place: int) -> int:
        """The length of the longest expression at the place; a lone character or short kana is too little to go by."""
        for length in range(min(self._most_characters, len(run) - place), 1, -1):
            text = run[place : place + length]
            if text in self._characters and not (length < 3 and _KANA.fullmatch(text)):
                return length
        return 0


def _stem(word: str) -> str:
    return word.lower() if word in _NOUNS or len(word) == 1 else word.removesuffix("다").lower()


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(stemmed(word.lower()) for word in _WORD.findall(phrase))


def without(question: str, found: Sequence[Expression]) -> str:
    """The question with spaces where the expressions stood."""
    characters = list(question)
    for expression in found:
        characters[expression.start : expression.end] = " " * (expression.end - expression.start)
    return "".join(characters)


@cache
def thesaurus() -> Thesaurus:
    """The one that is shipped with the package."""
    text = (files("index") / "thesaurus.txt").read_text("utf-8")
    return Thesaurus(line for line in text.splitlines() if line and not line.startswith("#"))
