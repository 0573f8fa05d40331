"""The door to sentence-transformers: any such model that is already on this machine, as an Encoder."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EncoderError, SettingsError
from index.settings import Settings
from index.types import EncoderIdentity, Vectors

if TYPE_CHECKING:  # the import loads torch and takes seconds: only whoever sets a model pays for it
    from sentence_transformers import SentenceTransformer

CARRY_IN = "모델 폴더를 빠진 파일 없이 이 컴퓨터로 옮겨 온 뒤 그 경로를 encoder 설정에 적어 주십시오."


class TransformerEncoder:
    """Raises EncoderError if the model is not here, is broken or wants to run code of its own.

    It asks no hub: a name stands for what already lies in this machine's Hugging Face cache.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.batch_size < 1 or settings.max_length < 16:
            raise SettingsError("설정 batch_size는 1 이상, max_length는 16 이상이어야 합니다.")
        folder, name = _find(settings.encoder)
        self._batch = settings.batch_size
        try:
            self._model = _load(folder)
            _limit_length(self._model, settings.max_length)
            prefixes = _prefixes(settings, self._model.prompts, name)
            self.identity = EncoderIdentity(name, len(_probe(self._model)), _fingerprint(folder), *prefixes)
            for encode in (self.encode_queries, self.encode_passages):
                encode(["문서"])  # fixes the tokenizer's padding and cut: changing them is not safe among threads
        except Exception as error:  # a foreign folder can fail in any way inside three libraries
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            if "trust_remote_code" in str(error):
                reason = "모델에 든 코드를 실행해야 하는 모델은 쓰지 않습니다"
            raise EncoderError(f"인코더 모델 '{folder}'을(를) 불러올 수 없습니다({reason}). {CARRY_IN}") from error

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._model.encode_query, self.identity.query_prefix)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._model.encode_document, self.identity.passage_prefix)

    def _encode(self, texts: Sequence[str], encode: Callable[..., Vectors], prefix: str) -> Vectors:
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        if rows := [row for row, text in enumerate(texts) if text.strip()]:
            vectors[rows] = encode(
                [texts[row] for row in rows],
                prompt=prefix,
                batch_size=self._batch,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return vectors


def _find(encoder: str) -> tuple[Path, str]:
    """The model's folder, and its name wherever the folder lies; a folder goes before a cached name."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    if (folder := Path(encoder).expanduser()).exists():
        return folder, folder.resolve().name
    from huggingface_hub import try_to_load_from_cache

    with suppress(ValueError):  # what cannot be a name on a hub, as a path that is not there
        if isinstance(cached := try_to_load_from_cache(encoder, "modules.json"), str):
            return Path(cached).parent, encoder
    raise EncoderError(f"인코더 모델 '{encoder}'이(가) 이 컴퓨터에 없습니다. {CARRY_IN}")


def _load(folder: Path) -> "SentenceTransformer":
    """Raises ValueError if weights are missing: the library fills them at random and says nothing.

    Filling moves torch's generator. Only then the model is loaded once more from another seed, since a
    weight that no vector depends on (a pooler's) may well be missing.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    if not (folder / "modules.json").is_file():  # the library would guess the pooling, mostly wrongly
        raise ValueError("modules.json이 없습니다")
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    whole = {"dtype": "float32"}  # half precision is slow on CPUs, and its vectors change with the batch
    vectors = []
    with torch.random.fork_rng(devices=[]):
        for seed in (0, 1):
            state = torch.manual_seed(seed).get_state()
            model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False, model_kwargs=whole)
            if torch.equal(state, torch.get_rng_state()):
                return model
            vectors.append(_probe(model))
    if not np.allclose(vectors[0], vectors[1], atol=1e-4):
        raise ValueError("가중치 일부가 없습니다")
    return model


def _probe(model: "SentenceTransformer") -> Vectors:
    """One text's vector; raises ValueError if it holds anything but numbers."""
    vector: Vectors = model.encode_query(["문서를 찾습니다."], prompt="", show_progress_bar=False)[0]
    if not np.isfinite(vector).all():
        raise ValueError("벡터가 수가 아닙니다")
    return vector


def _limit_length(model: "SentenceTransformer", wanted: int) -> None:
    """Cuts texts at `wanted` tokens, or sooner where the model says so or has no positions for more."""
    if (stated := model.max_seq_length) == float("inf"):  # a bag of words takes any length
        return
    limits = [wanted, stated or wanted]
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and hasattr(module, "num_embeddings"):
            # RoBERTa and its kin count positions from after the padding index: 514 rows take 512 tokens
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            limits.append(module.num_embeddings - unused)
    model.max_seq_length = min(limits)


def _prefixes(settings: Settings, prompts: Mapping[str, str | None], name: str) -> tuple[str, str]:
    """Before queries and before passages: the settings over the model's own prompts over the rule for E5.

    E5 (arXiv 2212.03533) was trained with these words before every text, but its folders seldom say so;
    its -instruct members want a task in words, which only a person can give.
    """
    query = prompts.get("query") or ""
    passage = next(filter(None, map(prompts.get, ("document", "passage", "corpus"))), "")
    words = set(re.split(r"[^0-9a-z]+", name.lower()))
    if not query + passage and words & {"e5", "koe5"} and "instruct" not in words:
        query, passage = "query: ", "passage: "
    return settings.query_prefix or query, settings.passage_prefix or passage


def _fingerprint(folder: Path) -> str:
    """A hash over the files that decide the vectors: weights, configurations, vocabularies."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        inside = path.relative_to(folder)
        unused = path.suffix == ".bin" and any(path.parent.glob("*.safetensors"))
        unused |= any(part in ("onnx", "openvino") or part.startswith(".") for part in inside.parts)
        if path.suffix in (".safetensors", ".bin", ".json", ".txt", ".model") and not unused:
            with path.open("rb") as file:
                digest.update(inside.as_posix().encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
