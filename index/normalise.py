"""Text made uniform before any offset exists: NFC, one kind of line end, one kind of space, no invisible marks."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]")
# Zero-width and direction marks, soft hyphen, byte-order mark, variation selectors, control characters,
# lone surrogates, and the private-use area, where word processors keep glyphs of their own.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff]"
)
_SQUEEZED = re.compile(r"[\s·ㆍ‧,'‘’\"“”]+")
_LETTER_SPACED = re.compile(r"[가-힣](?: +[가-힣]){1,4}")
# Ranks and roles that offices set letter-spaced to fill a column of their contact tables.
_SPACED_RANK = re.compile(r"(?<![가-힣])(과|국|실|팀|단|차|부|본부|소|원|총)[ ]{1,3}(장|관)(?= )")


def normalise(text: str) -> str:
    """Canonical characters; the line structure and tabs stay."""
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))  # last: an invisible mark may part two jamo


def one_line(text: str) -> str:
    """White space of every kind, line ends too, as single spaces, none at the ends."""
    return " ".join(text.split())


def squeeze(text: str) -> str:
    """Lower case without white space, commas, quote marks and middle dots: in Korean compounds they tell nothing."""
    return _SQUEEZED.sub("", text.lower())


def join_letter_spaced(cell: str) -> str:
    """A cell set letter by letter ("과 장", "정 권") as the word it is; other text unchanged."""
    return cell.replace(" ", "") if _LETTER_SPACED.fullmatch(cell) else cell


def join_spaced_ranks(line: str) -> str:
    """Letter-spaced ranks within a line of running contacts: "책임자 과  장 홍길동" -> "책임자 과장 홍길동"."""
    return _SPACED_RANK.sub(r"\1\2", line)
