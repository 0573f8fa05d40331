"""A question that leans on the one before it ("그럼 거기 과장은?") made whole."""

import re
from collections.abc import Sequence

from assistant.types import Turn
from index.normalise import normalise

_LEANS = re.compile(
    r"^(?:그럼|그러면|그렇다면|그런데|근데|그리고|그중|그\s?중에?서?|그건|그거|그게|그\s|거기|저기|이건|이거|이\s?중|이\s|해당|아까|방금|위의?\s|또\s)"
    r"|^(?:and|what about|how about|then|it|its|they|that)\b|^(?:では|じゃあ|それ|その|那么?|它|这个?|其中)",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:그럼|그러면|그렇다면|그런데|근데|그리고|또)\s*")


def whole(question: str, history: Sequence[Turn]) -> str:
    """The question behind the last one asked where it points back or is too short to stand alone; else as it is.

    In canonical characters, as the documents are.
    """
    question = normalise(question)
    asked = [normalise(turn.content) for turn in history if turn.role == "user"]
    if not asked or not (_LEANS.search(question) or len(question.split()) <= 2):
        return question
    return f"{asked[-1].rstrip('?？. ')} → {_LEADING.sub('', question)}"
