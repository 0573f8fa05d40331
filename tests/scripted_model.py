"""An OpenAI-compatible server on a loopback port that says what a test has it say, and keeps what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from index.settings import Settings

Behaviour = Callable[[BaseHTTPRequestHandler, threading.Event], None]  # the event: the tests are over


def completion(text: object) -> bytes:
    """The body of a chat completion that says `text`."""
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}).encode()


class ScriptedModel:
    """Says `says`, or does with a request what `behaviour` does."""

    def __init__(self, port: int) -> None:
        self.settings = Settings(model_url=f"http://127.0.0.1:{port}/v1", model_name="scripted", model_timeout_s=5)
        self.reset()

    def reset(self) -> None:
        self.says = ""
        self.behaviour: Behaviour | None = None
        self.asked: list[dict[str, object]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []

    @property
    def prompt(self) -> str:
        """All that the last request told the model."""
        messages = self.asked[-1]["messages"]
        assert isinstance(messages, list)
        return "\n".join(message["content"] for message in messages)


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            model.paths.append(self.path)
            model.keys.append(self.headers["Authorization"])
            if model.behaviour:
                try:
                    model.behaviour(self, over)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the client has had enough
            else:
                send(self, completion(model.says))

        def do_GET(self) -> None:
            model.paths.append(self.path)
            send(self, completion("따라왔습니다."))

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        model = ScriptedModel(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield model
        finally:
            over.set()
            server.shutdown()
            thread.join()
