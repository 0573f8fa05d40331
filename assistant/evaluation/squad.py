"""Gold from a SQuAD 1.1, SQuAD 2.0 or KorQuAD 1.0 file: its questions, and its paragraphs as documents."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zlib import error as ZlibError

from assistant.evaluation.gold import Gold, Record
from index.errors import GoldError
from index.structure import plain_document
from index.types import Document, Metadata


def is_squad(path: Path) -> bool:
    return path.name.endswith((".json", ".json.gz"))


def read_squad(path: Path) -> tuple[list[Gold], list[Document]]:
    """Every question, and every paragraph as a document of its own. Raises GoldError.

    The evidence is the sentence around the answer; a question without answers is to be abstained from. No
    document is named, so that another index may be asked.
    """
    gold: list[Gold] = []
    documents: list[Document] = []
    try:
        content = path.read_bytes()
        record = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        for article, paragraphs in enumerate(record["data"]):
            for number, paragraph in enumerate(paragraphs["paragraphs"]):
                metadata = Metadata(title=str(paragraphs.get("title", "")).replace("_", " "))
                documents.append(plain_document(f"{article}-{number}", paragraph["context"], metadata))
                gold += _questions(paragraph)
    except OSError as error:
        raise GoldError(f"{path}을(를) 읽을 수 없습니다: {error.strerror or error}") from error
    except (AttributeError, EOFError, KeyError, TypeError, ValueError, ZlibError) as error:
        raise GoldError(f"{path}은(는) SQuAD나 KorQuAD 1.0의 꼴이 아닙니다") from error
    if not gold:
        raise GoldError(f"{path}에 물음이 없습니다")
    return gold, documents


def _questions(paragraph: Record) -> Iterator[Gold]:
    for asked in paragraph["qas"]:
        answers = [] if asked.get("is_impossible") else asked["answers"]
        spellings = tuple(dict.fromkeys(answer["text"] for answer in answers))
        yield Gold(
            id=str(asked["id"]),
            split="report",
            type="span" if spellings else "unanswerable",
            question=asked["question"],
            facts=(spellings,) if spellings else (),
            evidence=tuple(
                _sentence(paragraph["context"], answer["text"], answer["answer_start"]) for answer in answers[:1]
            ),
        )


def _sentence(context: str, text: str, answer_start: int) -> str:
    """The answer with what stands around it up to full stops or line ends."""
    before, after = context[:answer_start], context[answer_start + len(text) :]
    return re.split(r"\. |\n", before)[-1] + text + re.split(r"\. |\n", after, maxsplit=1)[0]
