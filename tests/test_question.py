"""A question understood: what kind of thing it asks for, in which words, of which year."""

from datetime import date

import pytest

from assistant.question import Kind, analyse, kind_of, parts, with_year
from index.terms import terms

TODAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        # written Korean
        ("나루곶시 대표 전화번호는 무엇입니까?", "phone"),
        ("해양관광과의 연락처를 알려 주십시오.", "phone"),
        ("등대 담당자 번호 좀 알려 주세요", "phone"),
        ("등대는 시청 어느 과에 물어봐야 하나요?", "organisation"),
        ("담당자 이메일 주소가 무엇입니까?", "email"),
        ("나루곶시 시장은 누구입니까?", "person"),
        ("계단을 고친 이유는 무엇입니까?", "reason"),
        ("마을배움이란 무엇입니까?", "definition"),
        ("지원하는 사업의 목록을 알려 주십시오.", "list"),
        ("등대는 언제 개방합니까?", "date"),
        ("신청 기한은 며칠까지입니까?", "date"),
        ("찬성 비율은 몇 퍼센트입니까?", "ratio"),
        ("옛길 잇기 사업의 예산은 얼마입니까?", "amount"),
        ("참여하는 마을은 몇 곳입니까?", "count"),
        ("어느 부서가 등대를 맡습니까?", "organisation"),
        ("축제는 어디에서 열립니까?", "place"),
        ("빈집 수리는 어떻게 신청합니까?", "text"),
        # as people speak and type
        ("전화 몇 번으로 해야 돼?", "phone"),
        ("담당자 연락처 좀", "phone"),
        ("등대 누가 지켜요?", "person"),
        ("계단은 왜 고친 거야", "reason"),
        ("등대지킴이가 뭐야?", "definition"),
        ("축제 몇 월에 하더라", "date"),
        ("수리비로 몇 억 원이나 써?", "amount"),
        ("과제가 몇 개야", "count"),
        ("방문객 몇 배 늘었대?", "ratio"),
        ("축제 어디서 해?", "place"),
        # English
        ("What is the phone number of the tourism office?", "phone"),
        ("Who is the mayor?", "person"),
        ("Why were the stairs repaired?", "reason"),
        ("When does the lighthouse open?", "date"),
        ("How much is the repair budget?", "amount"),
        ("How many telescopes are there?", "count"),
        ("Where is the festival held?", "place"),
        # Japanese
        ("電話番号を教えてください", "phone"),
        ("市長は誰ですか", "person"),
        ("なぜ階段を直したのですか", "reason"),
        ("灯台はいつ開きますか", "date"),
        ("予算はいくらですか", "amount"),
        ("企業は何社ですか", "count"),
        ("祭りはどこで開かれますか", "place"),
        # Chinese
        ("电话号码是多少", "phone"),
        ("市长是谁", "person"),
        ("为什么修理楼梯", "reason"),
        ("灯塔什么时候开放", "date"),
        ("预算是多少", "amount"),
        ("有多少家企业参加", "count"),
        ("庆典在哪里举行", "place"),
    ],
)
def test_the_words_that_ask_tell_the_kind_of_thing_asked_for(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind
    assert analyse(question).kind == kind


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        # any unit may be asked in
        ("전망대 엘리베이터는 몇 기인가요?", "count", "기"),
        ("태양광 용량이 몇 kW야?", "count", "kW"),
        ("빈집을 고쳐 몇 세대가 들어오나요?", "count", "세대"),
        ("해설 교육은 몇 시간이나 받나요?", "count", "시간"),
        ("등대지기 지원은 몇 살부터인가요?", "count", "살"),
        ("찬성이 몇 퍼센트였나요?", "ratio", "퍼센트"),
        ("도비는 몇 억원인가요?", "amount", ""),
        # the noun asked of, where no word asks, or only 얼마 and 무엇
        ("옛길 잇기 운영비는?", "amount", ""),
        ("2025년 나루곶시에 배정된 국비", "amount", ""),
        ("빈집 수리 지원 한도 알려줘", "amount", ""),
        ("등대 개방 신청 마감일", "date", ""),
        ("등대지기 경쟁률은 얼마였나요?", "ratio", ""),
        ("마을 회관 면적은 얼마나 되나요?", "count", "㎡"),
        ("축제 자원봉사자 정원은?", "count", "명"),
        ("등대를 관리하는 기관은?", "organisation", ""),
        ("해양관광과장은?", "person", ""),
        ("개막식 장소는 무엇인가요?", "place", ""),
        ("계단 공사가 늦어진 원인은 무엇인가요?", "reason", ""),
        ("마을배움이란?", "definition", ""),
        ("빛 나눔의 뜻을 알려 주세요.", "definition", ""),
        ("마을배움은 어떤 제도인가요?", "definition", ""),
        # what only sounds like another kind
        ("망원경 2개 동 개장일이 언제인지 알려줘", "date", ""),
        ("관람객 등록번호제는 언제 시작하나요?", "date", ""),
        ("도장 공정의 종사자는 몇 명인가요?", "count", "명"),
        ("입장권의 고유 번호를 알려줘", "text", ""),
        ("신청서를 팩스로 내도 되나요?", "text", ""),
        ("등대를 찾을 수 있나요?", "text", ""),
        ("수리비는 한 해 얼마인가요?", "amount", ""),
    ],
)
def test_the_unit_and_the_noun_asked_of_tell_the_kind(question: str, kind: Kind, unit: str) -> None:
    analysis = analyse(question)
    assert (analysis.kind, analysis.unit) == (kind, unit)


def test_kinds_asked_for_together_are_all_known_the_deciding_one_first() -> None:
    assert set(analyse("축제는 언제 어디서 열리나요?").kinds) == {"date", "place"}
    analysis = analyse("등대 예산이 얼마고 언제 여나요?")
    assert set(analysis.kinds) == {"date", "amount"}
    assert analysis.kinds[0] == analysis.kind
    assert analysis.joined


@pytest.mark.parametrize("question", ["등대는 언제 여나요?", "예산은 얼마인가요?", "등대를 왜 고쳤나요?", "등대"])
def test_one_thing_asked_for_has_one_kind(question: str) -> None:
    analysis = analyse(question)
    assert analysis.kinds == (analysis.kind,)
    assert not analysis.joined


@pytest.mark.parametrize(
    ("word", "year"),
    [
        ("재작년", 2023),
        ("작년", 2024),
        ("지난해", 2024),
        ("전년도", 2024),
        ("올해", 2025),
        ("금년", 2025),
        ("금년도", 2025),
        ("내년", 2026),
        ("내년도", 2026),
        ("내후년", 2027),
    ],
)
def test_a_relative_year_is_counted_from_today_and_shown_beside_its_word(word: str, year: int) -> None:
    resolved = with_year(f"{word} 예산은 얼마인가요?", TODAY)
    assert resolved == f"{word}({year}년) 예산은 얼마인가요?"
    analysis = analyse(resolved)
    assert f"#{year}년" in analysis.terms
    assert word not in analysis.terms


def test_every_relative_year_of_a_question_is_resolved() -> None:
    assert with_year("작년과 올해 예산", date(2031, 1, 1)) == "작년(2030년)과 올해(2031년) 예산"


def test_a_question_of_no_relative_year_stays_as_it_is() -> None:
    assert with_year("2019년 예산은?", TODAY) == "2019년 예산은?"


@pytest.mark.parametrize("spelling", ["2025년", "2025년도", "'25년", "‘25년", "25년도"])
def test_a_year_is_one_term_whatever_its_spelling(spelling: str) -> None:
    terms = analyse(f"{spelling} 빈집 예산은 얼마인가요?").terms
    assert [term for term in terms if any(map(str.isdigit, term))] == ["#2025년"]


@pytest.mark.parametrize(
    ("question", "refused", "asked"),
    [
        ("철거 말고 수리 한도는 얼마인가요?", "철거", "수리"),
        ("철거 말고요 수리 한도는 얼마인가요?", "철거", "수리"),
        ("철거 빼고 수리 한도만 알려줘", "철거", "수리"),
        ("빈집이 아니라 옛길 예산은 얼마야?", "빈집", "옛길"),
        ("2024년 말고 2025년 예산은 얼마인가요?", "#2024년", "#2025년"),
    ],
)
def test_what_is_ruled_out_is_not_asked_for(question: str, refused: str, asked: str) -> None:
    terms = analyse(question).terms
    assert refused not in terms
    assert asked in terms


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("등대지킴이가 뭐야?", "등대지킴이"),
        ("마을배움이란 무엇인가요?", "마을배움"),
        ("등대지킴이는 무슨 뜻이에요?", "등대지킴이"),
        ("빛 나눔의 뜻이 무엇인가요?", "빛나눔"),
    ],
)
def test_the_subject_of_a_definition_is_what_is_to_be_defined(question: str, subject: str) -> None:
    analysis = analyse(question)
    assert analysis.kind == "definition"
    assert analysis.subject == subject


def test_a_definition_is_sought_as_texts_define_and_a_telephone_with_who_is_in_charge() -> None:
    assert set(terms(analyse("마을 배움은 무슨 뜻인가요?").sought)) & set(terms("마을 배움: 주민이 서로 가르치는 모임"))
    assert "=마을배움:" not in analyse("마을 배움이란 무엇인가요?").terms
    assert "담당자" in analyse("등대 연락처는?").sought
    assert analyse("등대는 언제 여나요?").sought == "등대는 언제 여나요?"


def test_only_a_definition_has_a_subject() -> None:
    assert analyse("등대는 언제 여나요?").subject == ""


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("해양관광과가 돌보는 등대는 언제 여나요?", "등대"),
        ("축제에서 노래를 부르는 시장은 누구인가요?", "시장"),
        ("전망대에 있는 망원경은 몇 대인가요?", "망원경"),
    ],
)
def test_the_focus_is_the_noun_before_the_word_that_asks(question: str, focus: str) -> None:
    assert focus in analyse(question).focus


def test_words_that_ask_are_no_terms() -> None:
    assert analyse("혹시 등대가 언제 여는지 좀 알려 주실 수 있나요?").terms[0] == "등대"
    for word in ("언제", "알리", "혹시", "좀", "있"):
        assert word not in analyse("혹시 등대가 언제 여는지 좀 알려 주실 수 있나요?").terms


def test_a_term_said_twice_counts_once() -> None:
    terms = analyse("등대 계단과 등대 전망대, 등대 마당은 어떻게 고쳤나요?").terms
    assert terms.count("등대") == 1


def test_the_unit_asked_in_is_known() -> None:
    assert analyse("과제가 몇 개인가요?").unit == "개"
    assert analyse("주민이 몇 명 왔나요?").unit == "명"
    assert analyse("과제를 알려 주세요").unit == ""


def test_numbers_codes_and_offices_are_names_that_nothing_else_can_stand_for() -> None:
    assert "#2025년" in analyse("2025년 수산청 예산은 얼마인가요?").names
    assert any("29" in name for name in analyse("제29조의2는 무엇인가요?").names)
    assert "등대" not in analyse("등대는 언제 여나요?").names


@pytest.mark.parametrize(
    ("question", "korean"),
    [
        ("등대는 언제 여나요?", True),
        ("AI 등대 R&D 예산은?", True),
        ("When does it open?", False),
        ("灯台はいつ開きますか", False),
        ("灯塔什么时候开放", False),
    ],
)
def test_a_question_is_korean_where_hangul_carries_it(question: str, korean: bool) -> None:
    assert analyse(question).korean is korean


@pytest.mark.parametrize(
    "question", ["", " ", "?!", "😀😀", "\x00\x07", "ㅋㅋㅋ", "가" * 1000, "(" * 400, "\\d+[", "1"]
)
def test_nothing_that_can_be_typed_fails_to_be_understood(question: str) -> None:
    analysis = analyse(with_year(question, TODAY))
    assert analysis.kinds[0] == analysis.kind
    assert len(set(analysis.terms)) == len(analysis.terms)


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("등대와 쉼터의 예산을 각각 알려 줘", ("등대의 예산을 각각 알려 줘", "쉼터의 예산을 각각 알려 줘")),
        (
            "입장객이 2023년하고 2024년에 각각 몇 명이야?",
            ("입장객이 2023년에 각각 몇 명이야?", "입장객이 2024년에 각각 몇 명이야?"),
        ),
        ("등대와 쉼터는 어디에 있어?", ()),
        ("등대 예산이 각각 얼마야?", ()),
    ],
)
def test_what_is_asked_of_two_things_is_asked_of_each(question: str, each: tuple[str, ...]) -> None:
    assert parts(question) == each
