"""Documents into an index: what is new or changed is parsed, cut, embedded and stored; what is gone is dropped."""

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import numpy as np

from index import korean
from index.chunk import passages
from index.errors import DocumentError
from index.normalise import normalise
from index.parse.document import parse
from index.store import Change, Store
from index.types import Document, Encoder, IndexReport, Metadata

Progress = Callable[[int, int], None]  # (documents done, documents in all)
Read = tuple[Document, str, str]  # a document, its source and its digest
_BATCH = 64  # documents stored in one transaction, where they come in great numbers
_PUBLISHED = re.compile(r"(?:\d{4}(?:-\d{2}){0,2})?")


def update(
    paths: Sequence[Path], folder: Path, encoder: Encoder, progress: Progress = lambda done, total: None
) -> IndexReport:
    """Brings the index up to the files under the paths; each path is a source of its own.

    A file that cannot be read is refused by name and the others go on. Raises StoreError where the index
    cannot be written, DocumentError where a path is not there or holds no document at all.
    """
    sources = {path.resolve(): (path, _files(path)) for path in paths}
    report = IndexReport()
    with closing(Store.create(folder, encoder.identity, korean.VERSION)) as store:
        known = store.known()
        changed: list[Read] = []
        total = sum(len(files) for _, files in sources.values())
        for resolved, (path, files) in sources.items():
            # Relative to the index folder, so that both may be moved together.
            source = Path(os.path.relpath(resolved, folder.resolve().parent)).as_posix()
            manifest = _manifest(path if path.is_dir() else path.parent)
            for name, file in files.items():
                changed += _read(name, file, source, manifest.get(name, Metadata()), known, report)
            report.dropped += [name for name, (owner, _) in known.items() if owner == source and name not in files]
        progress(total - len(changed), total)
        if changed or report.dropped:
            store.apply(_counted(_changes(changed, encoder), total - len(changed), total, progress), report.dropped)
        store.snapshot()
    return report


def index_documents(
    documents: Sequence[Document],
    folder: Path,
    encoder: Encoder,
    progress: Progress = lambda done, total: None,
) -> None:
    """Makes an index of ready documents, their ids as they are."""
    with closing(Store.create(folder, encoder.identity, korean.VERSION)) as store:
        for first in range(0, len(documents), _BATCH):
            batch = [(document, "", "") for document in documents[first : first + _BATCH]]
            store.apply(_changes(batch, encoder), [])
            progress(first + len(batch), len(documents))
        store.snapshot()


def _files(path: Path) -> dict[str, Path]:
    """Document id -> file, of one source: a file, or a folder and all below it, in order of id."""
    if path.is_file():
        return {_id(path.name): path}
    if not path.is_dir():
        raise DocumentError(f"{path}이(가) 없습니다. 문서가 있는 폴더나 파일을 지정해 주십시오")
    found: dict[str, Path] = {}
    for folder, below, names in os.walk(path, onerror=_unreadable):
        below[:] = [name for name in below if not name.startswith(".")]
        for file in (Path(folder, name) for name in names if not name.startswith(".")):
            if file.suffix == ".jsonl" or file.name == "manifest.toml" or not file.is_file():
                continue
            document = _id(file.relative_to(path).as_posix())
            if document in found:
                raise DocumentError(
                    f"{path}에 이름이 같은 문서가 둘 있습니다: {document}. 하나의 이름을 바꾸어 주십시오"
                )
            found[document] = file
    if not found:
        raise DocumentError(f"{path}에 문서가 없습니다")
    return dict(sorted(found.items()))


def _unreadable(error: OSError) -> NoReturn:
    # Passed over, the folder's documents would seem gone and be dropped.
    raise DocumentError(f"{error.filename} 폴더를 읽을 수 없습니다: {error.strerror}") from error


def _id(name: str) -> str:
    """The name in NFC; one that is not UTF-8 on disk is read as CP949, as old archives leave them."""
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("cp949", "replace")
    return normalise(name)


def _manifest(folder: Path) -> dict[str, Metadata]:
    """Document id -> what `manifest.toml` says of it; raises DocumentError for a manifest that is not in its form."""
    path = folder / "manifest.toml"
    if not path.is_file():
        return {}
    known = {field.name for field in fields(Metadata)}
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
        manifest = {}
        for name, entry in entries.items():
            if not isinstance(entry, dict):
                raise DocumentError(f'{path}: {name}이(가) ["문서 이름"] 아래에 있지 않습니다')
            if unknown := sorted(entry.keys() - known):
                raise DocumentError(f"{path}: {name}에 모르는 항목이 있습니다: {', '.join(unknown)}")
            values = {key: normalise(str(value)) for key, value in entry.items()}
            if values.get("grade", "O") not in ("C", "S", "O"):
                raise DocumentError(f"{path}: {name}의 grade는 C, S, O 가운데 하나여야 합니다")
            if not _PUBLISHED.fullmatch(values.get("published", "")):
                raise DocumentError(f"{path}: {name}의 published는 2025, 2025-05, 2025-05-26 꼴이어야 합니다")
            manifest[normalise(name)] = Metadata(**values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(f"{path}을(를) 읽을 수 없습니다: {error}") from error
    return manifest


def _read(
    name: str, file: Path, source: str, metadata: Metadata, known: dict[str, tuple[str, str]], report: IndexReport
) -> list[Read]:
    """Sorts one file into the report; gives it back where it must be stored."""
    owner, digest_before = known.get(name, (source, ""))
    try:
        if owner != source:
            raise DocumentError(f"같은 이름의 문서가 다른 곳({owner})에서 이미 색인되었습니다")
        data = file.read_bytes()
        digest = _digest(data, metadata)
        if digest == digest_before:
            report.unchanged.append(name)
            return []
        document = parse(name, data, metadata)
    except (OSError, DocumentError) as error:
        report.refused[name] = f"읽을 수 없습니다: {error.strerror}" if isinstance(error, OSError) else str(error)
        return []
    if not document.metadata.title:
        first = document.blocks[0]
        title = document.text[first.start : first.end][:80]
        document = replace(document, metadata=replace(document.metadata, title=title))
    if document.notices:
        report.noticed[name] = [notice.text for notice in document.notices]
    known[name] = (source, digest)  # for the sources that follow in this run
    (report.changed if digest_before else report.added).append(name)
    return [(document, source, digest)]


def _digest(data: bytes, metadata: Metadata) -> str:
    """Tells a changed document from an unchanged one: over the bytes, the manifest's words and this code's version."""
    state = hashlib.blake2b(data, digest_size=16)
    state.update(f"{version('assistant')}{asdict(metadata)}".encode())
    return state.hexdigest()


def _counted(changes: Iterable[Change], done: int, total: int, progress: Progress) -> Iterator[Change]:
    """The changes as they are, `progress` told of each once it is stored."""
    for number, change in enumerate(changes, done + 1):
        yield change
        progress(number, total)


def _changes(documents: Sequence[Read], encoder: Encoder) -> Iterator[Change]:
    for document, source, digest in documents:
        cut = passages(document)
        texts: list[str] = []
        for passage in cut:
            texts.append(f"{passage.context}\n{passage.text}")
            # A row means little without its columns' names; other units stand for themselves.
            units = ((unit, document.text[unit.start : unit.end]) for unit in passage.units)
            texts += [f"{unit.context}\n{text}" if unit.kind == "row" else text for unit, text in units]
        vectors = encoder.encode_passages(texts)
        bounds = np.cumsum([1 + len(passage.units) for passage in cut])[:-1]
        yield Change(document, source, digest, cut, np.split(vectors, bounds) if cut else [])
