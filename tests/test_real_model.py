"""The assistant with a real server: `transformers serve` and a model of four words that always says the same sentence."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.generative import Writer
from assistant.pipeline import Assistant
from assistant.types import Answer, Question
from index.settings import Settings

SENTENCE = "나루곶 등대는 5월 26일부터 시민에게 개방됩니다 [1]."
WORDS = ["<unknown>", "<end>", "<assistant>", SENTENCE]
PROGRAM = shutil.which("transformers", path=str(Path(sys.executable).parent))
SERVING = PROGRAM is not None and all(find_spec(name) for name in ("accelerate", "openai"))
pytestmark = pytest.mark.skipif(
    not SERVING, reason="transformers serve를 쓸 수 없습니다: pip install 'transformers[serving]'"
)


def write_model(folder: Path) -> None:
    """A one-layer Llama whose attention and mixing are zero, so that each word alone decides the next one.

    <assistant> is followed by the sentence, and that by the end; of all other words it knows only <unknown>.
    """
    size = len(WORDS)
    embedding = np.eye(size, 8, dtype=np.float32)
    following = np.zeros((size, 8), np.float32)
    following[3, 2] = following[1, 3] = 10
    zero, one = np.zeros((8, 8), np.float32), np.ones(8, np.float32)
    layer = "model.layers.0"
    weights = {f"{layer}.self_attn.{name}_proj.weight": zero.copy() for name in "qkvo"}
    weights |= {f"{layer}.mlp.{name}_proj.weight": zero.copy() for name in ("gate", "up", "down")}
    weights |= {f"{layer}.{name}_layernorm.weight": one.copy() for name in ("input", "post_attention")}
    weights |= {"model.embed_tokens.weight": embedding, "model.norm.weight": one, "lm_head.weight": following}
    folder.mkdir()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": size, "hidden_size": 8}
    config |= {"intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1}
    config |= {"max_position_embeddings": 8192, "eos_token_id": 1, "pad_token_id": 1, "tie_word_embeddings": False}
    words = {"type": "WordLevel", "vocab": {word: place for place, word in enumerate(WORDS)}, "unk_token": WORDS[0]}
    tokenizer = {"version": "1.0", "model": words, "pre_tokenizer": {"type": "WhitespaceSplit"}, "added_tokens": []}
    tokenizer |= {"normalizer": None, "post_processor": None, "decoder": None, "truncation": None, "padding": None}
    template = "{% for message in messages %}{{ message.role }} : {{ message.content }} {% endfor %} <assistant>"
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>", "unk_token": WORDS[0]}
    said |= {"pad_token": "<end>", "chat_template": template}
    for name, held in {"config": config, "tokenizer": tokenizer, "tokenizer_config": said}.items():
        (folder / f"{name}.json").write_text(json.dumps(held), "utf-8")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Those of a server that is up."""
    folder = tmp_path_factory.mktemp("real model")
    write_model(folder / "model")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = [str(PROGRAM), "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    with (folder / "log").open("w+b") as log:
        server = subprocess.Popen([*arguments, str(folder / "model")], stdout=log, stderr=log, env=environment)
        try:
            wait(f"http://127.0.0.1:{port}/health", server, folder / "log")
            yield Settings(model_url=f"http://127.0.0.1:{port}/v1", model_name=str(folder / "model"))
        finally:
            server.terminate()
            server.wait()


def wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is None:
            try:
                if httpx.get(address).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.25)
    pytest.fail(f"transformers serve did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def answered(assistant: Assistant, question: str) -> Answer:
    reply = assistant.ask(Question(question))
    assert isinstance(reply, Answer)
    return reply


def test_what_a_real_model_says_is_the_answer_where_the_documents_bear_it_out(
    office: Assistant, settings: Settings
) -> None:
    answer = answered(Assistant(office.index, Writer(settings)), "나루곶 등대는 언제부터 시민에게 개방하나요?")
    assert (answer.reader, answer.text) == ("generative", "나루곶 등대는 5월 26일부터 시민에게 개방됩니다. [1]")
    assert answer.citations == answered(office, "나루곶 등대는 언제부터 시민에게 개방하나요?").citations


def test_where_it_speaks_of_something_else_the_extract_answers(office: Assistant, settings: Settings) -> None:
    question = "마을배움이란 무엇인가요?"
    assert answered(Assistant(office.index, Writer(settings)), question) == answered(office, question)


def test_a_model_that_the_server_does_not_have_leaves_the_extract(
    office: Assistant, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    question = "마을배움이란 무엇인가요?"
    writer = Writer(Settings(model_url=settings.model_url, model_name="none/such"))
    assert answered(Assistant(office.index, writer), question) == answered(office, question)
    assert "HTTP" in caplog.text
