"""The command line: index, ask, serve, mcp, evaluate, feedback."""

import argparse
import io
import json
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from assistant.feedback import Feedback
from assistant.pipeline import Assistant
from assistant.types import Answer, Reply
from assistant.wire import NOTICE, question_from, reply_json
from index.build import update
from index.encoders import load_encoder
from index.errors import SettingsError, UserError
from index.search import open_index
from index.settings import Settings, load
from index.types import Encoder, IndexReport

SAMPLE_QUESTION = "AI 자율제조 수요조사에 몇 개 기업이 몰렸나요?"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code is 2 for a mistake the user can mend, told in one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console of CP949 has no ✓
    try:
        options = _parser().parse_args(arguments)
        settings = load()
        if options.into is not None:
            settings = replace(settings, index=options.into)
        return int(options.run(options, settings))
    except UserError as error:
        print(f"assistant: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has had enough
        sys.stderr.close()
        return 0
    except OSError as error:  # a path that the system refuses, say
        print(f"assistant: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n중단했습니다.", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    """Tells of a wrong command line as of any other mistake: in one line."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"명령을 알아들을 수 없습니다 ({message}). 쓰는 법은 {self.prog} --help로 볼 수 있습니다")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="assistant", description="우리 문서에서 답을 찾아 출처와 함께 보여 줍니다.")
    commands = parser.add_subparsers(required=True, metavar="명령")

    def command(name: str, about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.add_argument("--into", type=Path, metavar="폴더", help="색인 폴더 (기본 .assistant)")
        return added

    index = command("index", "문서를 색인에 넣거나 새로 고칩니다.")
    index.add_argument("paths", nargs="*", type=Path, default=[Path("seeds")], metavar="경로", help="기본 seeds/")
    index.add_argument("--encoder", metavar="이름", help="built-in, 또는 sentence-transformers 모형의 폴더나 이름")
    index.set_defaults(run=_index)

    ask = command("ask", "질문 하나에 답합니다.")
    ask.add_argument("question", metavar="질문")
    ask.add_argument("--json", action="store_true", help="/ask의 응답을 그대로 출력합니다")
    ask.set_defaults(run=_ask)

    serve = command("serve", "API와 대화 화면을 엽니다.")
    serve.set_defaults(run=_serve)

    mcp = command("mcp", "다른 프로그램이 MCP로 문서를 찾게 합니다.")
    mcp.add_argument("--http", action="store_true", help="표준 입출력 대신 http://주소:번호/mcp 에서 기다립니다")
    mcp.set_defaults(run=_mcp)

    for listening in (serve, mcp):
        listening.add_argument("--host", metavar="주소")
        listening.add_argument("--port", type=int, metavar="번호")

    evaluate = command("evaluate", "정답 쌍으로 답을 채점합니다.")
    evaluate.add_argument("gold", nargs="?", type=Path, metavar="GOLD", help="정답 쌍(JSONL), SQuAD나 KorQuAD(JSON)")
    evaluate.add_argument("--limit", type=int, metavar="N", help="고르게 뽑은 N문항만 묻습니다")
    evaluate.add_argument("--against", type=Path, metavar="OLD.json", help="앞서 --json으로 낸 결과와 견줍니다")
    evaluate.add_argument("--report", type=Path, metavar="폴더", help="그림이 든 보고서 한 쪽을 씁니다")
    evaluate.add_argument("--json", action="store_true", help="결과를 JSON으로 출력합니다")
    evaluate.add_argument("--beir", type=Path, metavar="폴더", help="BEIR 폴더로 검색을 잽니다")
    evaluate.add_argument("--run", dest="trec", type=Path, metavar="OUT.trec", help="--beir의 순위를 쓸 파일")
    evaluate.set_defaults(run=_evaluate)

    feedback = command("feedback", "대화 화면에서 받은 의견을 정답 쌍 후보(JSONL)로 출력합니다.")
    feedback.set_defaults(run=_feedback)
    return parser


def _index(options: argparse.Namespace, settings: Settings) -> int:
    if options.encoder:
        settings = replace(settings, encoder=options.encoder)
    report = update(options.paths, settings.index, _encoder(settings), _progress("색인"))
    print(_told(report))
    return 2 if report.refused and not (report.added or report.changed or report.unchanged) else 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    question = question_from({"question": options.question})
    assistant = _open(settings)
    reply = assistant.ask(question)
    print(
        json.dumps(reply_json(reply, assistant.index.document), ensure_ascii=False, indent=2)
        if options.json
        else _said(reply)
    )
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from assistant.server import create_app

    host, port = _address(options, settings)
    _check_address(host, port)
    app = create_app(_open(settings), settings)
    print(f"주소: http://{host}:{port}\n질문해 보십시오: {SAMPLE_QUESTION}", flush=True)
    sys.setswitchinterval(0.001)  # s; what is ready to be sent waits for no other thread's work
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
    return 0


def _mcp(options: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    try:
        from assistant.mcp_server import create, http_app
    except ModuleNotFoundError as error:
        raise SettingsError("mcp 꾸러미가 없습니다. .venv/bin/pip install -e '.[mcp]'로 설치해 주십시오") from error
    host, port = _address(options, settings)
    if options.http:
        _check_address(host, port)
    index = open_index(settings.index, _encoder(settings))
    if options.http:
        print(f"주소: http://{host}:{port}/mcp", flush=True)
        uvicorn.run(http_app(index, settings), host=host, port=port, log_level="warning", server_header=False)
    else:
        create(index, settings).run()
    return 0


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.evaluation.beir import evaluate_beir
    from assistant.evaluation.comparison import read_outcomes
    from assistant.evaluation.gold import read_gold, spread
    from assistant.evaluation.report import evaluate
    from assistant.evaluation.squad import is_squad, read_squad
    from assistant.evaluation.throwaway import throw_away_index

    if options.beir is not None:
        if options.trec is None:
            raise SettingsError("--beir에는 순위를 쓸 파일을 --run OUT.trec으로 함께 주십시오")
        measured = evaluate_beir(options.beir, options.trec, _encoder(settings), _progress("색인"))
        print(json.dumps(measured) if options.json else "\n".join(f"{n}\t{v:.4f}" for n, v in measured.items()))
        return 0
    if options.gold is None:
        raise SettingsError("채점할 GOLD.jsonl이나 --beir 폴더를 주십시오")
    if options.limit is not None and options.limit < 1:
        raise SettingsError("--limit에는 1 이상의 수를 주십시오")
    gold, documents = read_squad(options.gold) if is_squad(options.gold) else (read_gold(options.gold), [])
    old = (options.against.name, read_outcomes(options.against)) if options.against else None
    with ExitStack() as held:
        if documents and options.into is None:
            index = held.enter_context(throw_away_index(documents, _encoder(settings), _progress("색인")))
            assistant = Assistant(index)
        else:
            assistant = _open(settings)
        asked = spread(gold, options.limit or len(gold))
        evaluation = evaluate(options.gold.name, asked, assistant, old, _progress("채점"))
    if options.report:
        evaluation.write(options.report)
    print(json.dumps(evaluation.as_json(), ensure_ascii=False, indent=2) if options.json else evaluation.as_text())
    return 0


def _feedback(options: argparse.Namespace, settings: Settings) -> int:
    if not settings.index.is_dir():
        raise SettingsError(f"색인 폴더 {settings.index}이(가) 없습니다. --into로 폴더를 주십시오")
    candidates = list(Feedback(settings.index).candidates())
    for candidate in candidates:
        print(json.dumps(candidate, ensure_ascii=False))
    if not candidates:
        print("아직 받은 의견이 없습니다.", file=sys.stderr)
    return 0


def _open(settings: Settings) -> Assistant:
    writer = None
    if settings.model_url:
        from assistant.generative import Writer

        writer = Writer(settings)
    return Assistant(open_index(settings.index, _encoder(settings)), writer)


def _encoder(settings: Settings) -> Encoder:
    return load_encoder(settings, _progress("단어 벡터 준비 (이 컴퓨터에서 한 번만)"))


class _progress:
    """A bar on stderr, where that is a terminal; else a line when it ends."""

    def __init__(self, about: str) -> None:
        self._about = about

    def __call__(self, done: int, total: int) -> None:
        if not total:
            return
        if sys.stderr.isatty():
            filled = 30 * done // total
            bar = "█" * filled + "░" * (30 - filled)
            print(
                f"\r{self._about} {bar} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True
            )
        elif done == total:
            print(f"{self._about} {done}/{total}", file=sys.stderr)


def _told(report: IndexReport) -> str:
    counts = [
        ("추가", report.added),
        ("변경", report.changed),
        ("그대로", report.unchanged),
        ("삭제", report.dropped),
        ("거부", list(report.refused)),
    ]
    lines = ["  ".join(f"{word} {len(names)}" for word, names in counts)]
    lines += [f"  {word}: {name}" for word, names in counts[:4] if word != "그대로" for name in names]
    lines += [f"  거부: {name}: {why}" for name, why in report.refused.items()]
    lines += [f"  확인: {name}: {what}" for name, noticed in report.noticed.items() for what in noticed]
    return "\n".join(lines)


def _said(reply: Reply) -> str:
    if not isinstance(reply, Answer):
        return reply.reason
    sources = [f"[{citation.marker}] {citation.attribution}\n    “{citation.quote}”" for citation in reply.citations]
    notice = ["", NOTICE] if reply.reader == "generative" else []
    return "\n".join([reply.text, "", *sources, *notice])


def _address(options: argparse.Namespace, settings: Settings) -> tuple[str, int]:
    return options.host or settings.host, settings.port if options.port is None else options.port


def _check_address(host: str, port: int) -> None:
    """Raises SettingsError where the address cannot be listened on: before anything is loaded."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"{host}:{port}에서 열 수 없습니다 ({reason}). 다른 프로그램이 쓰고 있으면 --port로 다른 번호를 주십시오"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
