"""Trains index/encoders/foreign.npz: words of other languages, pointed at where Korean translations lie.

    .venv/bin/python tests/bench/train_foreign.py PAIRS.jsonl.gz UNIHAN_FOLDER [--held-out] [--into FILE]

PAIRS has a JSON object a line: source, lang (en, ja, zh), text, ko. UNIHAN_FOLDER holds the Unicode
database's Unihan_Readings.txt.bz2 and Unihan_Variants.txt.bz2 (Debian's package unicode-data).
With --held-out the last 497 NTREX sentences and a tenth of everything else are kept from training and
scored; without it everything is trained on. Both sides of a pair are encoded as the encoder does it;
what is learned is a vector for each key and a correction of each Korean morpheme's own vector, by
InfoNCE over the pairs of a batch in both directions.
"""

import argparse
import bz2
import collections
import gzip
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from index import korean
from index.encoders import kiwi
from index.encoders.words import SHARED_IDS, Words
from index.types import Vectors

LANDMARKS, SHRINKAGE = 320, 0.1
EPOCHS, BATCH, SCALE, DROPOUT = 4, 1024, 10.0, 0.3
KEY_RATE = KOREAN_RATE = 3e-3
REPEATS = {"ntrex": 6}  # news and speech are few beside the manuals
MANUAL_SHARE = 0.5
LEAST_COUNT = {"e": 2, "p": 6, "h": 5, "k": 5, "w": 3}  # times a key must occur, by its first letter
LEAST_MORPHEME_COUNT = 3
MOST_ROWS = 57_000  # of keys and morphemes together: 16 MB
HELD_OUT_NEWS = 497
# Japanese characters simplified after 1946, each before its older form: Unihan does not pair them.
SIMPLIFIED = (
    "亜亞悪惡圧壓囲圍医醫壱壹隠隱栄榮営營衛衞駅驛円圓艶艷塩鹽奥奧応應欧歐殴毆桜櫻仮假価價画畫会會壊壞懐懷絵繪拡擴殻殼覚覺学學岳嶽楽樂勧勸巻卷寛寬歓歡缶罐観觀関關陥陷巌巖顔顏気氣帰歸亀龜偽僞戯戲犠犧旧舊拠據"
    "挙擧峡峽挟挾狭狹郷鄕暁曉区區駆驅勲勳薫薰径徑恵惠渓溪経經継繼茎莖蛍螢軽輕鶏鷄芸藝撃擊県縣倹儉剣劍圏圈検檢権權献獻険險顕顯験驗厳嚴効效広廣恒恆鉱鑛号號国國済濟砕碎斎齋剤劑冊册雑雜参參惨慘桟棧蚕蠶賛贊残殘"
    "糸絲歯齒児兒辞辭湿濕実實写寫釈釋寿壽収收従從渋澁獣獸縦縱粛肅処處緒緖叙敍奨奬将將焼燒称稱証證乗乘剰剩壌壤嬢孃条條浄淨畳疊譲讓醸釀触觸嘱囑真眞寝寢慎愼尽盡図圖粋粹酔醉随隨髄髓数數枢樞瀬瀨声聲静靜斉齊摂攝"
    "窃竊専專戦戰浅淺潜潛繊纖践踐銭錢禅禪双雙壮壯捜搜挿插争爭総總聡聰荘莊装裝騒騷増增蔵藏臓臟属屬続續堕墮体體対對帯帶滞滯台臺滝瀧択擇沢澤担擔単單胆膽団團弾彈断斷痴癡遅遲昼晝虫蟲鋳鑄庁廳徴徵聴聽鎮鎭逓遞鉄鐵"
    "転轉点點伝傳党黨盗盜灯燈当當闘鬪徳德独獨読讀届屆弐貳妊姙粘黏悩惱脳腦覇霸拝拜廃廢売賣麦麥発發髪髮抜拔蛮蠻秘祕浜濱払拂仏佛並竝変變辺邊弁辨宝寶豊豐褒襃没沒翻飜槙槇万萬満滿黙默訳譯薬藥与與予豫余餘誉譽揺搖"
    "様樣謡謠来來頼賴乱亂覧覽竜龍両兩猟獵緑綠塁壘涙淚励勵礼禮隷隸霊靈齢齡恋戀炉爐労勞楼樓郎郞録錄湾灣込入働動戻戾遥遙既旣概槪毎每歩步為爲暦曆歴歷黒黑産產説說税稅脱脫閲閱悦悅鋭銳呉吳娯娛晩晚"
)

Pair = dict[str, str]


def han_lines(folder: Path) -> list[str]:
    """A line for each character that has a Korean reading: itself, its traditional form, its readings."""
    readings: dict[str, list[str]] = collections.defaultdict(list)
    variants: dict[str, list[str]] = collections.defaultdict(list)
    traditional: dict[str, list[str]] = collections.defaultdict(list)
    for character, name, value in _unihan(folder / "Unihan_Readings.txt.bz2"):
        if name == "kHangul":  # 樂: 낙:0 락:0E 악:0N 요:0 (E: taught at school, 0: common, N: in names)
            marks = [tuple(part.split(":")) for part in value.split()]
            marks.sort(key=lambda mark: [letter not in mark[1] for letter in "E0N"])
            readings[character] = [mark[0] for mark in marks]
    for character, name, value in _unihan(folder / "Unihan_Variants.txt.bz2"):
        if name in ("kTraditionalVariant", "kSemanticVariant", "kZVariant"):
            others = [chr(int(part.split("<")[0][2:], 16)) for part in value.split()]
            (traditional if name == "kTraditionalVariant" else variants)[character] += others
    for newer, older in zip(SIMPLIFIED[::2], SIMPLIFIED[1::2], strict=True):
        traditional[newer] = [older]
    lines = []
    for character in sorted({*readings, *variants, *traditional}):
        older = next((o for o in traditional[character] if o != character and o in readings), character)
        said = readings[character] + readings[older]
        said = said or next((readings[other] for other in variants[character] if readings[other]), [])
        if said and "㐀" <= character <= "鿿":
            lines.append(character + older + "".join(dict.fromkeys(said)))
    return lines


def _unihan(path: Path) -> Iterator[tuple[str, str, str]]:
    with bz2.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("U+"):
                code, name, value = line.rstrip("\n").split("\t")
                yield chr(int(code[2:], 16)), name, value


def whitening(vectors: Vectors) -> tuple[Vectors, Vectors]:
    """Mean (1, 256) and symmetric matrix (256, 256) that leave all directions nearly alike strong."""
    mean = vectors[SHARED_IDS:].mean(axis=0, keepdims=True)
    values, axes = np.linalg.eigh(np.cov(vectors[SHARED_IDS:].T))
    return mean, np.asarray((axes / np.sqrt(values + SHRINKAGE * values.mean())) @ axes.T, np.float32)


def packed(vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows as bytes, and what each row's bytes are to be multiplied by."""
    scales = (np.abs(vectors).max(axis=1) / 127 + 1e-7).astype(np.float16)
    return np.round(vectors / scales[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8), scales


class Model:
    """What is learned: a vector for each key, a correction for each morpheme; what is fixed: the rest."""

    def __init__(self, vectors: Vectors, words: Sequence[Words], vocabulary: dict[str, int]) -> None:
        self.weights = torch.tensor(np.linalg.norm(vectors, axis=1))
        self.keys = torch.nn.Parameter(torch.zeros(len(vocabulary), kiwi.DIMENSION))
        self.korean = torch.nn.Parameter(torch.zeros(len(vectors), kiwi.DIMENSION))
        fixed = [kiwi.hashed_sum(w) + vectors[w.ids].sum(axis=0) for w in words]
        self.fixed = torch.tensor(np.stack(fixed))
        self.ids = [torch.tensor(w.ids, dtype=torch.long) for w in words]
        self.rows = [torch.tensor([vocabulary[k] for k in w.keys if k in vocabulary]).long() for w in words]

    def encode(self, numbers: Sequence[int], dropout: float = 0.0) -> torch.Tensor:
        """Unit vectors of the texts with these numbers."""
        total = self.fixed[list(numbers)]
        for table, lists, learned in ((self.keys, self.rows, True), (self.korean, self.ids, False)):
            chosen = [lists[n] for n in numbers]
            flat = torch.cat(chosen)
            starts = torch.tensor(np.cumsum([0, *map(len, chosen[:-1])]))
            weights = (torch.rand(len(flat)) >= dropout).float() if learned else self.weights[flat]
            total = total + embedding_bag(flat, table, starts, mode="sum", sparse=True, per_sample_weights=weights)
        return normalize(total)

    def start(self, pairs: Sequence[tuple[int, int]], counts: Sequence[int]) -> None:
        """Each key begins at the mean of the Korean sentences it occurs with, rare keys stronger."""
        with torch.no_grad():
            korean_side = normalize(self.fixed)
            mean = korean_side[[k for _, k in pairs]].mean(dim=0)
            for foreign, k in pairs:
                self.keys.index_add_(0, self.rows[foreign], (korean_side[k] - mean).expand(len(self.rows[foreign]), -1))
            count = torch.tensor(counts, dtype=torch.float32)
            rarity = torch.log(1 + len(pairs) / count)
            self.keys.mul_((rarity / rarity.mean() / (count + 3))[:, None])

    def prune(self, seen: NDArray[np.int64]) -> None:
        """Zeroes the corrections of morphemes hardly seen, then the shortest keys beyond MOST_ROWS."""
        with torch.no_grad():
            self.korean[seen < LEAST_MORPHEME_COUNT] = 0
            room = MOST_ROWS - int(self.korean.any(dim=1).sum())
            self.keys[self.keys.norm(dim=1).argsort(descending=True)[room:]] = 0


def train(model: Model, pairs: Sequence[Pair], numbers: dict[str, int]) -> None:
    """Batches hold one language each; pairs with the same Korean sentence are no negatives of each other."""
    chosen = [pair for pair in pairs for _ in range(REPEATS.get(pair["source"], 1))]
    chosen = [p for p in chosen if p["source"] != "python-docs" or random.random() < MANUAL_SHARE]
    optimisers = [
        torch.optim.SparseAdam([model.keys], lr=KEY_RATE),
        torch.optim.SparseAdam([model.korean], lr=KOREAN_RATE),
    ]
    for epoch in range(EPOCHS):
        batches = []
        for language in ("en", "ja", "zh"):
            group = [pair for pair in chosen if pair["lang"] == language]
            random.shuffle(group)
            batches += [group[i : i + BATCH] for i in range(0, len(group) - BATCH // 2, BATCH)]
        random.shuffle(batches)
        for step, batch in enumerate(batches):
            optimisers[0].param_groups[0]["lr"] = KEY_RATE * (1 - (epoch + step / len(batches)) / EPOCHS) + 1e-5
            targets = torch.tensor([numbers[pair["ko"]] for pair in batch])
            foreign = model.encode([numbers[pair["text"]] for pair in batch], DROPOUT)
            scores = SCALE * foreign @ model.encode(targets.tolist()).T
            same = (targets[:, None] == targets[None]) & ~torch.eye(len(batch), dtype=torch.bool)
            scores = scores.masked_fill(same, -1e4)
            right = torch.arange(len(batch))
            loss = cross_entropy(scores, right) + cross_entropy(scores.T, right)
            for optimiser in optimisers:
                optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            for optimiser in optimisers:
                optimiser.step()  # type: ignore[no-untyped-call]
        print(f"epoch {epoch + 1}: loss {loss.item() / 2:.3f}", flush=True)


def recall(model: Model, pairs: Sequence[Pair], pool: Sequence[str], numbers: dict[str, int]) -> str:
    """R@1 and R@10 of the right Korean sentence among the pool; ties count for it."""
    with torch.no_grad():
        scores = model.encode([numbers[p["text"]] for p in pairs]) @ model.encode([numbers[k] for k in pool]).T
    place = {sentence: i for i, sentence in enumerate(pool)}
    right = scores[range(len(pairs)), [place[p["ko"]] for p in pairs]]
    above = (scores > right[:, None]).sum(dim=1)
    return f"R@1 {(above < 1).float().mean():.3f}  R@10 {(above < 10).float().mean():.3f}  of {len(pool)}"


def save(path: Path, model: Model, vocabulary: dict[str, int], fixed: dict[str, NDArray[np.generic]]) -> None:
    kept = np.flatnonzero(model.keys.detach().any(dim=1).numpy())
    moved = np.flatnonzero(model.korean.detach().any(dim=1).numpy())
    values, scales = packed(model.keys.detach().numpy()[kept])
    learned, learned_scales = packed(model.korean.detach().numpy()[moved])
    keys = list(vocabulary)
    forms = korean.forms()
    tables = {
        **fixed,
        "keys": kiwi.joined([keys[i] for i in kept]),
        "values": values,
        "scales": scales,
        "learned_forms": kiwi.joined([forms[i] for i in moved]),
        "learned_values": learned,
        "learned_scales": learned_scales,
    }
    np.savez(path, allow_pickle=False, **tables)
    print(f"{len(kept)} keys, {len(moved)} morphemes, {path.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?", default=Path("../shared/data/parallel_ko.jsonl.gz"))
    parser.add_argument("unihan", type=Path, nargs="?", default=Path("/usr/share/unicode"))
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--into", type=Path, default=kiwi.TABLE)
    options = parser.parse_args()
    random.seed(0)
    torch.manual_seed(0)

    with gzip.open(options.pairs, "rt", encoding="utf-8") as file:
        pairs: list[Pair] = [json.loads(line) for line in file]
    news = list(dict.fromkeys(pair["ko"] for pair in pairs if pair["source"] == "ntrex"))
    others = dict.fromkeys(pair["ko"] for pair in pairs if pair["source"] != "ntrex")
    held_out = {ko for ko in others if zlib.crc32(ko.encode()) % 10 == 0} - set(news)
    held_out |= set(news[-HELD_OUT_NEWS:])
    known = [pair for pair in pairs if not options.held_out or pair["ko"] not in held_out]

    count = len(korean.cosines(SHARED_IDS))
    spread = np.random.default_rng(0).choice(np.arange(SHARED_IDS, count), LANDMARKS, replace=False)
    landmarks = sorted(spread.tolist())
    raw = kiwi.recover(landmarks, lambda done, total: None)
    mean, matrix = whitening(raw)
    forms = korean.forms()
    fixed: dict[str, NDArray[np.generic]] = {
        "landmarks": kiwi.joined([forms[i] for i in landmarks]),
        "reference": raw[landmarks].astype(np.float32),
        "mean": mean,
        "whitening": matrix,
        "han": kiwi.joined(han_lines(options.unihan)),
    }
    numbers = {text: n for n, text in enumerate(dict.fromkeys(p[side] for side in ("ko", "text") for p in pairs))}
    words = kiwi.word_finder(forms, fixed).find(list(numbers))
    counts = collections.Counter(key for pair in known for key in words[numbers[pair["text"]]].keys)
    kept = {key: n for key, n in counts.items() if n >= LEAST_COUNT[key[0]]}
    vocabulary = {key: row for row, key in enumerate(kept)}
    model = Model(kiwi.whitened(raw, mean, matrix), words, vocabulary)
    model.start([(numbers[pair["text"]], numbers[pair["ko"]]) for pair in known], list(kept.values()))
    print(f"{len(known)} pairs, {len(vocabulary)} keys", flush=True)
    train(model, known, numbers)
    seen = np.bincount([i for n in {numbers[p["ko"]] for p in known} for i in words[n].ids], minlength=count)
    model.prune(seen)
    for language in ("en", "ja", "zh"):
        chosen = [p for p in pairs if p["lang"] == language and p["ko"] in held_out]
        for name, some in (
            ("news", [p for p in chosen if p["source"] == "ntrex"]),
            ("other", [p for p in chosen if p["source"] != "ntrex"]),
        ):
            print(language, name, recall(model, some, list(dict.fromkeys(p["ko"] for p in some)), numbers))
    save(options.into, model, vocabulary, fixed)


if __name__ == "__main__":
    main()
