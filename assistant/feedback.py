"""What readers thought of answers: kept line by line in the index folder, printed as candidates for gold pairs."""

import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict
from errno import ENOSPC
from pathlib import Path

from assistant.evaluation.gold import Record, read_lines, read_object
from assistant.wire import Json, RequestError, question_from
from index.errors import StoreError

FILE = "feedback.jsonl"
LARGEST_FILE = 16 * 1024**2  # bytes
LONGEST_COMMENT = 1000  # code points
MOST_CITATIONS = 50


def feedback_from(body: object) -> Json:
    """What is kept of a body: the question as `/ask` takes it, what was answered and what was thought of it.

    Raises RequestError, whose text names the field that is wrong. Nothing about who sent it is kept.
    """
    question = question_from(body)
    assert isinstance(body, dict)
    answer, citations, comment = body.get("answer"), body.get("citations") or [], body.get("comment") or ""
    if not isinstance(answer, str | None):
        raise RequestError("answer는 받은 답(글)이거나, 답이 없었으면 null이어야 합니다.")
    if body.get("rating") not in ("up", "down"):
        raise RequestError('rating은 "up"이나 "down"이어야 합니다.')
    if not isinstance(comment, str) or len(comment) > LONGEST_COMMENT:
        raise RequestError(f"의견(comment)은 {LONGEST_COMMENT:,}자까지의 글이어야 합니다.")
    if not isinstance(citations, list) or len(citations) > MOST_CITATIONS:
        raise RequestError(f"citations는 {MOST_CITATIONS}개까지의 목록이어야 합니다.")
    return {
        "question": question.text,
        "today": question.today.isoformat(),
        "history": [asdict(turn) for turn in question.history],
        "answer": answer,
        "citations": [_citation(citation) for citation in citations],
        "rating": body["rating"],
        "comment": comment.strip(),
    }


def _citation(value: object) -> Json:
    match value:
        case {"document": str(document), "quote": str(quote)}:
            return {"document": document, "quote": quote}
    raise RequestError('citations의 각 항목은 {"document": "…", "quote": "…"} 꼴이어야 합니다.')


class Feedback:
    """The file of an index folder, only ever added to; one process writes it, from several threads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()

    def add(self, record: Json) -> None:
        """One line more, on the disk when this returns; the file is its owner's alone. Raises StoreError."""
        line = json.dumps(record, ensure_ascii=False).encode(errors="replace") + b"\n"
        try:
            with self._lock, open(self.path, "ab", buffering=0, opener=_private) as file:
                size = file.tell()
                if size + len(line) > LARGEST_FILE:
                    raise StoreError(
                        f"의견이 {LARGEST_FILE // 1024**2} MB까지 차서 더 받을 수 없습니다. "
                        f"관리자는 assistant feedback으로 내보낸 뒤 {FILE}을 옮겨 주십시오."
                    )
                if file.write(line) < len(line):  # the disk is full: half a line would spoil the next one too
                    file.truncate(size)
                    raise OSError(ENOSPC, os.strerror(ENOSPC))
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"의견을 적을 수 없습니다 ({error.strerror}). 관리자에게 알려 주십시오.") from error

    def candidates(self) -> Iterator[Record]:
        """Gold pairs for a person to complete: their type is none of gold's, so that no evaluation reads them as they are.

        An answer thought right is its own fact and its quotes are the evidence; of one thought wrong nothing is taken over.
        """
        kept = read_lines(self.path, read_object) if self.path.exists() and self.path.stat().st_size else []
        for number, record in enumerate(kept, 1):
            right = record["rating"] == "up"
            said = re.sub(r"\s*\[\d+\]", "", record["answer"] or "").strip()
            cited = record["citations"] if right else []
            yield {
                "id": f"f{number:04}",
                "split": "tune",
                "type": "candidate",
                "question": record["question"],
                "facts": [[said]] if right and said else [],
                "documents": list(dict.fromkeys(citation["document"] for citation in cited)),
                "evidence": [citation["quote"] for citation in cited],
                "today": record["today"],
                "history": record["history"],
                **{key: record[key] for key in ("rating", "answer", "comment")},
            }


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
