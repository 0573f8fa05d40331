"""The index folder: what is stored comes back, whole or with a message, whatever happens to the process or the disk."""

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from index_doubles import WordEncoder

from index import snapshot as snapshots
from index.errors import EncoderMismatch, StoreError
from index.store import Change, Store
from index.types import Cell, Document, EncoderIdentity, Metadata, Notice, Passage, Unit

ROOT = Path(__file__).parents[1]
ENCODER = WordEncoder()
OLD = "등대를 연다\n배 요금을 내린다"
NEW = "빈집을 고친다\n축제를 연다\n배 요금을 올린다"


def change(name: str, text: str, source: str = "창고") -> Change:
    """A document of one passage and one unit a line, its terms the words of the line."""
    passages, start = [], 0
    for number, line in enumerate(text.split("\n")):
        end = start + len(line)
        cells = (Cell("글", line, start, end),)
        unit = Unit("row", start, end, tuple(line.split()), ("제목",), "단위: 원", cells)
        passages.append(Passage(f"{name}#{number}", name, start, end, line, "제목", (unit,), ("제목",)))
        start = end + 1
    vectors = [ENCODER.encode_passages([passage.text] * 2) for passage in passages]
    notice = Notice("total", "합계가 맞지 않습니다", 0, 2, (("3명", "표의 합계"), ("2명", "각 행을 더한 값")))
    document = Document(name, text, (), Metadata(title=name), (notice,))
    return Change(document, source, f"판 {text}", passages, vectors)


def create(folder: Path, *changes: Change, dropped: Sequence[str] = ()) -> None:
    store = Store.create(folder, ENCODER.identity, "분석기 1")
    try:
        store.apply(changes, dropped)
        store.snapshot()
    finally:
        store.close()


def told(folder: Path) -> object:
    """Everything that an index folder says, read the way that searching reads it."""
    store = Store.open(folder, ENCODER.identity, "분석기 1")
    try:
        documents, snapshot = store.documents(), store.snapshot()
        passages = [store.passage(int(number)) for number in snapshot.numbers]
        scores = [
            leg.tolist()
            for leg in (
                snapshot.terms.scores({"요금을": 1.0, "제목": 2.0}),
                snapshot.bigrams.scores({"요금": 1.0}),
                snapshot.dense.scores(ENCODER.encode_queries(["배 요금"])[0]),
            )
        ]
        return documents, [(passage, vectors.tolist()) for passage, vectors in passages], scores, store.known()
    finally:
        store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "색인"
    create(folder, change("가.txt", OLD), change("나.txt", NEW))
    return folder


def raises_in_one_korean_line(error: pytest.ExceptionInfo[StoreError]) -> bool:
    text = str(error.value)
    return "\n" not in text and any("가" <= letter <= "힣" for letter in text)


# --- what goes in comes out


def test_documents_passages_and_vectors_come_back_as_they_were(folder: Path) -> None:
    store = Store.open(folder, ENCODER.identity, "분석기 1")
    expected = [change("가.txt", OLD), change("나.txt", NEW)]
    assert store.documents() == [each.document for each in expected]
    numbers = store.snapshot().numbers
    found = [store.passage(int(number)) for number in numbers]
    assert [passage for passage, _ in found] == [passage for each in expected for passage in each.passages]
    for (_, units), stored in zip(found, (vectors for each in expected for vectors in each.vectors), strict=True):
        np.testing.assert_allclose(units, stored[1:], atol=1e-3)
    assert store.known() == {"가.txt": ("창고", f"판 {OLD}"), "나.txt": ("창고", f"판 {NEW}")}
    store.close()


def test_a_loaded_snapshot_ranks_like_the_one_just_built(folder: Path) -> None:
    loaded = told(folder)
    (folder / "manifest.json").unlink()
    assert told(folder) == loaded


def test_replacing_a_document_leaves_nothing_of_the_old(folder: Path) -> None:
    create(folder, change("가.txt", NEW), dropped=["나.txt"])
    fresh = folder.with_name("새 색인")
    create(fresh, change("가.txt", NEW))
    assert told(folder) == told(fresh)


def test_only_the_newest_snapshot_is_kept(folder: Path) -> None:
    for _ in range(3):
        create(folder, change("가.txt", OLD))
    assert len(list(folder.glob("snapshot-*"))) == 1


def test_an_index_without_documents_opens_and_finds_nothing(tmp_path: Path) -> None:
    create(tmp_path / "빈 색인")
    documents, passages, scores, _ = told(tmp_path / "빈 색인")  # type: ignore[misc]
    assert (documents, passages, scores) == ([], [], [[], [], []])


def test_a_reader_stays_in_its_moment_while_another_writes(folder: Path) -> None:
    before = told(folder)
    reader = Store.open(folder, ENCODER.identity, "분석기 1")
    create(folder, change("가.txt", NEW), dropped=["나.txt"])
    assert [document.text for document in reader.documents()] == [OLD, NEW]
    assert reader.snapshot().numbers.tolist() == [1, 2, 3, 4, 5]
    reader.close()
    assert told(folder) != before


# --- wrong folders and wrong encoders


def test_a_missing_or_empty_folder_asks_for_documents_first(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "없음", Path("/proc/없음")):
        with pytest.raises(StoreError, match="assistant index") as error:
            Store.open(missing, ENCODER.identity, "분석기 1")
        assert raises_in_one_korean_line(error)


def test_a_folder_with_other_files_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "편지.txt").write_text("내 글")
    with pytest.raises(StoreError, match="색인 폴더가 아닙니다"):
        create(tmp_path, change("가.txt", OLD))
    assert [path.name for path in tmp_path.iterdir()] == ["편지.txt"]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_file_that_is_no_index_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "truth.sqlite").write_bytes(content)
    with pytest.raises(StoreError) as error:
        Store.open(tmp_path, ENCODER.identity, "분석기 1")
    assert raises_in_one_korean_line(error)


def test_another_programs_database_is_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "truth.sqlite") as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="색인이 없거나"):
        Store.open(tmp_path, ENCODER.identity, "분석기 1")
    with pytest.raises(StoreError, match="색인이 없거나"):
        create(tmp_path, change("가.txt", OLD))


def test_another_format_asks_for_a_new_index(folder: Path) -> None:
    _alter(folder, "UPDATE meta SET value = '999' WHERE key = 'format'")
    with pytest.raises(StoreError, match="다른 판의 형식"):
        Store.open(folder, ENCODER.identity, "분석기 1")


@pytest.mark.parametrize(
    "other",
    [
        EncoderIdentity("other", 6, "1"),
        EncoderIdentity("words", 6, "2"),
        EncoderIdentity("words", 6, "1", query_prefix="query: "),
    ],
    ids=["another name", "other weights", "another prefix"],
)
def test_another_encoder_is_refused_with_the_remedy(folder: Path, other: EncoderIdentity) -> None:
    before = told(folder)
    with pytest.raises(EncoderMismatch, match="--into") as error:
        Store.create(folder, other, "분석기 1")
    assert raises_in_one_korean_line(error)
    assert told(folder) == before


def test_another_analyser_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(EncoderMismatch, match="분석기 1, 지금: 분석기 2"):
        Store.create(folder, ENCODER.identity, "분석기 2")


@pytest.mark.parametrize("place", ["/proc/색인", "파일/색인", "파일"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "파일").write_text("")
    with pytest.raises(StoreError) as error:
        create(tmp_path / place, change("가.txt", OLD))
    assert raises_in_one_korean_line(error)


# --- altered bytes


def _alter(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "truth.sqlite", isolation_level=None)
    connection.execute(statement)
    connection.close()


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.999], ids=["at the start", "early", "late", "at the end"])
def test_a_flipped_byte_in_a_snapshot_is_noticed_and_mended(folder: Path, where: float) -> None:
    before = told(folder)
    (path,) = folder.glob("snapshot-*")
    whole = path.read_bytes()
    _flip(path, int(where * len(whole)))
    assert told(folder) == before
    assert len(path.read_bytes()) == len(whole)  # written anew
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert snapshots.load_snapshot(folder, manifest["generation"]) is not None


@pytest.mark.parametrize(
    "damage", ["truncated", "gone", "of another generation", "no JSON", "a list", "without a hash"]
)
def test_a_snapshot_that_does_not_fit_is_made_again(folder: Path, damage: str) -> None:
    before = told(folder)
    manifest = folder / "manifest.json"
    known = json.loads(manifest.read_text("utf-8"))
    (snapshot,) = folder.glob("snapshot-*")
    if damage == "truncated":
        snapshot.write_bytes(snapshot.read_bytes()[:20])
    elif damage == "gone":
        snapshot.unlink()
    else:
        manifest.write_text(
            {
                "of another generation": json.dumps({**known, "generation": known["generation"] + 1}),
                "no JSON": "{",
                "a list": "[]",
                "without a hash": json.dumps({"generation": known["generation"]}),
            }[damage]
        )
    assert told(folder) == before
    assert json.loads(manifest.read_text("utf-8")) == known


ALTERED = [
    "UPDATE passages SET body = replace(body, '요금', '요긍')",
    "UPDATE passages SET body = '{}' WHERE number = 2",
    "UPDATE passages SET vector = zeroblob(length(vector))",
    "UPDATE passages SET document = '나.txt' WHERE number = 1",
    "UPDATE documents SET text = replace(text, '요금', '요긍')",
    "UPDATE documents SET metadata = '{'",
    "UPDATE documents SET source = '다른 곳'",
    "UPDATE meta SET value = '{' WHERE key = 'encoder'",
    "UPDATE meta SET value = '{}' WHERE key = 'encoder'",
    "UPDATE meta SET value = 'x' WHERE key = 'generation'",
    "DELETE FROM meta WHERE key = 'encoder'",
    "DELETE FROM passages WHERE number = 2",
    "DROP TABLE passages",
]
# A passage taken out whole leaves no trace but in the snapshot.
WITHOUT_SNAPSHOT = [statement for statement in ALTERED if not statement.startswith("DELETE FROM passages")]


@pytest.mark.parametrize(
    ("statement", "kept"), [*((each, True) for each in ALTERED), *((each, False) for each in WITHOUT_SNAPSHOT)]
)
def test_an_altered_row_of_the_truth_is_refused(folder: Path, statement: str, kept: bool) -> None:
    if not kept:
        (folder / "manifest.json").unlink()
    _alter(folder, statement)
    with pytest.raises(StoreError) as error:
        told(folder)
    assert raises_in_one_korean_line(error)


def test_bytes_flipped_anywhere_in_the_truth_are_refused_or_change_nothing(folder: Path) -> None:
    before = told(folder)
    path = folder / "truth.sqlite"
    whole = path.read_bytes()
    assert not path.with_name("truth.sqlite-wal").exists()
    draw = random.Random(3)
    refused = 0
    for at in [*range(100), *draw.sample(range(100, len(whole)), 200)]:
        _flip(path, at)
        (folder / "manifest.json").unlink(missing_ok=True)
        try:
            assert told(folder) == before
        except StoreError:
            refused += 1
        for other in folder.glob("truth.sqlite-*"):
            other.unlink()
        path.write_bytes(whole)
    assert refused > 50


def test_a_truncated_truth_is_refused(folder: Path) -> None:
    path = folder / "truth.sqlite"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match="다시 만들어"):
        told(folder)


# --- full disks


def test_a_full_disk_is_told_and_nothing_is_lost(folder: Path) -> None:
    before = told(folder)
    store = Store.create(folder, ENCODER.identity, "분석기 1")
    store._connection.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StoreError, match="full") as error:
        store.apply([change("가.txt", NEW), change("다.txt", "축제를 연다\n" * 5_000)], ["나.txt"])
    assert raises_in_one_korean_line(error)
    store.close()
    assert told(folder) == before


def test_a_snapshot_that_cannot_be_written_leaves_the_index_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = told(folder)
    (folder / "manifest.json").unlink()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(snapshots.np, "savez", full)
    assert told(folder) == before
    assert "스냅숏을 저장하지 못했습니다" in caplog.text
    assert not (folder / "manifest.json").exists()


def test_a_change_that_fails_half_way_changes_nothing(folder: Path) -> None:
    before = told(folder)

    def failing() -> Iterator[Change]:
        yield change("가.txt", NEW)
        raise ZeroDivisionError

    store = Store.create(folder, ENCODER.identity, "분석기 1")
    with pytest.raises(ZeroDivisionError):
        store.apply(failing(), ["나.txt"])
    store.close()
    assert told(folder) == before


# --- kill -9

_KILLED = """
import os, signal, sys
from pathlib import Path
from index import snapshot, store
from test_store import NEW, change, create

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def changes():
    yield change("가.txt", NEW)
    kill()

where, folder = sys.argv[1], Path(sys.argv[2])
if where == "making the tables":
    store._json = kill
elif where == "after the commit":
    store.Store.snapshot = kill
elif where == "writing the snapshot":
    snapshot.np.savez = kill
elif where == "before the manifest":
    snapshot.Path.replace = kill
if where == "writing documents":
    opened = store.Store.create(folder, store.EncoderIdentity("words", 6, "1"), "분석기 1")
    opened.apply(changes(), ["나.txt"])
else:
    create(folder, change("가.txt", NEW), dropped=["나.txt"])
"""


def _kill(where: str, folder: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, where, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()


@pytest.mark.parametrize(
    ("where", "state"),
    [
        ("writing documents", "old"),
        ("after the commit", "new"),
        ("writing the snapshot", "new"),
        ("before the manifest", "new"),
    ],
)
def test_a_killed_update_leaves_the_old_or_the_new_state(folder: Path, where: str, state: str) -> None:
    fresh = folder.with_name("새 색인")
    create(fresh, change("가.txt", NEW))
    old, new = told(folder), told(fresh)
    _kill(where, folder)
    assert told(folder) == {"old": old, "new": new}[state]
    create(folder, change("가.txt", NEW), dropped=["나.txt"])
    assert told(folder) == new


def test_a_first_run_killed_before_its_tables_can_be_run_again(tmp_path: Path) -> None:
    folder = tmp_path / "색인"
    _kill("making the tables", folder)
    with pytest.raises(StoreError, match="assistant index"):
        Store.open(folder, ENCODER.identity, "분석기 1")
    create(folder, change("가.txt", OLD))
    assert len(told(folder)[0]) == 1  # type: ignore[index]
