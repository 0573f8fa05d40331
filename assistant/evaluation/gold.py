"""Gold pairs: questions with the facts a right answer states, read from JSON Lines."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from assistant.types import Turn
from index.errors import GoldError

SPLITS = ("tune", "report")
TYPES = """number date person org place contact definition reason list table paraphrase noisy foreign conflict
followup unanswerable""".split()  # noqa: SIM905
Record = dict[str, Any]  # one JSON object
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Gold:
    """Each fact lists its accepted spellings; without facts the right thing is to abstain.

    `evidence` holds exact words of the source, found in `documents` (in any document when that is empty).
    """

    id: str
    split: str
    type: str
    question: str
    facts: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    today: date | None = None
    history: tuple[Turn, ...] = ()


def read_gold(path: Path) -> list[Gold]:
    """Raises GoldError, naming file and line, for the first thing wrong; unknown keys are left alone."""
    seen: set[str] = set()

    def parse(line: str) -> Gold:
        gold = _gold(read_object(line))
        if gold.id in seen:
            raise ValueError(f"id {gold.id!r}이(가) 앞줄과 겹칩니다")
        seen.add(gold.id)
        return gold

    return read_lines(path, parse)


def spread(gold: Sequence[Gold], limit: int) -> list[Gold]:
    """At most so many of them, at equal steps from the first on: always the same ones."""
    count = min(max(limit, 1), len(gold))
    return [gold[place * len(gold) // count] for place in range(count)]


def read_lines(path: Path, parse: Callable[[str], Parsed], header: int = 0) -> list[Parsed]:
    """Every line parsed, save blank ones and the first `header`. Raises GoldError.

    `parse` says what is wrong with a line by a ValueError with a Korean message.
    """
    number, parsed = 0, []
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if number > header and line.strip():
                    parsed.append(parse(line.removesuffix("\n")))
    except OSError as error:
        raise GoldError(f"{path}을(를) 읽을 수 없습니다: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}은(는) UTF-8이 아닙니다. UTF-8로 저장해 주세요") from error
    except ValueError as error:
        raise GoldError(f"{path} {number}번째 줄: {error}") from error
    if not parsed:
        raise GoldError(f"{path}이(가) 비어 있습니다")
    return parsed


def read_object(line: str) -> Record:
    """The JSON object of a line. Raises ValueError."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError(f"JSON이 아닙니다 ({error})") from error
    if not isinstance(record, dict):
        raise ValueError("JSON 객체가 아닙니다")
    return record


def _gold(record: Record) -> Gold:
    for name, known in (("split", SPLITS), ("type", TYPES)):
        if record.get(name) not in known:
            raise ValueError(f"{name}은(는) {', '.join(known)} 가운데 하나여야 합니다: {record.get(name)!r}")
    facts = record.get("facts")
    if not isinstance(facts, list) or not all(facts):
        raise ValueError('facts는 [["표기", "다른 표기"], …] 꼴이어야 합니다 (답이 없는 물음이면 [])')
    return Gold(
        id=_text(record, "id"),
        split=record["split"],
        type=record["type"],
        question=_text(record, "question"),
        facts=tuple(_texts({"facts의 항목": fact}, "facts의 항목") for fact in facts),
        forbidden=_texts(record, "forbidden"),
        documents=_texts(record, "documents"),
        evidence=_texts(record, "evidence"),
        today=date.fromisoformat(_text(record, "today")) if record.get("today") is not None else None,
        history=_history(record.get("history") or []),
    )


def _text(record: Record, name: str) -> str:
    """The string of that name; it must hold a letter or digit, or it would match anything."""
    value = record.get(name)
    if not isinstance(value, str) or not any(map(str.isalnum, value)):
        raise ValueError(f"{name}에 글이 있어야 합니다: {value!r}")
    return value


def _texts(record: Record, name: str) -> tuple[str, ...]:
    values = record.get(name)
    if not isinstance(values, list | None):
        raise ValueError(f"{name}은(는) 글의 목록이어야 합니다: {values!r}")
    return tuple(_text({name: value}, name) for value in values or [])


def _history(turns: object) -> tuple[Turn, ...]:
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise ValueError('history는 [{"role": "user", "content": "…"}] 꼴이어야 합니다')
    return tuple(Turn(_text(turn, "role"), _text(turn, "content")) for turn in turns)
