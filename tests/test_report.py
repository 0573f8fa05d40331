"""An evaluation asks every gold question once, and tells the same figures as JSON, text and page."""

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from evaluation_doubles import FakeAssistant, abstention, answer, citation, hit

from assistant.evaluation.gold import Gold, read_gold
from assistant.evaluation.report import Evaluation
from assistant.evaluation.report import evaluate as evaluate_gold
from assistant.types import Reply, Turn
from index.errors import GoldError

GOLD = [
    {
        "id": "n1", "split": "tune", "type": "number", "question": "몇 명인가?", "facts": [["12명"]],
        "documents": ["가.txt"], "evidence": ["12명으로 한다"], "today": "2024-03-01",
        "history": [{"role": "user", "content": "위원회는?"}],
    },
    {
        "id": "d1", "split": "report", "type": "date", "question": "언제 <여는>가?", "facts": [["매월", "달마다"]],
        "documents": ["나.txt"], "evidence": ["매월 연다"],
    },
    {"id": "u1", "split": "report", "type": "unanswerable", "question": "어디인가?", "facts": []},
]  # fmt: skip
REPLIES: dict[str, Reply] = {
    "몇 명인가?": answer("12명 [1]", passages=(hit(15, 25, 1), hit(0, 14, 2)), confidence=0.9),
    "언제 <여는>가?": answer("<script>해마다</script> [1]", (citation(15, 25),), (hit(15, 25, 1),), 0.4),
    "어디인가?": abstention(),
}


def evaluate(folder: Path) -> tuple[Evaluation, FakeAssistant]:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, GOLD)), "utf-8")
    assistant = FakeAssistant(REPLIES)
    old = ("old.json", {("n1", "몇 명인가?"): False})
    return evaluate_gold("gold.jsonl", read_gold(path), assistant, old), assistant  # type: ignore[arg-type]


def test_the_assistant_is_asked_with_the_day_and_the_history_of_gold(tmp_path: Path) -> None:
    _, assistant = evaluate(tmp_path)
    first, second, third = assistant.asked
    assert (first.text, first.today, first.history) == (
        "몇 명인가?",
        date(2024, 3, 1),
        (Turn("user", "위원회는?"),),
    )
    assert (second.history, third.text) == ((), "어디인가?")


def test_the_json_tells_measures_overall_by_split_and_by_type(tmp_path: Path) -> None:
    told = json.loads(json.dumps(evaluate(tmp_path)[0].as_json()))
    assert (told["gold"], told["questions"]) == ("gold.jsonl", 3)
    assert told["overall"]["accuracy"]["value"] == pytest.approx(2 / 3)
    assert told["overall"]["accuracy_attempted"]["value"] == 1 / 2
    assert told["overall"]["true_abstention"] == {"value": 1, "low": 1, "high": 1, "count": 1}
    assert told["overall"]["evidence_mrr@10"]["value"] == (1 / 2 + 0) / 2
    assert told["overall"]["citation_soundness"]["value"] == 1
    assert told["overall"]["citation_fit"]["value"] == 1 / 2
    assert {name: group["accuracy"]["value"] for name, group in told["splits"].items()} == {
        "tune": 1,
        "report": 1 / 2,
    }
    assert list(told["types"]) == ["number", "date", "unanswerable"]
    assert told["types"]["unanswerable"]["citation_fit"]["value"] is None
    assert [outcome["grade"] for outcome in told["outcomes"]] == ["right", "wrong", "right"]
    assert told["outcomes"][0]["evidence_ranks"] == [2]
    assert told["reliability"] == [[0.4, 0, 1], [0.9, 1, 1]]
    assert told["against"] == {"old": "old.json", "common": 1, "won": ["n1"], "lost": [], "p": 1}


def test_the_text_lists_what_went_wrong_and_no_more(tmp_path: Path) -> None:
    text = evaluate(tmp_path)[0].as_text()
    assert re.search(r"^전체\t3\t0\.0–100\.0\t66\.7\t50\.0\t100\.0\t0\.0\t", text, re.MULTILINE)
    assert "- d1 언제 <여는>가?\n    정답: 매월 또는 달마다\n    답변: <script>해마다</script> [1]" in text
    assert "- n1" not in text
    assert "틀렸거나 답하지 못한 문항: 1개" in text


def test_the_text_tells_every_measure_and_the_comparison(tmp_path: Path) -> None:
    text = evaluate(tmp_path)[0].as_text()
    assert re.search(r"^바른 보류\t100\.0\t100\.0–100\.0\t1$", text, re.MULTILINE)
    assert re.search(r"^보정 오차\t25\.0\t\t2$", text, re.MULTILINE)  # of 0.4 and 0.1
    assert "old.json 대비 (같은 문항 1개): 나아짐 1" in text


def test_what_was_said_before_stands_with_a_question_that_failed() -> None:
    gold = Gold("f1", "tune", "followup", "언제?", (("매월",),), history=(Turn("user", "위원회는?"),))
    evaluation = evaluate_gold("gold", [gold], FakeAssistant({"언제?": abstention()}))  # type: ignore[arg-type]
    assert "- f1 위원회는? → 언제?\n    정답: 매월" in evaluation.as_text()


def test_an_evaluation_without_an_answer_has_no_calibration(tmp_path: Path) -> None:
    gold = Gold("1", "tune", "number", "몇 명인가?", ())
    evaluation = evaluate_gold("gold", [gold], FakeAssistant({"몇 명인가?": abstention()}))  # type: ignore[arg-type]
    assert evaluation.as_json()["reliability"] == []
    assert re.search(r"^보정 오차\t–\t\t0$", evaluation.as_text(), re.MULTILINE)
    evaluation.write(tmp_path)
    assert "<svg" in (tmp_path / "index.html").read_text("utf-8")


def test_the_page_is_one_well_formed_file_that_loads_nothing_and_escapes_texts(tmp_path: Path) -> None:
    evaluate(tmp_path)[0].write(tmp_path / "새" / "보고서")
    assert [path.name for path in (tmp_path / "새" / "보고서").iterdir()] == ["index.html"]
    page = (tmp_path / "새" / "보고서" / "index.html").read_text("utf-8")
    assert "&lt;script&gt;해마다&lt;/script&gt;" in page
    assert "언제 &lt;여는&gt;가?" in page
    assert "old.json 대비" in page
    assert not re.search(r"<(script|link|img|iframe)|https?:|url\(|@import", page)


def test_the_pictures_draw_the_figures(tmp_path: Path) -> None:
    evaluate(tmp_path)[0].write(tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")
    calibration, risk = (ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    # Of 200 px: 40% sure and wrong, 90% sure and right; a point an answer, as there are so few.
    assert [line.attrib["points"] for line in calibration.iter("polyline")] == ["130.0,210.0 230.0,10.0"]
    assert [(point.attrib["cx"], point.attrib["cy"]) for point in calibration.iter("circle")] == [
        ("130.0", "210.0"),
        ("230.0", "10.0"),
    ]
    # The surest third is right (y 210: no error), two thirds hold one error of two (y 110: half of 200).
    assert [line.attrib["points"] for line in risk.iter("polyline")] == ["116.7,210.0 183.3,110.0"]


def test_a_report_folder_that_cannot_be_is_a_mistake_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GoldError, match="보고서"):
        evaluate(tmp_path)[0].write(tmp_path / "file")
