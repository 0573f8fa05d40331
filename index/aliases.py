"""The short names that documents give themselves: 산업통상자원부(장관 …, 이하 산업부), 인공지능(AI)."""

import re
from collections.abc import Iterator

_HEREAFTER = re.compile(
    r"([가-힣A-Za-z·]{3,25})\s?\((?:[^()]{0,40}?[,，]\s*)?"
    r"이하\s*[\"'“‘｢「]?([가-힣A-Za-z·.&-]{2,15})[\"'”’｣」]?\s*\)"
)
_ACRONYM = re.compile(
    r"([가-힣]{2,15})\s?\(\s*(?:[A-Za-z][A-Za-z ]+,\s*)?([A-Z][A-Z&.]{1,9})\s*\)"
    r"|\b([A-Z][A-Z&.]{1,9})\(([가-힣]{2,15})\)"
)


def aliases(text: str) -> Iterator[tuple[str, str]]:
    """Pairs (long, short) that the text itself defines, each as it stands there."""
    for match in _HEREAFTER.finditer(text):
        yield match[1], match[2]
    for match in _ACRONYM.finditer(text):
        yield (match[1], match[2]) if match[1] else (match[4], match[3])
