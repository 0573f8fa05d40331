"""Bytes into documents: formats, encodings, structure, tables, contacts, and input that means harm."""

from collections.abc import Sequence

import pytest
from index_doubles import FARES, HOUSES, LIGHTHOUSE, WRAPPED

from index.errors import DocumentError
from index.parse.document import decode, parse
from index.structure import plain_document
from index.types import Block, Document, Metadata


def read(text: str | bytes) -> Document:
    return parse("글.txt", text if isinstance(text, bytes) else text.encode(), Metadata())


def told(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def rows(document: Document) -> list[list[tuple[str, str]]]:
    return [[(cell.label, cell.text) for cell in block.cells] for block in document.blocks if block.cells]


def contacts(text: str) -> list[dict[str, str]]:
    blocks: Sequence[Block] = read(text).blocks
    return [{cell.label: cell.text for cell in block.cells} for block in blocks if block.kind == "contact"]


# --- plain text


def test_plain_text_is_headings_paragraphs_and_contacts() -> None:
    document = read(LIGHTHOUSE)
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "contact"]
    assert document.blocks[1].path == ("등대 개방 안내",)


def test_lines_broken_by_the_width_of_a_page_are_joined_as_words_ask() -> None:
    kinds, texts = zip(*told(read(WRAPPED)), strict=True)
    assert kinds == ("heading", "paragraph", "item", "note", "paragraph")
    assert "수리 비용의 절반을 돌려주는 사업을 시작한다. 사업은 삼월부터 시월까지 마을마다 차례로" in texts[1]
    assert texts[2].endswith("세입자는 집주인의 동의를 받아 대신 신청할 수 있다")
    assert "전화로 물어보아도 된다" in texts[4]
    assert "- 1 -" not in "".join(texts)


def test_a_footnote_knows_what_it_explains() -> None:
    note = next(block for block in read(WRAPPED).blocks if block.kind == "note")
    assert note.context.startswith("□ 지원 대상은")


def test_circled_numbers_head_a_section_alone_and_list_items_together() -> None:
    after = "긴 글이 이어지며 사업의 까닭과 방법과 기간과 대상과 예산을 차례로 하나하나 밝혀 적는다."
    document = read(f"① 첫째 방법\n② 둘째 방법\n\n본문이다.\n\n③ 이어 갈 일\n\n{after}")
    assert told(document)[:2] == [("item", "① 첫째 방법"), ("item", "② 둘째 방법")]
    assert ("heading", "③ 이어 갈 일") in told(document)


def test_a_caption_in_angle_brackets_is_text_and_no_tag() -> None:
    captions = ["<지원 절차>", "<B 등급 시설 현황>", "<U-20 대회 개요>", "【 일정 】"]
    document = read("\n\n신청은 마을회관에서 받는다.\n\n".join(captions))
    assert [text for kind, text in told(document) if kind == "heading"] == captions


def test_a_dated_line_in_angle_brackets_is_no_heading() -> None:
    assert told(read("<5. 27.(화) 조간>"))[0][0] == "paragraph"


def test_text_between_two_rules_is_kept() -> None:
    assert read("---\n공고일: 5월 1일\n---\n다음 글이다.").text == "공고일: 5월 1일\n\n다음 글이다."
    assert read("---\n여는 글이다.\n---\n다음 글이다.").text == "여는 글이다.\n\n다음 글이다."


def test_windows_line_ends_read_as_others() -> None:
    assert read(LIGHTHOUSE.replace("\n", "\r\n")).text == read(LIGHTHOUSE).text


# --- Markdown


def test_markdown_with_front_matter_gives_title_summary_and_structure() -> None:
    document = read(HOUSES)
    assert document.metadata.title == "빈집 수리: 지원 공고"
    assert told(document) == [
        ("heading", "빈집 수리: 지원 공고"),
        ("paragraph", "해온시는 빈집 수리에 2025년 모두 1,860억 원을 쓴다."),
        ("heading", "지원 대상"),
        ("item", "- 집주인"),
        ("item", "- 동의를 받은 세입자"),
        ("note", "※ 예산이 다하면 끝난다"),
        ("heading", "근거"),
        ("paragraph", "마을 정비 조례 제29조의2에 따른다."),
        ("header", "구분\t한도(만 원)"),
        ("row", "철거\t600"),
        ("row", "수리\t1,200"),
    ]
    assert document.blocks[7].path == ("빈집 수리: 지원 공고", "근거")


def test_a_markdown_row_is_read_under_its_columns() -> None:
    document = read(HOUSES)
    assert document.blocks[-1].context == "구분 | 한도(만 원)"
    assert rows(document)[-1] == [("구분", "수리"), ("한도(만 원)", "1,200")]


def test_a_bar_escaped_in_a_markdown_cell_is_part_of_the_cell() -> None:
    assert rows(read("| 가 | 나 |\n|---|---|\n| 다 \\| 라 | 1 |\n"))[-1] == [("가", "다 | 라"), ("나", "1")]


@pytest.mark.parametrize(
    "front",
    ["title: 배: 요금 안내", "title: 배 요금\ndate: 2025-13-45", 'title: "배\\ud800 요금"', "title: 2025\nx: &a [*a]"],
    ids=["an unquoted colon", "an impossible date", "half a character", "an alias of itself"],
)
def test_front_matter_out_of_order_does_not_stop_the_reading(front: str) -> None:
    document = read(f"---\n{front}\n---\n\n본문이다.\n")
    assert document.text.endswith("본문이다.")
    document.text.encode()


def test_a_title_of_the_manifest_comes_before_that_of_the_front_matter() -> None:
    assert parse("글.md", HOUSES.encode(), Metadata(title="공고")).metadata.title == "공고"


@pytest.mark.parametrize(
    ("date", "published"), [("2025-05-26 10:00:00 +0900", "2025-05-26"), ("2025-13-45", ""), ("5월 26일", "")]
)
def test_the_front_matter_may_date_a_document(date: str, published: str) -> None:
    text = f"---\ntitle: 배 요금\ndate: {date}\n---\n\n본문이다.\n".encode()
    assert parse("글.md", text, Metadata()).metadata.published == published
    assert parse("글.md", text, Metadata(published="2024")).metadata.published == "2024"


def test_leftovers_of_a_site_generator_are_dropped_and_links_keep_their_words() -> None:
    text = "{% include 머리.html %}\n첫 문장이다. {{ site.title }}\n{: .notice}\n![그림](/가(1).png)\n"
    document = read(text + "[누리집](https://example.org/등대_(섬))에서 **먼저** 받는다.")
    assert document.text == "첫 문장이다.\n\n누리집에서 먼저 받는다."


# --- HTML


def test_a_page_gives_its_text_without_head_scripts_or_tags() -> None:
    document = read(FARES)
    assert told(document) == [
        ("heading", "배 요금 안내"),
        ("paragraph", "요금은 배마다 다르다. 표를 먼저"),
        ("paragraph", "보고 탄다."),
        ("paragraph", "(단위: 원)"),
        ("header", "항로\t나이\t요금"),
        ("row", "나루곶\t어른\t9,000"),
        ("row", "\t아이\t4,500"),
        ("row", "합계\t\t13,500"),
        ("item", "휠체어는 거저 싣는다"),
    ]


def test_cells_that_span_rows_and_columns_keep_their_labels() -> None:
    document = read(FARES)
    _, adult, child, total = rows(document)
    assert adult == [("항로", "나루곶"), ("나이", "어른"), ("요금", "9,000")]
    assert child == [("항로", "나루곶"), ("나이", "아이"), ("요금", "4,500")]
    assert total == [("항로", "합계"), ("요금", "13,500")]
    assert {block.context for block in document.blocks if block.kind == "row"} == {"(단위: 원) · 항로 | 나이 | 요금"}


def test_a_column_name_over_several_columns_labels_each() -> None:
    page = (
        '<table><tr><th>구분</th><th colspan="2">한도</th></tr><tr><td>철거</td><td>500</td><td>600</td></tr></table>'
    )
    assert rows(read(page))[-1] == [("구분", "철거"), ("한도", "500"), ("한도", "600")]


def test_words_of_a_cell_are_parted_by_blocks_and_not_by_emphasis() -> None:
    page = "<table><tr><td><b>등</b>대</td><td><p>배</p><p>요금</p></td></tr></table>"
    assert rows(read(page)) == [[("", "등대"), ("등대", "배 요금")]]


def test_every_cell_stands_where_it_says() -> None:
    for document in map(read, (HOUSES, FARES, LIGHTHOUSE)):
        for block in document.blocks:
            for cell in block.cells:
                assert document.text[cell.start : cell.end] == cell.text


def test_a_table_that_only_lays_out_the_page_is_not_read_twice() -> None:
    page = "<table><tr><td><p>겉글이다.</p><table><tr><td>등대</td><td>하나</td></tr></table></td></tr></table>"
    assert read(page).text == "겉글이다.\n\n등대\t하나"


def test_line_ends_of_the_source_do_not_break_a_paragraph_of_html_but_br_does() -> None:
    assert read("<p>한 줄이\n이어진다.<br>다음 줄이다.</p>").text == "한 줄이 이어진다.\n\n다음 줄이다."


def test_entities_are_read_before_the_text_is_normalised() -> None:
    for text in ("가&nbsp;나&#8203;다 &#x1112;&#x1161;&#x11ab; &lt;b&gt;",) * 2:
        assert read(text).text == "가 나다 한 <b>"
        assert read(f"<p>{text}</p>").text == "가 나다 한 <b>"


def test_tables_without_text_are_nothing() -> None:
    assert read("<p>글이다.</p><table><tr><td></td></tr></table><table></table>").text == "글이다."
    with pytest.raises(DocumentError):
        read("|---|---|\n|---|---|\n")


# --- tables of plain text


def test_a_table_of_tabs_has_a_header_a_unit_line_and_labelled_cells() -> None:
    document = read("(단위: 만 원)\n구분\t지난해\t올해\n철거\t500\t600\n수리\t900\t1,200\n")
    assert [block.kind for block in document.blocks] == ["paragraph", "header", "row", "row"]
    assert document.blocks[-1].context == "(단위: 만 원) · 구분 | 지난해 | 올해"
    assert rows(document)[-1] == [("구분", "수리"), ("지난해", "900"), ("올해", "1,200")]


def test_a_form_labels_each_value_with_the_key_on_its_left() -> None:
    document = read("과제명\t항구 등대 손보기\n규모\t10억\t주관기관\t나루기술\n")
    assert ("주관기관", "나루기술") in rows(document)[1]


@pytest.mark.parametrize(
    "header",
    ["항구\t1차\t2차", "항구\t2023\t2024", "항구\t1분기\t2분기", "항구\t65세 이상(명)\t1인당 요금(원)", "\t3월\t4월"],
)
def test_names_of_columns_may_have_figures_unless_written_as_those_below(header: str) -> None:
    document = read(f"{header}\n나루곶\t1,204\t31.5\n해온항\t873\t24.9\n")
    assert [block.kind for block in document.blocks] == ["header", "row", "row"]
    assert rows(document)[1][1:] == [(header.split("\t")[1], "1,204"), (header.split("\t")[2], "31.5")]


@pytest.mark.parametrize("first", ["나루곶\t1,204\t31.5", "등대\t12m\t2024년 완공", "경계\t3cm 이상\t우회 권고"])
def test_a_first_row_of_figures_names_no_columns(first: str) -> None:
    document = read(f"{first}\n해온항\t873\t24.9\n다솜항\t512\t20.1\n")
    assert {block.kind for block in document.blocks} == {"row"}


def test_a_row_of_months_below_others_names_no_columns() -> None:
    assert "header" not in [kind for kind, _ in told(read("1월\t등대 점검\t해양과\n2월\t배 수리\t교통과\n"))]


def test_title_rows_part_tables_and_head_them() -> None:
    document = read(
        "담당 부서\t해양과\t책임자\t과장\t홍가온\t044-000-1001\n\n붙임 1\t항구별 요금\n항구\t어른\t아이\n나루곶\t9\t4\n"
        "\n<배편 수>\t\t(단위: 회)\n항구\t평일\t주말\n나루곶\t12\t20\n\n배는 눈이 오면 쉰다.\n"
    )
    (contact, *_) = [block for block in document.blocks if block.kind == "contact"]
    assert len(contact.cells) == 5
    fares, ferries = (block for block in document.blocks if block.kind == "row")
    assert (fares.path, fares.context) == (("붙임 1 항구별 요금",), "항구 | 어른 | 아이")
    assert ferries.path[-1:] == ("<배편 수>",)
    assert ferries.context == "(단위: 회) · 항구 | 평일 | 주말"
    assert document.blocks[-1].path == ("붙임 1 항구별 요금",)


def test_a_line_above_a_table_is_its_caption_but_no_sentence() -> None:
    text = "<표 2> 항구별 배편\n(단위: 회)\n항구\t평일\t주말\n나루곶\t12\t20\n※ 쉬는 날 없음\n"
    row, note = read(f"배편은 다음과 같다.\n{text}").blocks[-2:]
    assert row.context == "<표 2> 항구별 배편 (단위: 회) · 항구 | 평일 | 주말"
    assert note.context == "<표 2> 항구별 배편 (단위: 회)"
    assert read("배편은 다음과 같다.\n항구\t평일\t주말\n나루곶\t12\t20").blocks[-1].context == "항구 | 평일 | 주말"


def test_a_name_over_several_columns_is_parted_by_the_row_below_it() -> None:
    document = read("항구\t승객\t\t요금\n\t2023\t2024\n나루곶\t40\t52\t9,000\n해온항\t31\t35\t8,000\n")
    assert [block.kind for block in document.blocks] == ["header", "header", "row", "row"]
    assert rows(document)[2] == [("항구", "나루곶"), ("승객 2023", "40"), ("승객 2024", "52"), ("요금", "9,000")]


# --- lines and headings


def test_a_page_is_as_wide_as_the_lines_it_broke_whatever_else_is_longer() -> None:
    lines = [
        "  해온시는 올해 봄부터 나루곶 등대를 시민에게 열고 배 요금을 절반으로 ",
        "내리며, 수리비 구백만원은 전액 나루곶항만조합이 마련한 등대 기금에서 ",
        "부담한다. 등대는 사월부터 시월까지 날마다 열고 겨울에는 날이 맑은 주말에 ",
        "만 연다.",
        "  * 등대 기금 : 어선과 배가 항구에 들 때마다 내는 돈을 모아 등대와 부표를 ",
        "    고치는 데 쓰려고 조합이 따로 두는 돈",
        "배 요금을 내리는 까닭",
        "  섬에 사는 사람이 줄고 배를 타는 사람도 함께 줄어 요금을 내리지 않으면 ",
        "배편을 더 줄일 수밖에 없기 때문이다.",
        "※ " + "배편은 날씨에 따라 바뀌며 바뀐 배편은 누리집과 터미널 알림판에 싣는다. " * 2,
    ]
    parts = told(read("\n\n".join(lines)))
    assert [kind for kind, _ in parts] == ["paragraph", "note", "heading", "paragraph", "note"]
    assert "전액 나루곶항만조합이 마련한 등대 기금에서 부담한다." in parts[0][1]
    assert parts[1][1].endswith("등대와 부표를 고치는 데 쓰려고 조합이 따로 두는 돈")


def test_a_question_heads_its_answer() -> None:
    document = read("Q1. 배는 언제 뜨나요?\nA1. 날마다 열 시에 뜹니다.\nQ2. 개도 탈 수 있나요?\n네. 요금은 없습니다.\n")
    assert [(block.kind, block.path) for block in document.blocks[1::2]] == [
        ("paragraph", ("Q1. 배는 언제 뜨나요?",)),
        ("paragraph", ("Q2. 개도 탈 수 있나요?",)),
    ]


@pytest.mark.parametrize("line", ["2-1. 배표 사기", "3.2 요금 비교", "IV. 예산(안)", "[안건 2] 배편 늘리기"])
def test_numbered_lines_of_every_style_are_headings(line: str) -> None:
    assert told(read(f"배표는 나루에서 판다.\n\n{line}\n\n배표는 뜨기 한 시간 전부터 판다.\n"))[1] == ("heading", line)


@pytest.mark.parametrize("line", ["4.1. 등대 개방", "2.1 대 1로 높다", "끝. 다음은 배 요금이다"])
def test_dates_and_amounts_are_no_numbers_of_headings(line: str) -> None:
    assert told(read(f"배표는 나루에서 판다.\n\n{line}\n\n- 배표\n"))[1][0] == "paragraph"


# --- contacts

KEEPER = {"담당 부서": "도시재생과", "구분": "책임자", "직위": "과장", "이름": "홍가온", "전화": "044-000-1001"}
HELPER = {"담당 부서": "도시재생과", "구분": "담당자", "직위": "사무관", "이름": "이나루", "전화": "044-000-1002"}


@pytest.mark.parametrize(
    "text",
    [
        "담당 부서\t도시재생과\t책임자\t과 장\t홍가온\t044-000-1001\n\t\t담당자\t사무관\t이나루\t044-000-1002\n",
        "담당 부서\t도시재생과\t책임자\t과 장\t홍가온 (044-000-1001)\n담당자\t\t사무관\t이나루 (044-000-1002)\n",
        "담당 부서 도시재생과 책임자 과  장 홍가온 (044-000-1001)\n\n담당자 사무관 이나루 (044-000-1002)\n",
        "담당부서: 도시재생과, 책임자: 홍가온 과장 044-000-1001\n담당자: 이나루 사무관 ☎044-000-1002\n",
    ],
    ids=["tabs", "tabs, the number with the name", "running text with a letter-spaced rank", "the rank after the name"],
)
def test_contacts_are_read_in_every_layout(text: str) -> None:
    assert contacts(text) == [KEEPER, HELPER]


def test_an_office_broken_in_two_by_pdf_is_whole_for_all_its_people() -> None:
    text = (
        "담당 부서 해온시청 책임자 과  장 홍가온 (044-000-1001)\n\n도시재생과\n담당자\n\n사무관 이나루 (044-000-1002)\n"
    )
    assert [contact["담당 부서"] for contact in contacts(text)] == ["해온시청 도시재생과"] * 2


def test_desks_are_told_from_what_they_are_called() -> None:
    text = (
        "담당 부서 <총괄>\t해양과\t책임자\t과장\t홍가온\t044-000-1001\n\t(등대)\t담당자\t사무관\t이나루\t044-000-1002\n"
        "협조 기관\t나루곶공단 운영처\t책임자\t처장\t최바다\t044-000-1003\n"
    )
    assert [(contact["담당 부서"], contact["직위"]) for contact in contacts(text)] == [
        ("해양과", "과장"),
        ("해양과 (등대)", "사무관"),
        ("나루곶공단 운영처", "처장"),
    ]


def test_a_contact_without_a_name_has_none() -> None:
    assert contacts("문의처: 해양관광과 (02) 000-1001") == [{"담당 부서": "해양관광과", "전화": "(02) 000-1001"}]
    assert contacts("담당 부서 총무과 책임자 과장 044-000-1001")[0].keys() == {"담당 부서", "구분", "직위", "전화"}


# --- encodings


@pytest.mark.parametrize(
    "data",
    [
        LIGHTHOUSE.encode("cp949"),
        LIGHTHOUSE.encode("utf-8-sig"),
    ],
    ids=["CP949", "UTF-8 with its mark"],
)
def test_every_encoding_of_an_office_reads_alike(data: bytes) -> None:
    assert read(data).text == read(LIGHTHOUSE).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "빈 파일"),
        (b" \r\n\t", "빈 파일"),
        ("\ufeff\u200b\n\u3000".encode(), "빈 문서"),
        (b"---\n- 1 -\n===\n", "빈 문서"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\xd0\xcf\x11\xe0rest", "HWP"),
        (b"abc\x00\x01", "이진"),
        (LIGHTHOUSE.encode()[:-3] + b"\xff", "인코딩"),
        (LIGHTHOUSE.encode("utf-16"), "이진"),
    ],
)
def test_what_is_no_text_is_refused_with_one_line_that_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as refused:
        read(data)
    assert "\n" not in str(refused.value)


def test_marks_alone_are_a_document_still() -> None:
    assert read("□ ○ ★\n\n…\n").text == "□ ○ ★\n\n…"


def test_decoding_keeps_the_text_as_it_is() -> None:
    assert decode("가\r\n\u3000나".encode("cp949")) == "가\r\n\u3000나"


def test_a_bare_text_is_read_like_a_file() -> None:
    assert plain_document("글", LIGHTHOUSE, Metadata()).blocks == read(LIGHTHOUSE).blocks
    assert plain_document("글", "", Metadata()).blocks == ()


# --- input that means harm: each of these took minutes, or the stack, where a pattern looked too far ahead

SIZE = 100_000


MARKS = [
    "[",
    "![",
    "![](",
    "<",
    "<!--",
    "{%",
    "{{",
    "**a ",
    "__a ",
    "'",
    ",",
    "1",
    "1,",
    "(",
    "①",
    "a.",
    "\t",
    "|",
    "|a",
]
TAGS = ["<table>", "<div>", "<b>", "<ul><li>가", "<dl><dt>", "<font>"]
LINES = ["담당 ", "가\n", "<p>가\n", "# 가\n", "가\t나\n"]


@pytest.mark.parametrize("unit", [*MARKS, *TAGS, *LINES])
def test_a_long_run_of_one_mark_is_read_in_time(unit: str) -> None:
    for text in ("가" + unit * (SIZE // len(unit)), unit * (SIZE // len(unit)) + "가"):
        assert "가" in read(text).text


@pytest.mark.parametrize("start", ["가", "주", "붙임", "담당", "# 가", "담당 부서", "과"])
@pytest.mark.parametrize("gap", [" ", "\t", "\xa0"])
def test_a_wide_gap_in_a_line_is_read_in_time(start: str, gap: str) -> None:
    assert read(f"{start}{gap * SIZE}나").text.endswith("나")


def test_html_nested_past_all_reason_is_read_as_text() -> None:
    for tag in ("div", "ul><li", "table><tr><td", "span", "blockquote"):
        assert read(f"<{tag}>" * 5_000 + "등대가 있다.").text.endswith("등대가 있다.")
        assert read(f"<{tag}>" * 100 + "등대가 있다.").text.endswith("등대가 있다.")


def test_cells_that_claim_to_span_everything_are_bounded() -> None:
    cell = '<tr><td rowspan="99999" colspan="99999">가</td></tr>'
    assert read(f"<table>{cell * 2_000}</table>").text.count("가") == 2_000


def test_thousands_of_headings_are_as_many_blocks() -> None:
    document = read("\n\n".join(f"# 제목 {number}" for number in range(3_000)))
    assert [block.kind for block in document.blocks] == ["heading"] * 3_000
    assert {block.path for block in document.blocks} == {()}
