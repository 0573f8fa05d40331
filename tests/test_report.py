"""An evaluation asks every gold question once, and tells the same figures as JSON, text and page."""

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from evaluation_doubles import FakeAssistant, abstention, answer, citation, hit

from assistant.evaluation.report import Evaluation, evaluate_gold
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


def evaluate(folder: Path, report: Path | None = None) -> tuple[Evaluation, FakeAssistant]:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, GOLD)), "utf-8")
    assistant = FakeAssistant(REPLIES)
    return evaluate_gold(path, assistant, report), assistant  # type: ignore[arg-type]


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


def test_the_text_lists_what_went_wrong_and_no_more(tmp_path: Path) -> None:
    text = evaluate(tmp_path)[0].as_text()
    assert re.search(r"^ *전체 +3 +66\.7 +50\.0 +100\.0 +0\.0 ", text, re.MULTILINE)
    assert "- d1 언제 <여는>가?\n    정답: 매월 또는 달마다\n    답변: <script>해마다</script> [1]" in text
    assert "- n1" not in text
    assert "주의: d1의 정답이 가리키는 것이 색인에 없습니다: 나.txt" in text


def test_the_page_is_one_well_formed_file_that_loads_nothing_and_escapes_texts(tmp_path: Path) -> None:
    evaluate(tmp_path, tmp_path / "새" / "보고서")
    assert [path.name for path in (tmp_path / "새" / "보고서").iterdir()] == ["index.html"]
    page = (tmp_path / "새" / "보고서" / "index.html").read_text("utf-8")
    assert "&lt;script&gt;해마다&lt;/script&gt;" in page
    assert "언제 &lt;여는&gt;가?" in page
    assert not re.search(r"<(script|link|img|iframe)|https?:|url\(|@import", page)


def test_the_pictures_draw_the_figures(tmp_path: Path) -> None:
    page = evaluate(tmp_path)[0].as_html()
    bars, risk, lengths = (ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    widths = [float(bar.attrib["width"]) for bar in bars.iter("rect")]
    assert widths == [266.7, 400, 200, 400, 0, 400]  # of 400: overall, tune, report, number, date, unanswerable
    curve = risk.find("polyline")
    assert curve is not None
    # The surest third is right (y 210: no error), two thirds hold one error of two (y 110: half of 200).
    assert curve.attrib["points"] == "216.7,210.0 383.3,110.0"
    heights = [float(bar.attrib["height"]) for bar in lengths.iter("rect")]
    assert heights == [0, 0, 150, 0, 0, 0, 0, 0, 150, 0]  # 7 and 25 code points in bins of 3


def test_a_report_folder_that_cannot_be_is_a_mistake_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GoldError, match="보고서"):
        evaluate(tmp_path, tmp_path / "file")
