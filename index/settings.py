"""What can be set: environment `ASSISTANT_*` over a TOML file over these defaults."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is a key of the TOML file and, in capitals, an environment variable (`ASSISTANT_PORT`)."""

    index: Path = Path(".assistant")  # the index folder, `--into` on the command line
    cache: Path = Path("~/.cache/korean-document-assistant")  # what is derived once per machine
    encoder: str = "built-in"  # or a sentence-transformers model: a folder, or a name already on this machine
    query_prefix: str = ""  # empty: what the model itself asks for
    passage_prefix: str = ""
    batch_size: int = 32  # transformer encoders only
    max_length: int = 512  # model tokens, transformer encoders only
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: str = "127.0.0.1,localhost,[::1]"  # Host headers the server answers to, comma-separated
    model_url: str = ""  # of a language model's OpenAI-compatible server, as http://127.0.0.1:8080/v1; empty: none
    model_name: str = ""
    model_key: str = field(default="", repr=False)
    model_timeout_s: int = 30


_RANGES = {
    "batch_size": range(1, 10_001),
    "max_length": range(1, 100_001),
    "port": range(65_536),
    "model_timeout_s": range(1, 601),
}


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads `ASSISTANT_CONFIG` (default `assistant.toml`, may be absent), then the environment over it.

    Raises SettingsError for an unknown key, a value of the wrong type, or a named file that is not there.
    """
    named = environment.get("ASSISTANT_CONFIG")
    path = Path(named or "assistant.toml")
    values: dict[str, object] = {}
    if named or path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"설정 파일 {path}을(를) 읽을 수 없습니다: {error}") from error
    known = [setting.name for setting in fields(Settings)]
    if unknown := sorted(values.keys() - set(known)):
        raise SettingsError(f"설정 파일 {path}에 모르는 항목이 있습니다: {', '.join(unknown)}")
    for name in known:
        if (text := environment.get(f"ASSISTANT_{name.upper()}")) is not None:
            values[name] = text
    return Settings(**{name: _converted(name, value) for name, value in values.items()})  # type: ignore[arg-type]


def _converted(name: str, value: object) -> object:
    default = getattr(Settings(), name)
    try:
        if isinstance(default, int) and not isinstance(value, bool):
            number = int(str(value))
            if number not in _RANGES[name]:
                raise ValueError
            return number
        if isinstance(value, str):
            return type(default)(value)
    except ValueError:
        pass
    told = "숨김" if name == "model_key" else repr(value)
    raise SettingsError(f"설정 {name}의 값이 올바르지 않습니다: {told} (기본값 {default!r}과 같은 꼴이어야 합니다)")
