"""The chat page in a real Chromium: asking, answers as they come, sources at their quotes, opinions, keyboard, phones."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from doubles import NOTICE, FakeAssistant
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
ATTRIBUTION = "해온시, 「빈집 정비 지원 공고」(공고, 2025. 2. 17.), 공공누리 제1유형"
QUOTE = "해온시는 빈집을 고치는 집주인에게 최대 1,200만 원을 지원한다."
ATTACK = "<script>window.harmed = true</script> <img src=x onerror='window.harmed = true'> 시장은?"
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium이 없습니다: apt-get install -y chromium fonts-noto-cjk"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    arguments = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=[(1280, 800), (360, 740)], ids=["desktop", "phone"])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ko-KR")
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, address: str) -> Iterator[Page]:
    """The page just opened. Afterwards: no request left the machine, nothing ran, nothing complained."""
    page = window.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    expect(page.locator("#shelf button")).to_have_count(2)
    yield page
    assert page.evaluate("window.harmed") is None
    assert [url for url in requests if not url.startswith(f"{address}/")] == []
    # Chromium itself reports every reply that is not 2xx; the tests of errors expect those.
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []
    page.close()


def ask(page: Page, question: str) -> Locator:
    """Types the question, sends it with Enter, and waits for what comes."""
    page.keyboard.insert_text(question)  # the box has the focus from the start
    page.keyboard.press("Enter")
    last = page.locator("article").last
    expect(last.locator("h2")).to_have_text(question)
    expect(last.locator(".waiting")).to_have_count(0)
    return last.locator(".reply")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, of any weight: the rule and the element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['impact']} {rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def assert_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_question_is_answered_with_its_source_opened_at_the_quote(page: Page) -> None:
    reply = ask(page, "올해 지원금은 얼마인가요?")
    expect(reply.locator(".answer")).to_have_text("최대 1,200만 원을 지원합니다. [1]")
    expect(reply.locator(".sources")).to_contain_text("빈집 정비 지원 공고")
    expect(reply.locator(".sources")).to_contain_text(ATTRIBUTION)
    expect(reply.locator("blockquote mark")).to_have_text("1,200만 원")
    expect(reply.locator(".notes")).to_contain_text(
        ["2025. 2. 17. 발표 기준 · 문서의 말 그대로 · 답이 맞을 가능성 87%"]
    )
    expect(reply.locator(".understood")).to_contain_text("년 지원금은 얼마인가요?")

    reply.locator(".answer .marker").click()
    quote = page.locator("#source-text mark")
    expect(quote).to_have_text(QUOTE)  # signs of two UTF-16 units stand before it
    expect(quote).to_be_in_viewport()
    expect(page.locator("#source-title")).to_be_focused()
    expect(page.locator("#source-about")).to_contain_text("공공누리 제1유형")
    assert_no_sideways_scroll(page)


def test_an_answer_in_a_models_words_says_so(page: Page) -> None:
    expect(ask(page, "지원금은?").locator(".notice")).to_have_count(0)
    reply = ask(page, "지원금을 쉽게 알려 주세요")
    expect(reply.locator(".notice")).to_contain_text("언어모델이 작성했습니다")
    expect(reply.locator(".notes").first).to_contain_text("언어모델이 다듬은 말")


def test_markup_in_a_document_and_in_a_question_stays_text(page: Page) -> None:
    ask(page, ATTACK)
    page.locator(".passages .link", has_text="공고").first.click()
    expect(page.locator("#source-text")).to_contain_text("<script>window.harmed = true</script><img src=x")
    expect(page.locator("#source-text")).to_contain_text("<b>02-000-0000</b>")
    assert page.locator("main img, #source img, main script, #source script, #source b").count() == 0


def test_rows_with_tabs_become_a_table_and_the_highlight_goes_through_it(page: Page) -> None:
    reply = ask(page, "수리 한도는?")
    expect(reply.locator(".answer tr")).to_have_count(3)
    expect(reply.locator(".answer td .marker")).to_have_text(["[1]", "[2]"])
    reply.locator(".answer .marker").first.click()
    expect(page.locator("#source-text tr")).to_have_count(3)
    expect(page.locator("#source-text td mark")).to_have_text(["수리", "1,200", "20%"])
    expect(page.locator("#source-text p").last).to_have_text("문의: 도시재생과 <b>02-000-0000</b>")
    assert_no_sideways_scroll(page)


def test_values_in_conflict_stand_side_by_side_with_their_sources(page: Page) -> None:
    conflict = ask(page, "수리 한도는?").locator(".conflict")
    expect(conflict.locator("h3")).to_have_text("시기에 따라 값이 바뀌었습니다")
    expect(conflict.locator("> .about")).to_have_text("빈집 수리 지원 한도")
    expect(conflict.locator("li")).to_have_text(
        [
            f"1,200만 원[1]공고{ATTRIBUTION}",
            "900만 원[2]기본계획해온시 도시재생과, 「빈집 정비 기본계획」(계획, 2024. 11. 추정)",
        ]
    )
    conflict.locator(".marker").last.click()
    expect(page.locator("#source-text mark")).to_have_text("해온시는 빈집 수리 한도를 900만 원으로 한다.")


def test_an_abstention_says_so_and_shows_the_nearest_passages(page: Page) -> None:
    reply = ask(page, "시장은 누구인가요?")
    expect(reply).to_contain_text("문서에서 답을 찾지 못했습니다")
    expect(reply).to_contain_text("문서에 이 질문의 답이 되는 문장이 없습니다.")
    expect(reply.locator(".sources")).to_have_count(0)
    reply.locator(".passages .link").first.click()
    expect(page.locator("#source-text mark")).to_have_text("해온시는 빈집 수리 한도를 900만 원으로 한다.")
    expect(page.locator("#status")).to_contain_text("문서에서 답을 찾지 못했습니다.")


def test_an_error_is_told_in_korean_and_the_question_is_kept(page: Page) -> None:
    expect(ask(page, "고장?")).to_have_text("색인을 다시 만들어 주십시오.")
    expect(page.locator("#question")).to_have_value("고장?")
    page.route("**/ask", lambda route: route.abort())
    page.locator("#question").fill("")
    expect(ask(page, "끊김?")).to_contain_text("서버에 연결할 수 없습니다")
    expect(page.locator("#send")).to_be_visible()


def test_everything_can_be_done_from_the_keyboard(page: Page) -> None:
    page.keyboard.insert_text("올해 지원금은")
    page.keyboard.press("Shift+Enter")
    page.keyboard.insert_text("얼마인가요?")
    expect(page.locator("#question")).to_have_value("올해 지원금은\n얼마인가요?")
    expect(page.locator("article")).to_have_count(0)
    page.keyboard.press("Enter")
    marker = page.locator(".answer .marker")
    expect(marker).to_have_accessible_name("근거 1 열기: 빈집 정비 지원 공고")
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if marker.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#source-text mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(marker).to_be_focused()


def test_the_first_stop_of_the_keyboard_skips_to_the_question(page: Page) -> None:
    first = page.locator("a, button, textarea, [tabindex]").first
    expect(first).to_have_text("질문 입력란으로 건너뛰기")
    expect(first).not_to_be_in_viewport()
    first.focus()
    expect(first).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()


def test_enter_that_ends_a_syllable_does_not_send(page: Page) -> None:
    page.keyboard.insert_text("지원금은?")
    page.locator("#question").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    page.locator("#question").dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    expect(page.locator("#question")).to_have_value("지원금은?")
    page.locator("#question").dispatch_event("keydown", {"key": "Enter"})
    expect(page.locator("article")).to_have_count(1)


def test_earlier_turns_go_with_the_question_until_a_new_conversation(page: Page) -> None:
    sent: list[Any] = []

    def record(request: Request) -> None:
        if request.url.endswith("/ask"):
            sent.append(request.post_data_json["history"])

    page.on("request", record)
    for _ in range(11):
        ask(page, "지원금은?")
    ask(page, "시장은?")
    page.get_by_role("button", name="새 대화").click()
    expect(page.locator("article")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    ask(page, "지원금은?")
    user = {"role": "user", "content": "지원금은?"}
    assistant = {"role": "assistant", "content": "최대 1,200만 원을 지원합니다. [1]"}
    assert sent[:2] == [[], [user, assistant]]
    assert sent[10:] == [[user, assistant] * 10, [user, assistant] * 10, []]


def test_a_new_conversation_drops_the_answer_on_its_way(page: Page) -> None:
    held: list[Route] = []
    page.route("**/ask", lambda route: held.append(route))
    page.keyboard.insert_text("지원금은?")
    page.keyboard.press("Enter")
    expect(page.locator(".waiting")).to_be_visible()
    expect(page.locator("#send")).to_be_hidden()
    page.get_by_role("button", name="새 대화").click()
    page.unroute("**/ask")
    expect(ask(page, "시장은?")).to_contain_text("찾지 못했습니다")
    expect(page.locator("article")).to_have_count(1)


def test_a_quote_that_no_longer_stands_in_the_document_is_not_highlighted(page: Page) -> None:
    reply = ask(page, "지원금은?")
    changed = {"document": NOTICE.id, "publisher": "", "published": "", "licence": "", "text": "새 글", "notices": []}
    page.route("**/documents/**", lambda route: route.fulfill(json=changed))
    reply.locator(".answer .marker").click()
    expect(page.locator("#source-about")).to_contain_text("문서가 그사이 바뀌어")
    expect(page.locator("#source-text")).to_have_text("새 글")
    expect(page.locator("#source-text mark")).to_have_count(0)


def test_what_was_found_is_shown_at_once_and_the_answer_as_it_comes(page: Page, behind: FakeAssistant) -> None:
    behind.gate.clear()
    try:
        page.keyboard.insert_text("지원금은 천천히?")
        page.keyboard.press("Enter")
        expect(page.locator(".waiting .passages .link")).to_have_count(3)
        expect(page.locator("#status")).to_have_text("문서에서 가까운 대목 3곳을 찾아 읽고 있습니다.")
        expect(page.locator("#stop")).to_be_visible()
    finally:
        behind.gate.set()
    expect(page.locator(".answer .marker")).to_have_text(["[1]"])
    expect(page.locator(".waiting, #stop:visible")).to_have_count(0)
    expect(page.locator("#status")).to_contain_text("1,200만 원")


@pytest.mark.parametrize("question", ["지원금은 천천히?", "시장은 천천히?"])
def test_who_stands_on_a_passage_stays_there_when_the_answer_comes(
    page: Page, behind: FakeAssistant, question: str
) -> None:
    behind.gate.clear()
    try:
        page.keyboard.insert_text(question)
        page.keyboard.press("Enter")
        page.locator(".waiting .passages .link").nth(1).focus()
    finally:
        behind.gate.set()
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator(".passages .link").nth(1)).to_be_focused()
    expect(page.locator(".passages .link").nth(1)).to_be_visible()


def test_a_source_opened_before_the_answer_came_gives_the_focus_back(page: Page, behind: FakeAssistant) -> None:
    behind.gate.clear()
    try:
        page.keyboard.insert_text("지원금은 천천히?")
        page.keyboard.press("Enter")
        page.locator(".waiting .passages .link").nth(1).press("Enter")
        expect(page.locator("#source-title")).to_be_focused()
    finally:
        behind.gate.set()
    expect(page.locator(".waiting")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".passages .link").nth(1)).to_be_focused()


def test_the_stop_button_stops_and_gives_the_question_back(page: Page, behind: FakeAssistant) -> None:
    behind.gate.clear()
    try:
        page.keyboard.insert_text("지원금은 천천히?")
        page.keyboard.press("Enter")
        expect(page.locator(".waiting .passages")).to_be_visible()
        page.get_by_role("button", name="멈추기").click()
        expect(page.locator(".reply")).to_have_text("답하기를 멈추었습니다.")
    finally:
        behind.gate.set()
    expect(page.locator("#question")).to_have_value("지원금은 천천히?")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("article").last.locator(".answer")).to_contain_text("1,200만 원")


def test_a_stream_that_cannot_be_read_is_asked_for_in_one_piece(page: Page) -> None:
    broken = ["", 'event: passages\ndata: {"passages": []}\n\n', "event: end\ndata: {oops\n\n"]
    accepted: list[str] = []

    def spoil(route: Route) -> None:
        accepted.append(route.request.headers["accept"])
        if "event-stream" in accepted[-1]:
            route.fulfill(body=broken.pop(), content_type="text/event-stream")
        else:
            route.continue_()

    page.route("**/ask", spoil)
    for asked in (2, 4, 6):
        expect(ask(page, "지원금은?").locator(".answer")).to_have_text("최대 1,200만 원을 지원합니다. [1]")
        assert len(accepted) == asked


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = f"최대 1,200만 원을 지원합니다. [1]\n\n출처\n[1] {ATTRIBUTION}"
    reply = ask(page, "지원금은?")
    reply.get_by_role("button", name="출처와 함께 복사").click()
    expect(reply.locator(".opinion .notes")).to_have_text("답과 출처 표기를 복사했습니다.")
    assert page.evaluate("navigator.clipboard.readText()") == copied

    # Where the page came over plain HTTP there is no such interface; what is pasted is the same.
    page.evaluate("navigator.clipboard.writeText('')")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reply.get_by_role("button", name="출처와 함께 복사").press("Enter")
    expect(page.locator("body > textarea")).to_have_count(0)
    expect(reply.get_by_role("button", name="출처와 함께 복사")).to_be_focused()
    page.locator("#question").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#question")).to_have_value(copied)


def test_an_abstention_has_nothing_to_copy(page: Page) -> None:
    expect(ask(page, "시장은?").get_by_role("button", name="복사")).to_have_count(0)


def test_an_opinion_is_kept_with_what_it_is_of(page: Page, kept: Path) -> None:
    ask(page, "시장은?")
    reply = ask(page, "지원금은?")
    reply.get_by_role("button", name="고쳐야 합니다").press("Enter")
    expect(reply.get_by_role("button", name="고쳐야 합니다")).to_have_attribute("aria-pressed", "true")
    expect(reply.get_by_label("덧붙일 말")).to_be_focused()
    page.keyboard.insert_text("신청 기한도 알려 주십시오")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(reply.locator(".opinion .notes")).to_have_text("의견을 남겼습니다. 고맙습니다.")
    expect(reply.locator(".opinion .notes")).to_be_focused()
    expect(reply.locator(".opinion button")).to_have_text(["출처와 함께 복사"])
    line = json.loads((kept / "feedback.jsonl").read_text("utf-8").splitlines()[-1])
    assert (line["rating"], line["comment"]) == ("down", "신청 기한도 알려 주십시오")
    assert (line["question"], line["answer"]) == ("지원금은?", "최대 1,200만 원을 지원합니다. [1]")
    assert line["citations"] == [{"document": NOTICE.id, "quote": QUOTE}]
    assert [turn["role"] for turn in line["history"]] == ["user", "assistant"]


def test_an_opinion_that_cannot_be_kept_is_not_lost(page: Page) -> None:
    page.route("**/feedback", lambda route: route.fulfill(status=503, json={"detail": "의견이 가득 찼습니다."}))
    reply = ask(page, "시장은?")
    reply.get_by_role("button", name="도움이 됐습니다").click()
    page.keyboard.insert_text("고맙습니다")
    reply.get_by_role("button", name="의견 보내기").click()
    expect(reply.locator(".opinion .notes")).to_have_text("의견이 가득 찼습니다.")
    expect(reply.get_by_label("덧붙일 말")).to_have_value("고맙습니다")


def test_what_does_not_fit_in_a_document_and_an_unknown_date_are_told(page: Page) -> None:
    about = {
        "document": "plan.txt",
        "title": "계획",
        "publisher": "해온시",
        "published": "",
        "licence": "",
        "text": "새 글",
    }
    notices = [{"kind": "weekday", "text": "‘<b>수</b>’의 요일이 맞지 않습니다", "start": 0, "end": 1}]
    page.route("**/documents/**", lambda route: route.fulfill(json=about | {"notices": notices}))
    page.locator("#shelf button", has_text="기본계획").click()
    expect(page.locator("#source-about")).to_have_text("해온시 · 시점 미상 · plan.txt")
    page.locator("#source-notices summary").press("Enter")
    expect(page.locator("#source-notices li")).to_have_text(["‘<b>수</b>’의 요일이 맞지 않습니다"])


def test_what_an_open_source_covers_is_out_of_reach(page: Page) -> None:
    ask(page, "지원금은?").locator(".answer .marker").click()
    covered = page.evaluate("matchMedia('(max-width: 59.99rem)').matches")
    assert page.locator("main").evaluate("main => main.inert") == covered
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("main")).to_have_js_property("inert", False)


def test_axe_finds_nothing(page: Page) -> None:
    findings = violations(page)
    ask(page, "고장?")
    page.locator("#question").fill("")
    ask(page, "시장은?")
    ask(page, "수리 한도는?").get_by_role("button", name="고쳐야 합니다").click()
    page.locator("#question").focus()
    ask(page, "올해 지원금을 쉽게 알려 주세요").locator("summary").click()
    findings += violations(page)
    page.locator("article").last.locator(".answer .marker").click()
    expect(page.locator("#source-text mark")).to_have_count(1)
    findings += violations(page)
    assert findings == []


def test_at_twice_the_size_everything_is_still_there(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200%
    ask(page, "수리 한도는?").locator(".answer .marker").first.click()
    expect(page.locator("#source-text mark").first).to_be_in_viewport()
    expect(page.locator("#close")).to_be_in_viewport()
    assert_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    expect(page.locator("#send")).to_be_in_viewport()
    page.set_viewport_size({"width": 320, "height": 256})  # and at 400%
    assert_no_sideways_scroll(page)


def test_every_target_is_large_enough(page: Page) -> None:
    ask(page, "시장은?")
    ask(page, "수리 한도는?").get_by_role("button", name="고쳐야 합니다").click()
    small = "all => all.filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect()])"
    boxes = page.locator("button, summary, textarea").evaluate_all(
        f"all => ({small})(all).filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"
    )
    assert boxes == []


def test_a_document_opens_from_the_welcome(page: Page) -> None:
    page.locator("#shelf button", has_text="기본계획").click()
    expect(page.locator("#source-about")).to_contain_text("해온시 도시재생과 · 2024. 11. 발행 · plan.txt")
    expect(page.locator("#source-text mark")).to_have_count(0)
    page.locator("#close").click()
    expect(page.locator("#shelf button", has_text="기본계획")).to_be_focused()


def test_long_words_and_wide_tables_never_scroll_the_page_sideways(page: Page) -> None:
    assert_no_sideways_scroll(page)
    ask(page, "가나다라마바사아" * 60)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    ask(page, "고장?")
    page.locator("#question").fill("")
    ask(page, "시장은?")
    ask(page, "수리 한도는?")
    ask(page, "올해 지원금은?").locator(".marker").first.click()
    expect(page.locator("#source-text mark")).to_have_count(1)
    assert page.evaluate(FAINT_TEXT) == []


# Every element with text of its own whose contrast (WCAG 2) with the nearest painted ground is under 4.5.
FAINT_TEXT = """() => {
  const channels = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const painted = (element) => (channels(getComputedStyle(element).backgroundColor)[3] ?? 1) > 0;
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    let ground = element;
    while (!painted(ground)) ground = ground.parentElement;
    const [dark, light] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]
      .map(luminance).sort((one, other) => one - other);
    if ((light + 0.05) / (dark + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 80));
  }
  return faint;
}"""
