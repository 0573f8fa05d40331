"""The evaluation as one self-contained HTML page with its pictures drawn as inline SVG."""

from collections.abc import Sequence
from html import escape

from assistant.evaluation.measures import BINS, reliability, risk_coverage
from assistant.evaluation.outcomes import Outcome, judged

_STYLE = """
body { font: 15px/1.6 sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
table { border-collapse: collapse; font-size: 14px } thead { font-weight: bold }
td { border-bottom: 1px solid #d5dae0; padding: .35rem .5rem; vertical-align: top; overflow-wrap: anywhere }
svg { max-width: 100%; height: auto } text { font: 12px sans-serif; fill: #1b1f24 } path { stroke: #1b1f24 }
circle { fill: #4178be } td:first-child { white-space: nowrap } path, polyline { fill: none } polyline { stroke: #4178be; stroke-width: 2 }
"""


def render(
    gold: str,
    groups: Sequence[Sequence[str]],
    measures: Sequence[Sequence[str]],
    outcomes: Sequence[Outcome],
    note: str,
) -> str:
    """A whole HTML document; it loads nothing, and every text of gold, answers and documents is escaped."""
    title = f"평가 보고서: {escape(gold)}"
    answers = judged(outcomes)
    calibration = [(confidence, accuracy) for confidence, accuracy, _ in reliability(answers)]
    return f"""<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<p>{escape(note)}</p>
<h2>측정값</h2>{_table(measures)}
<h2>묶음별</h2>{_table(groups)}
<h2>신뢰도와 정답률</h2>
<p>답변을 신뢰도 순으로 같은 수씩 나눈 15칸. 가로: 평균 신뢰도, 세로: 정답률. 점이 점선에 놓이면 신뢰도가 곧 맞을 확률이다.</p>
{_plot("신뢰도에 따른 정답률", calibration, '<path d="M50 210L250 10" stroke-dasharray="4"/>')}
<h2>위험과 응답 범위</h2>
<p>가로: 신뢰도가 높은 답변부터 받아들인 비율(전체 문항 가운데), 세로: 그 가운데 틀린 비율.</p>
{_plot("받아들인 비율에 따른 오답률", risk_coverage(answers, len(outcomes)))}
<h2>맞지 않은 문항</h2>{_failures(outcomes)}
</body></html>
"""


def _plot(title: str, points: Sequence[tuple[float, float]], under: str = "") -> str:
    """A line through points of the unit square, 200 px a side; few points are marked."""
    places = [(f"{50 + 200 * x:.1f}", f"{210 - 200 * y:.1f}") for x, y in points]
    ticks = "".join(
        f'<text x="{50 + 2 * tick}" y="228" text-anchor="middle">{tick}%</text>'
        f'<text x="44" y="{214 - 2 * tick}" text-anchor="end">{tick}%</text>'
        for tick in (0, 50, 100)
    )
    line = f'<polyline points="{" ".join(",".join(place) for place in places)}"/>'
    marks = "".join(f'<circle cx="{x}" cy="{y}" r="3"/>' for x, y in places if len(places) <= BINS)
    return (
        f'<svg role="img" aria-label="{title}" viewBox="0 0 280 236" width="420"><title>{title}</title>'
        f'<path d="M50 10V210H250"/>{under}{ticks}{line}{marks}</svg>'
    )


def _failures(outcomes: Sequence[Outcome]) -> str:
    rows = [["문항", "유형", "물음", "정답", "답변", "신뢰도"]]
    for outcome in outcomes:
        if outcome.grade != "right":
            texts = (outcome.gold.id, outcome.gold.type, outcome.asked, outcome.expected, outcome.said)
            rows.append([*texts, f"{outcome.reply.confidence:.2f}"])
    return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The first row as headings."""
    head, *body = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return f"<table><thead><tr>{head}</tr></thead>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"
