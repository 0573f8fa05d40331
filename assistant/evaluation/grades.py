"""Right, wrong or abstained: an answer's words against gold, folded so that only the substance counts."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.evaluation.gold import Gold
from assistant.types import Abstention, Reply
from index.quantities import quantities
from index.types import Span

Grade = Literal["right", "wrong", "abstained"]

_QUOTES = "\"'`′″‘’‚‛“”„‟‹›«»「」『』〈〉《》〝〞〟"
_DROPPED = re.compile(rf"(?:\[\d+\]|[\s,、*|{_QUOTES}])+")
_PIECES = re.compile(r"[\uff65-\uffdc]+|.", re.DOTALL)  # half-width syllables only compose together
_MYRIADS = "조억만천백"
_AMOUNT = rf"\d[\d.]*[{_MYRIADS}원]"


@dataclass(frozen=True, slots=True)
class Folded:
    """Text as it is compared, and for each of its code points the offset it came from (in NFC)."""

    text: str
    offsets: tuple[int, ...]


def fold(text: str) -> Folded:
    """NFKC and lower case without markers, white space, commas, quote marks, `*` and `|`.

    Where dropping would make two numbers one, a trace stays: " " where only spaces were ("3조 500억"),
    "," where something else was ("12 | 34", "1, 2", "①12"). A comma that parts thousands leaves none.
    """
    letters: list[tuple[str, int]] = []
    for piece in _PIECES.finditer(unicodedata.normalize("NFC", text).replace("´", "'")):
        plain = unicodedata.normalize("NFKC", piece.group()).lower()
        if not piece.group().isdecimal() and any(map(str.isdecimal, plain)):
            plain = f"|{plain}|"  # ① and ² are no digits of the number beside them
        letters += [(letter, piece.start()) for letter in plain]
    plain = "".join(letter for letter, _ in letters)
    kept: list[tuple[str, int]] = []
    end = 0
    for gap in _DROPPED.finditer(plain):
        kept += letters[end : gap.start()]
        end = gap.end()
        kept += [(trace, letters[gap.start()][1]) for trace in _trace(plain, gap)]
    kept += letters[end:]
    return Folded("".join(letter for letter, _ in kept), tuple(offset for _, offset in kept))


def occurrences(text: Folded, spelling: str) -> list[Span]:
    """Where the spelling stands in the text, in offsets of the text as it was; never inside a number."""
    if (pattern := _pattern(spelling)) is None:
        return []
    found = pattern.finditer(text.text)
    return [(text.offsets[match.start()], text.offsets[match.end() - 1] + 1) for match in found]


def grade(gold: Gold, reply: Reply) -> Grade:
    """Right: each fact in one of its spellings and nothing forbidden; without facts, an abstention."""
    if isinstance(reply, Abstention):
        return "abstained" if gold.facts else "right"
    answer = fold(reply.text)
    forbidden = any(occurrences(answer, spelling) for spelling in gold.forbidden)
    return (
        "right"
        if gold.facts
        and all(any(occurrences(answer, spelling) for spelling in fact) for fact in gold.facts)
        and not forbidden
        else "wrong"
    )


def quantity_keys(text: str) -> set[str]:
    """What the text's numbers and dates say, alike for all their spellings; none where other words prevail."""
    found = quantities(text)
    told = sum(quantity.end - quantity.start for quantity in found)
    return {quantity.key for quantity in found} if 2 * told > len(text) else set()


def _trace(text: str, gap: re.Match[str]) -> str:
    before, after = text[: gap.start()][-1:], text[gap.end() :][:4]
    if not re.match(rf"[\d.{_MYRIADS}]", before) or not after[:1].isdigit():
        return ""
    if gap.group() == "," and before.isdigit() and re.match(r"\d{3}(?!\d)", after):
        return ""
    return " " if gap.group().strip(" ") == "" else ","


@lru_cache(maxsize=4096)
def _pattern(spelling: str) -> re.Pattern[str] | None:
    """Finds the spelling in folded text, whole numbers only: 12 is not in 112, 12.5, 0.12 or 1,200;

    neither 5,000억 nor 3조 is in 3조 5,000억, nor 5천 in 5천만; but 4787억 is in 4,787억원, and 2025 in
    2025.5.26. None when nothing is left of the spelling.
    """
    folded = fold(spelling).text
    joined = re.sub(rf"(?<=[\d.{_MYRIADS}])(?=\d)", "\0", folded)
    traces = {" ": "[ ,]?", ",": "[ ,]?", "\0": " ?"}
    body = "".join(traces.get(letter) or re.escape(letter) for letter in joined)
    if folded[:1].isdigit():
        body = rf"(?<!\d)(?<!\d\.)(?:(?<!\d[{_MYRIADS}])(?<!\d[{_MYRIADS}] )|(?!{_AMOUNT}))" + body
    if folded[-1:].isdigit():
        body += rf"(?!\d|\.\d+(?!\d|\.\d)|[{_MYRIADS}] ?{_AMOUNT})"
    elif re.search(rf"\d[{_MYRIADS}]+$", folded):
        body += rf"(?![조억만]| ?{_AMOUNT})"
    return re.compile(body) if folded else None
