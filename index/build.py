"""Documents into an index: what is new or changed is parsed, cut, embedded and stored; what is gone is dropped."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np

from index import korean
from index.chunk import passages
from index.errors import DocumentError
from index.normalise import normalise
from index.parse.document import parse
from index.store import Change, Store
from index.types import Document, Encoder, IndexReport, Metadata

Progress = Callable[[int, int], None]  # (documents done, documents in all)
_BATCH = 64  # documents whose passages are embedded together


def update(
    paths: Sequence[Path], folder: Path, encoder: Encoder, progress: Progress = lambda done, total: None
) -> IndexReport:
    """Brings the index up to the files under the paths; each path is a source of its own.

    A file that cannot be read is refused by name and the others go on. Raises StoreError where the index
    cannot be written, DocumentError where a path is not there or holds no document at all.
    """
    sources = {path: _files(path) for path in paths}
    report = IndexReport()
    store = Store.create(folder, encoder.identity, korean.VERSION)
    try:
        known = store.known()
        changed: list[tuple[Document, str, str]] = []
        total = sum(len(files) for files in sources.values())
        done = 0
        for path, files in sources.items():
            source = str(path.resolve())
            manifest = _manifest(path if path.is_dir() else path.parent)
            for name, file in files.items():
                _consider(name, file, source, manifest.get(name, Metadata()), known, report, changed)
                done += 1
                progress(done, total)
            report.dropped += [name for name, (owner, _) in known.items() if owner == source and name not in files]
        if changed or report.dropped:
            store.apply(_changes(changed, encoder), report.dropped)
        store.snapshot()
    finally:
        store.close()
    return report


def index_documents(
    documents: Sequence[Document],
    folder: Path,
    encoder: Encoder,
    progress: Progress = lambda done, total: None,
) -> None:
    """Makes an index of ready documents, their ids as they are."""
    store = Store.create(folder, encoder.identity, korean.VERSION)
    try:
        for first in range(0, len(documents), _BATCH):
            batch = [(document, "", "") for document in documents[first : first + _BATCH]]
            store.apply(_changes(batch, encoder), [])
            progress(first + len(batch), len(documents))
        store.snapshot()
    finally:
        store.close()


def _files(path: Path) -> dict[str, Path]:
    """Document id -> file, of one source: a file, or a folder and all below it, in order of id."""
    if path.is_file():
        return {normalise(path.name): path}
    if not path.is_dir():
        raise DocumentError(f"{path}이(가) 없습니다. 문서가 있는 폴더나 파일을 지정해 주십시오")
    found = {
        normalise(file.relative_to(path).as_posix()): file
        for file in path.rglob("*")
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and file.suffix != ".jsonl"
        and file.name != "manifest.toml"
    }
    if not found:
        raise DocumentError(f"{path}에 문서가 없습니다")
    return dict(sorted(found.items()))


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
            if unknown := sorted(entry.keys() - known):
                raise DocumentError(f"{path}: {name}에 모르는 항목이 있습니다: {', '.join(unknown)}")
            values = {key: normalise(str(value)) for key, value in entry.items()}
            if values.get("grade", "O") not in ("C", "S", "O"):
                raise DocumentError(f"{path}: {name}의 grade는 C, S, O 가운데 하나여야 합니다")
            manifest[normalise(name)] = Metadata(**values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise DocumentError(f"{path}을(를) 읽을 수 없습니다: {error}") from error
    return manifest


def _consider(
    name: str,
    file: Path,
    source: str,
    metadata: Metadata,
    known: dict[str, tuple[str, str]],
    report: IndexReport,
    changed: list[tuple[Document, str, str]],
) -> None:
    """Sorts one file into the report, and into `changed` where it must be stored."""
    owner, digest_before = known.get(name, (source, ""))
    taken = any(document.id == name for document, _, _ in changed)
    if owner != source or taken:
        report.refused[name] = f"같은 이름의 문서가 다른 곳({owner})에서 이미 색인되었습니다"
        return
    try:
        data = file.read_bytes()
        digest = _digest(data, metadata)
        if digest == digest_before:
            report.unchanged.append(name)
            return
        document = parse(name, data, metadata)
    except OSError as error:
        report.refused[name] = f"읽을 수 없습니다: {error.strerror}"
        return
    except DocumentError as error:
        report.refused[name] = str(error)
        return
    if not document.metadata.title:
        first = document.blocks[0]
        title = document.text[first.start : first.end][:80]
        document = replace(document, metadata=replace(document.metadata, title=title))
    changed.append((document, source, digest))
    (report.changed if digest_before else report.added).append(name)


def _digest(data: bytes, metadata: Metadata) -> str:
    """Tells a changed document from an unchanged one: over the bytes, the manifest's words and this code's version."""
    state = hashlib.blake2b(data, digest_size=16)
    state.update(repr(asdict(metadata)).encode())
    return state.hexdigest()


def _changes(documents: Sequence[tuple[Document, str, str]], encoder: Encoder) -> Iterator[Change]:
    for document, source, digest in documents:
        cut = passages(document)
        texts: list[str] = []
        for passage in cut:
            texts.append(f"{passage.context}\n{passage.text}")
            texts.extend(document.text[unit.start : unit.end] for unit in passage.units)
        vectors = encoder.encode_passages(texts)
        bounds = np.cumsum([1 + len(passage.units) for passage in cut])[:-1]
        yield Change(document, source, digest, cut, np.split(vectors, bounds) if cut else [])
