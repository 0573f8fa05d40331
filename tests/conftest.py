"""Fixtures that more than one test file uses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from doubles import FakeAssistant
from fastapi.testclient import TestClient
from office import TEXTS, opened
from servers import served

from assistant.pipeline import Assistant
from assistant.server import create_app
from index.build import update
from index.encoders import load_encoder
from index.search import open_index
from index.settings import Settings
from index.types import Encoder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def behind() -> FakeAssistant:
    """The assistant behind the address."""
    return FakeAssistant()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of the server at the address."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def address(behind: FakeAssistant, kept: Path) -> Iterator[str]:
    """The address of a real server on a free loopback port, with the fake assistant behind it."""
    with served(behind, Settings(index=kept)) as address:
        yield address


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    app = create_app(assistant, Settings())  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def built_in() -> Encoder:
    """With the machine's own cache: derived here at most once."""
    return load_encoder(Settings())


@pytest.fixture(scope="session")
def office(built_in: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The whole assistant over the invented documents."""
    return Assistant(opened(TEXTS, tmp_path_factory.mktemp("office"), built_in))


@pytest.fixture(scope="session")
def seeds(built_in: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The whole assistant over seeds/, indexed as the command line does it."""
    folder = tmp_path_factory.mktemp("seeds")
    update([ROOT / "seeds"], folder, built_in)
    return Assistant(open_index(folder, built_in))
