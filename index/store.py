"""The index folder's truth, in SQLite: documents, passages, vectors, and what the index was built with."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import Dense
from index.errors import EncoderMismatch, StoreError
from index.lexical import Bm25
from index.snapshot import Snapshot, load_snapshot, save_snapshot
from index.terms import bigrams
from index.types import Cell, Document, EncoderIdentity, Metadata, Notice, Passage, Unit, Vectors

FORMAT = 3
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, digest TEXT NOT NULL, metadata TEXT NOT NULL, text TEXT NOT NULL,
    notices TEXT NOT NULL, checksum TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    body TEXT NOT NULL, vector BLOB NOT NULL, checksum TEXT NOT NULL
) STRICT;
CREATE INDEX passages_of ON passages (document);
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A document to be stored; `digest` tells whether it changed.

    `vectors` has one matrix a passage: row 0 is the passage's, row 1 + i that of its unit i.
    """

    document: Document
    source: str
    digest: str
    passages: Sequence[Passage]
    vectors: Sequence[Vectors]


class Store:
    """An open index folder. Reading sees one moment of the truth, whatever another process writes."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    @classmethod
    def create(cls, folder: Path, identity: EncoderIdentity, analyser: str) -> "Store":
        """Opens the folder's truth for writing, making it where there is none.

        Raises StoreError for a broken or foreign folder, EncoderMismatch where it was built with another encoder.
        """
        path = folder / "truth.sqlite"
        with _as_store_error(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if not path.exists() and any(folder.iterdir()):
                raise StoreError(f"{folder}은(는) 색인 폴더가 아닙니다. 비어 있거나 새 폴더를 --into로 지정해 주십시오")
            meta = {"format": FORMAT, "generation": 0, "analyser": analyser, "encoder": asdict(identity)}
            with closing(_connect(path)) as connection, _transaction(connection):
                if not _tables(connection):  # also where a first run was killed before it made them
                    for statement in _SCHEMA.split(";\n"):
                        connection.execute(statement)
                    rows = [(key, _json(value)) for key, value in meta.items()]
                    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        store = cls.open(folder, identity, analyser)
        store._connection.execute("ROLLBACK")
        return store

    @classmethod
    def open(cls, folder: Path, identity: EncoderIdentity, analyser: str) -> "Store":
        """Opens an existing folder for reading.

        Raises StoreError where it is missing, broken or of another format, EncoderMismatch as `create` does.
        """
        path = folder / "truth.sqlite"
        if not path.is_file():
            raise StoreError(f"색인이 없습니다: {folder}. 먼저 'assistant index'로 문서를 넣어 주십시오")
        with _as_store_error(folder), ExitStack() as undo:
            store = cls(folder, _connect(path))
            undo.callback(store.close)
            store._stay()
            store._check(identity, analyser)
            undo.pop_all()
        return store

    def _stay(self) -> None:
        """From here on all reading sees this moment, whatever another process writes."""
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN")

    def _check(self, identity: EncoderIdentity, analyser: str) -> None:
        if self._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _broken(self.folder)
        if not _tables(self._connection) >= {"meta", "documents", "passages"}:
            raise StoreError(
                f"{self.folder}에 색인이 없거나 만들다 말았습니다. 'assistant index'로 문서를 넣어 주십시오"
            )
        if self._meta("format") != FORMAT:
            raise StoreError(
                f"색인 {self.folder}은(는) 다른 판의 형식입니다. 지우고 'assistant index'로 다시 만들어 주십시오"
            )

        try:
            stored = EncoderIdentity(**self._meta("encoder"))
        except TypeError as error:
            raise _broken(self.folder) from error
        for what, changed, before, now in (
            ("인코더", stored != identity, _shown(stored), _shown(identity)),
            ("형태소 분석기", self._meta("analyser") != analyser, self._meta("analyser"), analyser),
        ):
            if changed:
                raise EncoderMismatch(
                    f"색인 {self.folder}은(는) 다른 {what}(으)로 만들어졌습니다 (색인: {before}, 지금: {now}). 같은 것을 쓰거나, "
                    "그 폴더를 지우고(또는 --into로 새 폴더를 지정해) 다시 색인해 주십시오"
                )

    def close(self) -> None:
        self._connection.close()

    def known(self) -> dict[str, tuple[str, str]]:
        """Document id -> (source, digest)."""
        with _as_store_error(self.folder):
            rows = self._connection.execute("SELECT id, source, digest FROM documents")
            return {document: (source, digest) for document, source, digest in rows}

    def apply(self, changes: Iterable[Change], dropped: Iterable[str]) -> None:
        """Adds or replaces documents and drops others, all or nothing."""
        with _as_store_error(self.folder), _transaction(self._connection) as connection:
            for gone in dropped:
                connection.execute("DELETE FROM documents WHERE id = ?", (gone,))
            for change in changes:
                document = change.document
                connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                row = (
                    document.id,
                    change.source,
                    change.digest,
                    _json(asdict(document.metadata)),
                    document.text,
                    _json([asdict(notice) for notice in document.notices]),
                )
                connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, _checksum(row)))
                connection.executemany(
                    "INSERT INTO passages (document, body, vector, checksum) VALUES (?, ?, ?, ?)",
                    [_row(passage, vectors) for passage, vectors in zip(change.passages, change.vectors, strict=True)],
                )
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def documents(self) -> list[Document]:
        """All documents in id order, without their blocks: the passages hold what was made of those.

        Raises StoreError where a row was altered.
        """
        documents = []
        with _as_store_error(self.folder):
            rows = self._connection.execute(
                "SELECT id, source, digest, metadata, text, notices, checksum FROM documents ORDER BY id"
            )
            for *row, checksum in rows:
                self._verify(row, checksum)
                notices = tuple(Notice(**fields) for fields in json.loads(row[5], object_hook=_record))
                documents.append(Document(row[0], row[4], (), Metadata(**json.loads(row[3])), notices))
        return documents

    def passage(self, number: int) -> tuple[Passage, Vectors]:
        """The passage with this number and its units' vectors; raises StoreError where its row was altered."""
        query = "SELECT document, body, vector, checksum FROM passages WHERE number = ?"
        with _as_store_error(self.folder):
            found = self._connection.execute(query, (number,)).fetchone()
        if found is None:
            raise _broken(self.folder)
        *row, checksum = found
        self._verify(row, checksum)
        passage = _passage(*row[:2])
        return passage, _vectors(row[2], len(passage.units))[1:]

    def owners(self, numbers: NDArray[np.int64]) -> list[str]:
        """The documents that the passages with these numbers are of."""
        with _as_store_error(self.folder):
            owner = dict(self._connection.execute("SELECT number, document FROM passages"))
        if missing := set(numbers.tolist()) - owner.keys():
            raise _broken(self.folder) from KeyError(*sorted(missing)[:1])
        return [owner[number] for number in numbers.tolist()]

    def snapshot(self) -> Snapshot:
        """What searching needs: the stored one where it is whole and of this generation, else made from the truth.

        A reader from here on: nothing can be written after.
        """
        with _as_store_error(self.folder):
            self._stay()
            generation = self._meta("generation")
            if (stored := load_snapshot(self.folder, generation)) is not None:
                return stored
            snapshot = self._build_snapshot()
        save_snapshot(self.folder, generation, snapshot)
        return snapshot

    def _build_snapshot(self) -> Snapshot:
        numbers: list[int] = []
        bags: list[list[str]] = []
        bigram_bags: list[list[str]] = []
        vectors: list[NDArray[np.float32]] = []
        rows = self._connection.execute(
            "SELECT number, document, body, vector, checksum FROM passages ORDER BY document, number"
        )
        for number, *row, checksum in rows:
            self._verify(row, checksum)
            passage = _passage(*row[:2])
            numbers.append(number)
            bags.append([*passage.context_terms, *(term for unit in passage.units for term in unit.terms)])
            bigram_bags.append(bigrams(f"{passage.context} {passage.text}"))
            vectors.append(_vectors(row[2], len(passage.units))[0])
        matrix = np.array(vectors, np.float32).reshape(len(vectors), self._meta("encoder")["dimension"])
        return Snapshot(np.array(numbers, np.int64), Bm25.build(bags), Bm25.build(bigram_bags), Dense(matrix))

    def _verify(self, row: Sequence[object], checksum: str) -> None:
        if _checksum(row) != checksum:
            raise _broken(self.folder)

    def _meta(self, key: str) -> Any:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        try:
            return json.loads(row[0])
        except (TypeError, ValueError) as error:
            raise _broken(self.folder) from error


def _connect(path: Path) -> sqlite3.Connection:
    # Serialised by SQLite itself, so that the server's threads may share it.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _as_store_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreError(f"색인 {folder}을(를) 쓰거나 읽지 못했습니다: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _broken(folder) from error


def _broken(folder: Path) -> StoreError:
    return StoreError(f"색인 {folder}이(가) 손상되었습니다. 폴더를 지우고 'assistant index'로 다시 만들어 주십시오")


def _shown(identity: EncoderIdentity) -> str:
    return f"{identity.name}, {identity.dimension}차원, {identity.fingerprint[:8]}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _checksum(row: Sequence[object]) -> str:
    """A hash over one row's values, so that altered bytes are seen when they are read."""
    state = hashlib.blake2b(digest_size=16)
    for value in row:
        state.update(value if isinstance(value, bytes) else str(value).encode())
        state.update(b"\0")
    return state.hexdigest()


def _row(passage: Passage, vectors: Vectors) -> tuple[str, str, bytes, str]:
    body = asdict(passage)
    del body["document"]
    row = (passage.document, _json(body), vectors.astype(np.float16).tobytes())
    return (*row, _checksum(row))


def _vectors(blob: bytes, units: int) -> Vectors:
    """Row 0 is the passage's, row 1 + i that of unit i."""
    return np.frombuffer(blob, np.float16).reshape(1 + units, -1).astype(np.float32)


def _frozen(value: Any) -> Any:
    """Lists as tuples, in lists too."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _record(fields: dict[str, Any]) -> Any:
    """A JSON object of a stored row as the record it was made of: a cell, a unit, or the fields of another."""
    fields = {name: _frozen(value) for name, value in fields.items()}
    if "label" in fields:
        return Cell(**fields)
    return Unit(**fields) if "cells" in fields else fields


def _passage(document: str, body: str) -> Passage:
    return Passage(document=document, **json.loads(body, object_hook=_record))
