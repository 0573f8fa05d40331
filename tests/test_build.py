"""Files into an index: what a run adds, changes, drops and refuses, and that running again changes nothing."""

import errno
import os
import unicodedata
from pathlib import Path

import pytest
from index_doubles import FILES, WordEncoder

from index.build import index_documents, update
from index.errors import DocumentError
from index.search import open_index
from index.structure import plain_document
from index.types import Document, IndexReport, Metadata

ENCODER = WordEncoder()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "문서"
    for name, text in FILES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, "utf-8")
    (source / "gold.jsonl").write_text("{}\n")
    (source / ".숨김.txt").write_text("숨긴 글")
    (source / ".폴더").mkdir()
    (source / ".폴더" / "가.txt").write_text("숨긴 글")
    return source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "색인"


def run(folder: Path, *paths: Path) -> IndexReport:
    return update(paths, folder, ENCODER)


def documents(folder: Path) -> dict[str, Document]:
    return {document.id: document for document in open_index(folder, ENCODER).documents()}


def test_a_first_run_adds_every_document_by_its_path_and_nothing_else(source: Path, folder: Path) -> None:
    (source / "manifest.toml").write_text("")
    assert run(folder, source) == IndexReport(added=sorted(FILES))
    assert sorted(documents(folder)) == sorted(FILES)


def test_running_again_changes_nothing(source: Path, folder: Path) -> None:
    run(folder, source)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert run(folder, source) == IndexReport(unchanged=sorted(FILES))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_changed_document_replaces_the_old_one(source: Path, folder: Path) -> None:
    run(folder, source)
    (source / "등대.txt").write_text("등대를 닫는다.", "utf-8")
    report = run(folder, source)
    assert (report.changed, report.unchanged) == (["등대.txt"], ["빈집.md", "요금/배.html"])
    index = open_index(folder, ENCODER)
    assert index.search("등대를 닫나", 1)[0].passage.text == "등대를 닫는다."
    assert all("나루곶 등대" not in hit.passage.text for hit in index.search("나루곶 등대", 9))


def test_new_words_in_the_manifest_change_a_document(source: Path, folder: Path) -> None:
    run(folder, source)
    (source / "manifest.toml").write_text('["등대.txt"]\ntitle = "등대"\npublished = 2025-05-26\n', "utf-8")
    assert run(folder, source).changed == ["등대.txt"]
    assert documents(folder)["등대.txt"].metadata == Metadata(title="등대", published="2025-05-26")


def test_what_does_not_fit_in_a_document_is_told_once_and_kept(source: Path, folder: Path) -> None:
    (source / "셈.txt").write_text("마을\t사람(명)\n나루\t12\n솔섬\t7\n합계\t20", "utf-8")
    told = "표의 합계가 맞지 않습니다: ‘사람’ 합계 20명, 각 행을 더하면 19명"
    assert run(folder, source).noticed == {"셈.txt": [told]}
    assert [notice.text for notice in documents(folder)["셈.txt"].notices] == [told]
    assert run(folder, source).noticed == {}


def test_a_document_that_is_gone_is_dropped_and_only_from_its_own_source(source: Path, folder: Path) -> None:
    other = source.with_name("다른 문서")
    other.mkdir()
    (other / "축제.txt").write_text("축제를 연다.", "utf-8")
    run(folder, source, other)
    (source / "등대.txt").unlink()
    assert run(folder, source).dropped == ["등대.txt"]
    assert sorted(documents(folder)) == ["빈집.md", "요금/배.html", "축제.txt"]


def test_the_same_name_from_two_sources_is_refused_by_name(source: Path, folder: Path) -> None:
    other = source.with_name("다른 문서")
    other.mkdir()
    (other / "등대.txt").write_text("남의 등대이다.", "utf-8")
    for _ in range(2):
        report = run(folder, source, other)
        assert list(report.refused) == ["등대.txt"]
        assert f"({source.name})" in report.refused["등대.txt"]
    assert list(run(folder, other).refused) == ["등대.txt"]
    assert "나루곶" in documents(folder)["등대.txt"].text


def test_a_source_named_twice_is_one(source: Path, folder: Path) -> None:
    report = run(folder, source, source / ".." / source.name)
    assert report == IndexReport(added=sorted(FILES))


def test_a_single_file_is_a_source(source: Path, folder: Path) -> None:
    assert run(folder, source / "빈집.md").added == ["빈집.md"]
    assert run(folder, source / "빈집.md").unchanged == ["빈집.md"]


def test_what_cannot_be_read_is_refused_and_the_others_go_on(source: Path, folder: Path) -> None:
    (source / "그림.png").write_bytes(b"\x89PNG\r\n")
    (source / "빈.txt").write_bytes(b"")
    (source / "끊긴 고리.txt").symlink_to(source / "없음")
    report = run(folder, source)
    assert sorted(report.refused) == ["그림.png", "빈.txt"]
    assert report.added == sorted(FILES)


def test_a_document_that_became_unreadable_keeps_its_old_text(source: Path, folder: Path) -> None:
    run(folder, source)
    (source / "등대.txt").write_bytes(b"\x00\x01")
    report = run(folder, source)
    assert (list(report.refused), report.dropped) == (["등대.txt"], [])
    assert "나루곶" in documents(folder)["등대.txt"].text


def test_names_and_manifest_agree_whether_composed_or_not(source: Path, folder: Path) -> None:
    (source / "등대.txt").rename(source / unicodedata.normalize("NFD", "등대.txt"))
    (source / "manifest.toml").write_text(unicodedata.normalize("NFD", '["등대.txt"]\ntitle = "등대"\n'), "utf-8")
    run(folder, source)
    assert documents(folder)["등대.txt"].metadata.title == "등대"


def test_two_names_that_only_composition_parts_are_refused(source: Path, folder: Path) -> None:
    (source / unicodedata.normalize("NFD", "등대.txt")).write_text("또 다른 등대", "utf-8")
    with pytest.raises(DocumentError, match=r"등대\.txt"):
        run(folder, source)


def test_a_name_in_an_old_encoding_is_read_as_korean(source: Path, folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(source) + b"/" + "항구.txt".encode("cp949"))).write_text("항구를 연다.", "utf-8")
    assert "항구.txt" in run(folder, source).added
    assert documents(folder)["항구.txt"].text == "항구를 연다."


def test_links_that_run_in_a_circle_end(source: Path, folder: Path) -> None:
    (source / "고리").symlink_to(source, target_is_directory=True)
    (source / "자신.txt").symlink_to(source / "자신.txt")
    assert run(folder, source).added == sorted(FILES)


def test_a_folder_that_cannot_be_read_stops_the_run_before_anything_is_dropped(
    source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, source)
    scandir = os.scandir

    def locked(path: Path) -> object:
        if Path(path).name == "요금":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    with pytest.raises(DocumentError, match="요금"):
        run(folder, source)
    monkeypatch.undo()
    assert sorted(documents(folder)) == sorted(FILES)


def test_a_path_that_is_not_there_or_holds_nothing_is_told_and_drops_nothing(source: Path, folder: Path) -> None:
    run(folder, source)
    for path in source.rglob("*.*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(DocumentError, match="문서가 없습니다"):
        run(folder, source)
    with pytest.raises(DocumentError, match="없습니다"):
        run(folder, source / "없음")
    assert sorted(documents(folder)) == sorted(FILES)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ('["등대.txt"]\ntitel = "등대"', "titel"),
        ('["등대.txt"]\ngrade = "A"', "grade"),
        ('["등대.txt"]\npublished = "5월 26일"', "published"),
        ('title = "등대"', "title"),
        ('["등대.txt"\n', r"manifest\.toml"),
    ],
    ids=["an unknown key", "a bad grade", "a bad date", "a key outside a document", "no TOML"],
)
def test_a_manifest_out_of_form_is_told_in_one_line(source: Path, folder: Path, manifest: str, reason: str) -> None:
    (source / "manifest.toml").write_text(manifest, "utf-8")
    with pytest.raises(DocumentError, match=reason) as error:
        run(folder, source)
    assert "\n" not in str(error.value)


def test_a_document_without_a_title_takes_its_first_line(source: Path, folder: Path) -> None:
    run(folder, source)
    assert documents(folder)["등대.txt"].metadata.title == "등대 개방 안내"


def test_progress_ends_with_all_documents_and_never_goes_back(source: Path, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    update([source], folder, ENCODER, lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    told.clear()
    update([source], folder, ENCODER, lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]


def test_ready_documents_are_indexed_under_their_ids(folder: Path) -> None:
    ready = [plain_document(f"d{number}", f"등대 {number}호", Metadata()) for number in range(70)]
    index_documents([*ready, plain_document("빈 글", "", Metadata())], folder, ENCODER)
    index = open_index(folder, ENCODER)
    assert len(index.documents()) == 71
    assert index.search("등대 42호", 1)[0].passage.document == "d42"


def test_an_index_moved_with_its_documents_knows_them_still(source: Path, folder: Path, tmp_path: Path) -> None:
    run(folder, source)
    moved = tmp_path / "옮긴 곳"
    moved.mkdir()
    source.rename(moved / source.name)
    folder.rename(moved / folder.name)
    assert run(moved / folder.name, moved / source.name) == IndexReport(unchanged=sorted(FILES))
