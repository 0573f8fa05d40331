"""The README keeps up with the code: every setting and command stands in it, and nothing of one machine."""

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.__main__ import _parser
from index.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
SUBPARSERS = next(action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
COMMANDS: dict[str, argparse.ArgumentParser] = dict(SUBPARSERS.choices)


def rows(begins: str) -> list[str]:
    """The table rows whose first cell begins so."""
    return [line for line in README.splitlines() if line.startswith(f"| `{begins}")]


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_stands_in_the_table_with_its_variable_and_default(name: str) -> None:
    (row,) = rows(f"{name}`")
    cells = [cell.strip(" `") for cell in row.split("|")]
    assert cells[1:4] == [name, f"ASSISTANT_{name.upper()}", str(getattr(Settings(), name)) or "empty"]
    assert cells[4]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_table_with_its_options(command: str) -> None:
    told = " ".join(rows(f"assistant {command} "))
    own = {option for action in COMMANDS[command]._actions for option in action.option_strings}
    for option in own - {"-h", "--help", "--into"}:  # told once for all commands
        assert option in told, option


def test_what_every_command_takes_is_told_once() -> None:
    for parser in COMMANDS.values():
        assert "--into" in parser.format_help()
    assert "Every command takes `--into FOLDER`" in README


def test_every_setting_and_command_in_the_tables_exists() -> None:
    settings = re.findall(r"^\| `\w+` \| `ASSISTANT_(\w+)` \|", README, re.MULTILINE)
    assert {name.lower() for name in settings} == {field.name for field in fields(Settings)}
    assert set(re.findall(r"^\| `assistant (\w+)", README, re.MULTILINE)) == set(COMMANDS)


def test_it_begins_with_the_two_commands_that_set_everything_up() -> None:
    assert README.index("make run") < README.index("make test") < README.index("assistant ")


def test_it_names_no_host_but_the_loopback_one() -> None:
    assert set(re.findall(r"https?://([^/\s\"'`)]+)", README)) <= {"127.0.0.1:8000"}
    assert not re.findall(r"\b[\w-]+\.(?:org|com|net|io|co|dev|kr)\b", README)


def test_it_names_no_path_of_one_machine() -> None:
    assert not re.findall(r"(?<![\w.~/])/(?:work|home|root|tmp|usr|opt|mnt|var|srv|Users)\b", README)
