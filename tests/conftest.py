"""Fixtures that more than one test file uses."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from doubles import FakeAssistant

from assistant.server import create_app
from index.settings import Settings


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a real server on a free loopback port, with the fake assistant behind it."""
    app = create_app(FakeAssistant(), Settings())  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
