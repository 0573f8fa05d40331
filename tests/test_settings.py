"""What can be set, and what a person reads who set it wrong."""

from pathlib import Path

import pytest

from index.errors import SettingsError
from index.settings import Settings, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_file_or_environment_the_defaults_stand() -> None:
    assert load({}) == Settings()


def test_the_environment_comes_before_the_file_and_the_file_before_the_defaults() -> None:
    Path("assistant.toml").write_text('port = 9000\nhost = "0.0.0.0"\nindex = "색인"\n')
    settings = load({"ASSISTANT_PORT": "9001", "ASSISTANT_CACHE": "/tmp/캐시", "ASSISTANT_UNRELATED": "1"})
    assert settings == Settings(port=9001, host="0.0.0.0", index=Path("색인"), cache=Path("/tmp/캐시"))


def test_another_file_can_be_named() -> None:
    Path("다른.toml").write_text("batch_size = 8\n")
    assert load({"ASSISTANT_CONFIG": "다른.toml"}).batch_size == 8


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("prot = 8000", "prot"),
        ("port = 'eight'", "port"),
        ("port = true", "port"),
        ("port = 65536", "port"),
        ("port = -1", "port"),
        ("batch_size = 0", "batch_size"),
        ("host = 1", "host"),
        ("index = ['가']", "index"),
        ("port = ", "assistant.toml"),
        ("[server]\nport = 1", "server"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_that_names_it(file: str, reason: str) -> None:
    Path("assistant.toml").write_text(file)
    with pytest.raises(SettingsError, match=reason) as raised:
        load({})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("value", ["", "팔천", "8000.5", "1e3", "70000"])
def test_a_mistake_in_the_environment_is_one_line_that_names_it(value: str) -> None:
    with pytest.raises(SettingsError, match="port") as raised:
        load({"ASSISTANT_PORT": value})
    assert "\n" not in str(raised.value)


def test_the_key_of_a_model_is_shown_in_no_message() -> None:
    Path("assistant.toml").write_text("model_key = 12345\n")
    with pytest.raises(SettingsError, match="model_key") as raised:
        load({})
    assert "12345" not in str(raised.value)
    assert "sk-x9" not in repr(Settings(model_key="sk-x9"))


def test_a_named_file_that_is_not_there_or_no_text_is_told() -> None:
    with pytest.raises(SettingsError, match=r"없는\.toml"):
        load({"ASSISTANT_CONFIG": "없는.toml"})
    Path("이진.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"이진\.toml"):
        load({"ASSISTANT_CONFIG": "이진.toml"})
