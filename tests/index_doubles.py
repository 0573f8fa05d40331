"""A legible encoder, and invented documents of the kinds that an office keeps."""

from collections.abc import Sequence

import numpy as np

from index.types import EncoderIdentity, Vectors


class WordEncoder:
    """One dimension a word: a text's vector says which of them it names, in equal parts; others are all zero."""

    WORDS = ("등대", "빈집", "요금", "축제", "수리", "배")

    def __init__(self, name: str = "words") -> None:
        self.identity = EncoderIdentity(name, len(self.WORDS), "1")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), len(self.WORDS)), np.float32)
        for row, text in enumerate(texts):
            named = [place for place, word in enumerate(self.WORDS) if word in text]
            vectors[row, named] = 1 / max(1, len(named)) ** 0.5
        return vectors

    encode_passages = encode_queries


LIGHTHOUSE = """등대 개방 안내

해온시는 나루곶 등대를 5월 26일부터 시민에게 연다. 등대에 오르려면 하루 전에 신청해야 한다.

문의처: 해양관광과 (02) 000-1001
"""

HOUSES = """---
title: "빈집 수리: 지원 공고"
excerpt: >
  해온시는 빈집 수리에 2025년 모두 1,860억 원을 쓴다.
layout: post
---

## 지원 대상

- 집주인
- 동의를 받은 세입자

※ 예산이 다하면 끝난다

## 근거

마을 정비 조례 제29조의2에 따른다.

| 구분 | 한도(만 원) |
|------|-----------:|
| 철거 | 600 |
| 수리 | 1,200 |
"""

FARES = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>배 요금</title><script>if (1 <2) {}</script></head>
<body>
<h1>배<br>요금 안내</h1>
<p>요금은 배마다
다르다.&nbsp;표를 <b>먼저<br>보고</b> 탄다.</p>
<table>
<caption>(단위: 원)</caption>
<tr><th>항로</th><th>나이</th><th>요금</th></tr>
<tr><td rowspan="2">나루곶</td><td>어른</td><td>9,000</td></tr>
<tr><td>아이</td><td>4,500</td></tr>
<tr><td colspan="2">합계</td><td>13,500</td></tr>
</table>
<ul><li>휠체어는 <i>거저</i> 싣는다</li></ul>
</body></html>
"""

# As text comes out of a PDF: lines broken at the width of a page, once inside a word, with page marks.
WRAPPED = """해온시 빈집 정비 사업 시작

  해온시는 올해 봄부터 오래 비어 있던 집을 고치는 집주인에게 수리 비용의
절반을 돌려주는 사업을 시작한다. 사업은 삼월부터 시월까지 마을마다 차례
로 진행하며, 신청은 동네 마을회관에서 받는다. 마을회관에는 안내하는 사람
이 오전 아홉 시부터 오후 여섯 시까지 머무르면서 신청서 쓰는 일을 돕는다.

□ 지원 대상은 한 해 넘게 사람이 살지 않은 집의 주인이며, 세입자는 집주
인의 동의를 받아 대신 신청할 수 있다

  * 동의서는 누리집에서 내려받는다

- 1 -

  자세한 내용은 누리집과 마을회관 게시판에서 볼 수 있으며, 전화로 물어보
아도 된다.
"""

FILES = {"등대.txt": LIGHTHOUSE, "빈집.md": HOUSES, "요금/배.html": FARES}
