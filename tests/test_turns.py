"""Turns: who comes after whom, and that each turn ends; first by themselves, then in the pipeline."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from assistant.events import ClientLeft
from assistant.pipeline import Assistant
from assistant.question import Analysis
from assistant.reader import Draft
from assistant.turns import Turnstile
from assistant.types import Answer, Question
from index.search import Index
from index.types import Hit

PATIENCE = 30  # seconds that a test waits for what must come
QUESTION = Question("나루곶 등대는 언제 개방하나요?")


def lined_up(turnstile: Turnstile, *works: Callable[[], object]) -> list[threading.Thread]:
    """Each work in a thread of its own, begun once the one before it waits for its turn."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for waiting, thread in enumerate(threads, len(turnstile._waiting) + 1):
        thread.start()
        given_up = time.monotonic() + PATIENCE
        while len(turnstile._waiting) < waiting:
            assert time.monotonic() < given_up
            time.sleep(0.001)
    return threads


def end(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_turns_come_one_at_a_time_by_rank_and_then_in_order_of_arrival() -> None:
    turnstile = Turnstile()
    passed: list[str] = []

    def work(name: str, rank: int) -> Callable[[], None]:
        def pass_through() -> None:
            with turnstile.turn(rank):
                passed.append(f"{name} in")
                time.sleep(0.001)
                passed.append(f"{name} out")

        return pass_through

    with turnstile.turn(1):
        threads = lined_up(turnstile, work("a", 1), work("b", 0), work("c", 1), work("d", 0), work("e", 1))
        assert passed == []
    end(threads)
    assert passed == [f"{name} {way}" for name in "bdace" for way in ("in", "out")]


def test_an_error_ends_the_turn_for_the_next_in_line() -> None:
    turnstile = Turnstile()
    passed: list[str] = []

    def work(name: str) -> None:
        with turnstile.turn(0):
            passed.append(name)
            if name == "fails":
                raise ZeroDivisionError

    def fail() -> None:
        with pytest.raises(ZeroDivisionError):
            work("fails")

    with turnstile.turn(0):
        threads = lined_up(turnstile, fail, lambda: work("next"))
    end(threads)
    fail()  # nobody waits: the way is free again
    work("last")
    assert passed == ["fails", "next", "fails", "last"]


def test_what_was_found_is_told_before_the_passages_of_others_are_read(office: Assistant) -> None:
    told: list[str] = []
    threads: list[threading.Thread] = []

    def ask_too() -> None:
        office.ask(QUESTION, lambda hits: told.append("the second's passages"))

    def found(hits: Sequence[Hit]) -> None:
        told.append("the first's passages")
        threads.extend(lined_up(office._turns, ask_too))

    office.ask(QUESTION, found, lambda: told.append("the first's turn"))
    end(threads)
    assert told == ["the first's turn", "the first's passages", "the second's passages", "the first's turn"]


@pytest.mark.parametrize("turns", [0, 1])
def test_who_has_left_when_the_turn_comes_is_not_worked_for(office: Assistant, turns: int) -> None:
    told: list[str] = []

    def come() -> None:
        told.append("turn")
        if told.count("turn") > turns:
            raise ClientLeft

    with pytest.raises(ClientLeft):
        office.ask(QUESTION, lambda hits: told.append("passages"), come)
    assert told == ["turn", "passages", "turn"][: 2 * turns + 1]
    assert isinstance(office.ask(QUESTION), Answer)  # the way is free


class SlowWriter:
    """Words no answer before somebody else has had a turn."""

    turnstile = Turnstile()

    def write(self, analysis: Analysis, draft: Draft, answer: Answer, index: Index) -> Answer:
        def work() -> None:
            with self.turnstile.turn(0):
                pass

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        end([thread])
        return answer


def test_nobody_else_waits_for_a_language_model(office: Assistant) -> None:
    writer = SlowWriter()
    assistant = Assistant(office.index, writer)  # type: ignore[arg-type]
    writer.turnstile = assistant._turns
    assert isinstance(assistant.ask(QUESTION), Answer)
