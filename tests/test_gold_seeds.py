"""The seeds are five documents, all in the manifest; their gold pairs are enough, well formed, and stand in the documents."""

import tomllib
from collections import Counter
from pathlib import Path

from assistant.evaluation.evidence import Sources
from assistant.evaluation.gold import SPLITS, TYPES, read_gold
from assistant.evaluation.grades import fold, occurrences
from assistant.pipeline import Assistant
from index import korean

SEEDS = Path(__file__).parents[1] / "seeds"
GOLD = read_gold(SEEDS / "gold.jsonl")
ANSWERABLE = [gold for gold in GOLD if gold.facts]


def test_the_seeds_are_exactly_five_documents_and_the_manifest_names_each(seeds: Assistant) -> None:
    documents = {document.id: document for document in seeds.index.documents()}
    manifest = tomllib.loads((SEEDS / "manifest.toml").read_text("utf-8"))
    assert len(documents) == 5
    assert documents.keys() == manifest.keys() == {path.name for path in SEEDS.glob("*.txt")}
    for name, document in documents.items():
        assert document.metadata.title == manifest[name]["title"]
        assert document.metadata.publisher
        assert document.metadata.kind


def test_a_year_of_publication_comes_with_how_it_is_known() -> None:
    for name, entry in tomllib.loads((SEEDS / "manifest.toml").read_text("utf-8")).items():
        assert entry["published_basis"] in ("stated", "inferred", "unknown"), name
        assert ("published" in entry) is (entry["published_basis"] != "unknown"), name


def test_there_are_enough_pairs_of_every_sort() -> None:
    types = Counter(gold.type for gold in GOLD)
    assert len(GOLD) >= 150
    assert types["unanswerable"] >= 40
    assert types["foreign"] >= 12
    assert types.keys() == set(TYPES)
    assert {gold.split for gold in GOLD} == set(SPLITS)
    for split in SPLITS:
        assert sum(gold.split == split for gold in GOLD) >= 50


def test_the_readme_says_how_many_pairs_there_are() -> None:
    assert f"`seeds/gold.jsonl` has {len(GOLD)} pairs" in (SEEDS.parent / "README.md").read_text("utf-8")


def test_no_question_comes_twice() -> None:
    # Else the half that is tuned on would know the half that is reported on.
    asked = Counter((fold(gold.question).text, gold.history) for gold in GOLD)
    assert [question for question, times in asked.items() if times > 1] == []


def test_what_is_unanswerable_has_no_facts_and_all_else_has_facts_evidence_and_documents() -> None:
    for gold in GOLD:
        answerable = bool(gold.facts)
        assert answerable is (gold.type != "unanswerable"), gold.id
        assert bool(gold.evidence) is answerable, gold.id
        assert bool(gold.documents) is answerable, gold.id


def test_a_foreign_question_is_not_korean() -> None:
    for gold in GOLD:
        if gold.type == "foreign":
            assert not korean.is_korean(gold.question), gold.id


def test_a_follow_up_follows_an_answer_and_only_what_is_unanswerable_may_do_so_too() -> None:
    for gold in GOLD:
        roles = [turn.role for turn in gold.history]
        assert roles == ["user", "assistant"] * (len(roles) // 2), gold.id
        if gold.type == "followup":
            assert roles, gold.id
        elif gold.type != "unanswerable":
            assert not roles, gold.id


def test_both_halves_have_follow_ups_enough_and_some_that_cannot_be_answered() -> None:
    follow_ups = Counter((gold.split, bool(gold.facts)) for gold in GOLD if gold.history)
    for split in SPLITS:
        assert follow_ups[split, True] >= 25
        assert follow_ups[split, False] >= 5


def test_foreign_questions_are_in_three_languages() -> None:
    foreign = [gold.question for gold in GOLD if gold.type == "foreign"]
    kana = [any("\u3040" <= letter <= "\u30ff" for letter in question) for question in foreign]
    han = [any("\u4e00" <= letter <= "\u9fff" for letter in question) for question in foreign]
    assert sum(kana) >= 4
    assert sum(h and not k for h, k in zip(han, kana, strict=True)) >= 4
    assert sum(question.isascii() for question in foreign) >= 4


def test_every_evidence_stands_in_the_documents_it_names(seeds: Assistant) -> None:
    sources = Sources(seeds.index.document)
    for gold in GOLD:
        for evidence in gold.evidence:
            assert any(sources.spans(gold, evidence, document) for document in gold.documents), gold.id


def test_every_fact_can_be_read_in_the_evidence_and_nothing_forbidden_can() -> None:
    for gold in ANSWERABLE:
        evidence = fold("\n".join(gold.evidence))
        for fact in gold.facts:
            assert any(occurrences(evidence, spelling) for spelling in fact), f"{gold.id}: {fact}"
        for spelling in gold.forbidden:
            assert not occurrences(evidence, spelling), f"{gold.id}: {spelling}"


def test_nothing_is_both_right_and_forbidden() -> None:
    for gold in ANSWERABLE:
        for forbidden in gold.forbidden:
            for fact in gold.facts:
                assert not all(occurrences(fold(spelling), forbidden) for spelling in fact), gold.id
