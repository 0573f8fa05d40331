"""An evaluation of many gold questions: as JSON, as text for the terminal, and as a page."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.evaluation import page
from assistant.evaluation.comparison import Comparison, Rightness, compare
from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import Gold
from assistant.evaluation.measures import Measurement, reliability
from assistant.evaluation.outcomes import MEASURES, Outcome, ask, judged, summarise
from assistant.pipeline import Assistant
from index.errors import GoldError

COLUMNS = [  # what the table by groups shows of MEASURES
    *("accuracy", "accuracy_attempted", "true_abstention", "false_abstention", "evidence_recall@1"),
    *("evidence_recall@5", "citation_soundness", "citation_fit", "character_f1", "calibration_error"),
    *("answer_length_median", "answer_length_p90"),
]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outcomes in the order of the gold, and their measures by (kind of group, its name)."""

    gold: str
    outcomes: tuple[Outcome, ...]
    groups: dict[tuple[str, str], dict[str, Measurement]]
    against: Comparison | None

    def as_json(self) -> dict[str, object]:
        """Measures as {"value", "low", "high", "count"} for overall, splits and types; then each outcome."""
        plain = {
            group: {name: asdict(measured) for name, measured in measures.items()}
            for group, measures in self.groups.items()
        }
        return {
            "gold": self.gold,
            "questions": len(self.outcomes),
            "overall": plain["overall", ""],
            "splits": {name: measures for (kind, name), measures in plain.items() if kind == "split"},
            "types": {name: measures for (kind, name), measures in plain.items() if kind == "type"},
            "reliability": reliability(judged(self.outcomes)),
            "against": self.against and asdict(self.against),
            "outcomes": [outcome.as_json() for outcome in self.outcomes],
        }

    def as_text(self) -> str:
        """One row a group, one a measure, then every question that was not answered right."""
        failures = [outcome for outcome in self.outcomes if outcome.grade != "right"]
        listed = [
            f"- {outcome.gold.id} {outcome.asked}\n    정답: {outcome.expected}\n    답변: "
            + " ".join(outcome.said.split())[:120]
            for outcome in failures
        ]
        against = self.against.as_text() if self.against else ""
        tables = (_table(self.rows()), "", _table(self.measures()), "")
        return "\n".join([*tables, against, f"틀렸거나 답하지 못한 문항: {len(failures)}개", *listed])

    def write(self, folder: Path) -> None:
        """Writes folder/index.html. Raises GoldError."""
        against = self.against.as_text() if self.against else ""
        html = page.render(self.gold, self.rows(), self.measures(), self.outcomes, against)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "index.html").write_text(html, "utf-8")
        except OSError as error:
            raise GoldError(f"보고서를 {folder}에 쓸 수 없습니다: {error.strerror}") from error

    def rows(self) -> list[list[str]]:
        """A row a group, below a heading row."""
        rows = [["", "문항", "정답률의 구간", *(MEASURES[column] for column in COLUMNS)]]
        for (_, name), measures in self.groups.items():
            shown = [_shown(measures[column].value, column) for column in COLUMNS]
            rows.append([name or "전체", str(measures["accuracy"].count), _bounds(measures, "accuracy"), *shown])
        return rows

    def measures(self) -> list[list[str]]:
        """Every measure over all questions that it can be asked of, a row each, below a heading row."""
        rows = [["", "값", "95% 구간", "문항"]]
        overall = self.groups["overall", ""]
        for name, measured in overall.items():
            rows.append([MEASURES[name], _shown(measured.value, name), _bounds(overall, name), str(measured.count)])
        return rows


def evaluate(
    name: str,
    gold: Sequence[Gold],
    assistant: Assistant,
    old: tuple[str, Rightness] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Asks every question; `old` names an earlier evaluation to compare with. `progress` hears questions done, of all."""
    sources = Sources(assistant.index.document)
    outcomes = []
    for done, each in enumerate(gold, 1):
        outcomes.append(ask(each, assistant, sources))
        progress(done, len(gold))
    groups = {("overall", ""): summarise(outcomes)}
    for kind in ("split", "type"):
        for member in dict.fromkeys(getattr(each, kind) for each in gold):
            groups[kind, member] = summarise([each for each in outcomes if getattr(each.gold, kind) == member])
    against = compare(outcomes, old[1], old[0]) if old else None
    return Evaluation(name, tuple(outcomes), groups, against)


def _bounds(measures: dict[str, Measurement], name: str) -> str:
    return "–".join(_shown(end, name) for end in (measures[name].low, measures[name].high) if end is not None)


def _shown(value: float | None, name: str) -> str:
    """Shares as percentages, lengths in code points."""
    if value is None:
        return "–"
    return f"{value:.0f}" if "length" in name else f"{100 * value:.1f}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)
