"""Two evaluations of the same questions, side by side: which were won, which were lost, and whether that is chance."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.measures import sign_test
from assistant.evaluation.outcomes import Outcome
from index.errors import GoldError

Rightness = dict[tuple[str, str], bool]  # by id and question: one that was reworded is another


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ids of questions that are right now and were not (`won`), and the other way round (`lost`).

    `common` counts the questions of both; `p` is the exact two-sided sign test's over the won and the lost.
    """

    old: str
    common: int
    won: tuple[str, ...]
    lost: tuple[str, ...]
    p: float

    def as_text(self) -> str:
        counts = [len(self.won), self.common - len(self.won) - len(self.lost), len(self.lost)]
        told = "나아짐 {}, 같음 {}, 나빠짐 {}".format(*counts)
        listed = [f"  {word}: {', '.join(ids)}" for word, ids in (("나아짐", self.won), ("나빠짐", self.lost)) if ids]
        head = f"{self.old} 대비 (같은 문항 {self.common}개): {told}, 부호 검정(정확, 양측) p = {self.p:.3f}"
        return "\n".join([head, *listed])


def read_outcomes(path: Path) -> Rightness:
    """What `assistant evaluate --json` printed. Raises GoldError."""
    try:
        told = json.loads(path.read_text("utf-8-sig"))["outcomes"]
        return {(outcome["id"], outcome["question"]): outcome["grade"] == "right" for outcome in told}
    except OSError as error:
        raise GoldError(f"{path}을(를) 읽을 수 없습니다: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise GoldError(f"{path}은(는) assistant evaluate --json의 결과가 아닙니다") from error


def compare(outcomes: Sequence[Outcome], old: Rightness, name: str) -> Comparison:
    """Over the questions that both have asked."""
    now = {(outcome.gold.id, outcome.gold.question): outcome.grade == "right" for outcome in outcomes}
    won = tuple(key[0] for key in now if key in old and now[key] and not old[key])
    lost = tuple(key[0] for key in now if key in old and old[key] and not now[key])
    return Comparison(name, len(now.keys() & old.keys()), won, lost, sign_test(len(won), len(lost)))
