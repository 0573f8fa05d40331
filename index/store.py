"""The index folder: SQLite holds the truth, snapshots beside it can always be made again, the manifest comes last.

truth.sqlite      documents, passages, vectors, what the index was built with
snapshot-N/       BM25 postings and the FAISS index of generation N
manifest.json     generation and the hash of each snapshot file: its existence means they are complete
"""

import hashlib
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense import Dense
from index.errors import EncoderMismatch, StoreError
from index.lexical import Bm25
from index.terms import bigrams
from index.types import Cell, Document, EncoderIdentity, Metadata, Passage, Unit, Vectors

FORMAT = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, digest TEXT NOT NULL, metadata TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    body TEXT NOT NULL, vector BLOB NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE INDEX passages_of ON passages (document);
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What searching needs in memory; row i of each leg is passage `numbers[i]` of the truth."""

    numbers: NDArray[np.int64]
    terms: Bm25
    bigrams: Bm25
    dense: Dense


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
        if path.exists():
            store = cls.open(folder)
            store.check(identity, analyser)
            store._connection.execute("ROLLBACK")
            return store
        if folder.exists() and any(folder.iterdir()):
            raise StoreError(f"{folder}은(는) 색인 폴더가 아닙니다. 비어 있거나 새 폴더를 --into로 지정해 주십시오")
        with _as_store_error(folder):
            folder.mkdir(parents=True, exist_ok=True)
            connection = _connect(path)
            meta = {"format": FORMAT, "generation": 0, "analyser": analyser, "encoder": asdict(identity)}
            with _transaction(connection):
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO meta VALUES (?, ?)", [(key, _json(value)) for key, value in meta.items()]
                )
        return cls(folder, connection)

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Opens an existing folder; raises StoreError where it is missing, broken or of another format."""
        path = folder / "truth.sqlite"
        if not path.is_file():
            raise StoreError(f"색인이 없습니다: {folder}. 먼저 'assistant index'로 문서를 넣어 주십시오")
        with _as_store_error(folder):
            store = cls(folder, _connect(path))
            if store._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("quick_check")
            # A reader stays in this moment: what another process writes meanwhile is not seen.
            store._connection.execute("BEGIN")
            if store._meta("format") != FORMAT:
                raise StoreError(
                    f"색인 {folder}은(는) 다른 판의 형식입니다. 지우고 'assistant index'로 다시 만들어 주십시오"
                )
        return store

    def close(self) -> None:
        self._connection.close()

    def check(self, identity: EncoderIdentity, analyser: str) -> None:
        """Raises EncoderMismatch unless the index was built with this encoder and analyser."""
        stored = EncoderIdentity(**self._meta("encoder"))
        remedy = "같은 것을 쓰거나, 새 폴더를 --into로 지정해 다시 색인해 주십시오"
        if stored != identity:
            raise EncoderMismatch(
                f"색인 {self.folder}은(는) 다른 인코더로 만들어졌습니다 "
                f"(색인: {_shown(stored)}, 지금: {_shown(identity)}). {remedy}"
            )
        if self._meta("analyser") != analyser:
            raise EncoderMismatch(
                f"색인 {self.folder}은(는) 다른 형태소 분석기로 만들어졌습니다 "
                f"(색인: {self._meta('analyser')}, 지금: {analyser}). {remedy}"
            )

    def known(self) -> dict[str, tuple[str, str]]:
        """Document id -> (source, digest)."""
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
                )
                connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", row)
                connection.executemany(
                    "INSERT INTO passages (document, body, vector, digest) VALUES (?, ?, ?, ?)",
                    [_row(passage, vectors) for passage, vectors in zip(change.passages, change.vectors, strict=True)],
                )
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def documents(self) -> list[Document]:
        """All documents in id order, without their blocks: the passages hold what was made of those."""
        rows = self._connection.execute("SELECT id, text, metadata FROM documents ORDER BY id")
        return [Document(name, text, (), Metadata(**json.loads(metadata))) for name, text, metadata in rows]

    def passage(self, number: int) -> tuple[Passage, Vectors]:
        """The passage with this number and its units' vectors; raises StoreError where its row was altered."""
        rows = self._connection.execute(
            "SELECT document, body, vector, digest FROM passages WHERE number = ?", (number,)
        )
        for *row, digest in rows:
            self._verify(row, digest)
            passage = _passage(*row[:2])
            return passage, _vectors(row[2], len(passage.units))[1:]
        raise self._broken()

    def snapshot(self) -> Snapshot:
        """What searching needs: the stored one where it is whole and of this generation, else made from the truth."""
        generation = self._meta("generation")
        if (stored := _load_snapshot(self.folder, generation)) is not None:
            return stored
        snapshot = self._build_snapshot()
        _save_snapshot(self.folder, generation, snapshot)
        return snapshot

    def _build_snapshot(self) -> Snapshot:
        numbers: list[int] = []
        bags: list[list[str]] = []
        bigram_bags: list[list[str]] = []
        vectors: list[NDArray[np.float32]] = []
        rows = self._connection.execute(
            "SELECT number, document, body, vector, digest FROM passages ORDER BY document, number"
        )
        for number, *row, digest in rows:
            self._verify(row, digest)
            passage = _passage(*row[:2])
            numbers.append(number)
            bags.append([*passage.context_terms, *(term for unit in passage.units for term in unit.terms)])
            bigram_bags.append(bigrams(f"{passage.context} {passage.text}"))
            vectors.append(_vectors(row[2], len(passage.units))[0])
        matrix = np.array(vectors, np.float32).reshape(len(vectors), self._meta("encoder")["dimension"])
        return Snapshot(np.array(numbers, np.int64), Bm25.build(bags), Bm25.build(bigram_bags), Dense(matrix))

    def _verify(self, row: Sequence[object], digest: str) -> None:
        if _digest(row) != digest:
            raise self._broken()

    def _broken(self) -> StoreError:
        return StoreError(
            f"색인 {self.folder}이(가) 손상되었습니다. 폴더를 지우고 'assistant index'로 다시 만들어 주십시오"
        )

    def _meta(self, key: str) -> Any:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None


def _connect(path: Path) -> sqlite3.Connection:
    # Serialised by SQLite itself, so that the server's threads may share it.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def _as_store_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"색인 {folder}을(를) 쓰거나 읽지 못했습니다: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"색인 {folder}이(가) 손상되었거나 색인이 아닙니다. 폴더를 지우고 'assistant index'로 다시 만들어 주십시오"
        ) from error
    except OSError as error:
        raise StoreError(f"색인 {folder}을(를) 쓰거나 읽지 못했습니다: {error.strerror}") from error


def _shown(identity: EncoderIdentity) -> str:
    return f"{identity.name}, {identity.dimension}차원, {identity.fingerprint[:8]}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(row: Sequence[object]) -> str:
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
    return (*row, _digest(row))


def _vectors(blob: bytes, units: int) -> Vectors:
    """Row 0 is the passage's, row 1 + i that of unit i."""
    return np.frombuffer(blob, np.float16).reshape(1 + units, -1).astype(np.float32)


def _passage(document: str, body: str) -> Passage:
    fields = json.loads(body)
    units = tuple(
        Unit(
            unit["kind"],
            unit["start"],
            unit["end"],
            tuple(unit["terms"]),
            tuple(unit["path"]),
            unit["context"],
            tuple(Cell(**cell) for cell in unit["cells"]),
        )
        for unit in fields.pop("units")
    )
    return Passage(document=document, units=units, context_terms=tuple(fields.pop("context_terms")), **fields)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _save_snapshot(folder: Path, generation: int, snapshot: Snapshot) -> None:
    """Writes the files, then the manifest; a folder that cannot be written keeps its truth and goes without."""
    target = folder / f"snapshot-{generation}"
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        snapshot.dense.save(target / "dense.faiss")
        np.save(target / "numbers.npy", snapshot.numbers)
        for name in ("terms", "bigrams"):
            leg: Bm25 = getattr(snapshot, name)
            vocabulary = np.frombuffer("\0".join(leg.vocabulary).encode(), np.uint8)
            np.savez(
                target / f"{name}.npz",
                vocabulary=vocabulary,
                size=np.array(leg.size),
                starts=leg.starts,
                bags=leg.bags,
                weights=leg.weights,
                idf=leg.idf,
            )
        for path in target.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        files = {path.name: _hash(path) for path in sorted(target.iterdir())}
        draft = folder / "manifest.json.tmp"
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation, "files": files}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "manifest.json")
        for old in folder.glob("snapshot-*"):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError) as error:  # FAISS reports a full disk as RuntimeError
        logging.getLogger(__name__).warning("스냅숏을 저장하지 못했습니다 (색인은 온전합니다): %s", error)


def _load_snapshot(folder: Path, generation: int) -> Snapshot | None:
    """The stored snapshot, or None where there is none, it is of another generation, or a hash does not fit."""
    target = folder / f"snapshot-{generation}"
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["generation"] != generation:
            return None
        if any(_hash(target / name) != digest for name, digest in manifest["files"].items()):
            return None
        legs = {}
        for name in ("terms", "bigrams"):
            with np.load(target / f"{name}.npz") as arrays:
                words = arrays["vocabulary"].tobytes().decode().split("\0")
                vocabulary = {word: number for number, word in enumerate(words)} if len(arrays["idf"]) else {}
                columns = (arrays[column] for column in ("starts", "bags", "weights", "idf"))
                legs[name] = Bm25(int(arrays["size"]), vocabulary, *columns)
        dense = Dense.load(target / "dense.faiss")
        return Snapshot(np.load(target / "numbers.npy"), legs["terms"], legs["bigrams"], dense)
    except (OSError, ValueError, KeyError, TypeError):
        return None
