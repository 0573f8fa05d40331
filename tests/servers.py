"""A real server on a free loopback port, and what it sends as events."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from assistant.server import create_app
from index.settings import Settings


@contextmanager
def served(assistant: object, settings: Settings | None = None) -> Iterator[str]:
    """Serves the assistant, real or fake, while the context lasts; gives the address."""
    app = create_app(assistant, settings or Settings())  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def events(body: str) -> list[tuple[str, Any]]:
    """The name and the data of each event, in order; comments are passed over."""
    assert body.endswith("\n\n")
    told = []
    for block in body.removesuffix("\n\n").split("\n\n"):
        if not block.startswith(":"):
            name, data = block.split("\n")
            told.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return told
