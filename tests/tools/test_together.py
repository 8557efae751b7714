import asyncio
from collections.abc import Sequence

import pytest

from disputes.errors import Invalid, TryAgain
from tools.together import Together


class Desk:
    """Doubles numbers, as slowly as it is told to, and remembers what came together."""

    def __init__(self, *, most: int = 100) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.together = Together(self.double, most=most)

    async def double(self, numbers: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(numbers))
        await self.open.wait()
        if -1 in numbers:
            raise Invalid("A number is negative.")
        if 0 in numbers:
            raise TryAgain("The desk is away.")
        return [number * 2 for number in numbers]

    def ask(self, *numbers: int) -> "list[asyncio.Task[int]]":
        return [asyncio.create_task(self.together.do(number)) for number in numbers]


async def test_everyone_gets_the_answer_to_their_own_question():
    assert await asyncio.gather(*Desk().ask(*range(1, 251))) == [number * 2 for number in range(1, 251)]


async def test_those_who_come_at_once_share_a_batch_and_those_who_come_meanwhile_the_next():
    desk = Desk()
    desk.open.clear()
    first = desk.ask(1, 2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = desk.ask(3, 4, 5)
    await asyncio.sleep(0)
    desk.open.set()
    await asyncio.gather(*first, *later)
    assert desk.batches == [[1, 2], [3, 4, 5]]


async def test_a_batch_has_its_limit():
    desk = Desk(most=2)
    await asyncio.gather(*desk.ask(1, 2, 3, 4, 5))
    assert desk.batches == [[1, 2], [3, 4], [5]]


async def test_with_a_pause_the_first_goes_alone_and_a_crowd_gathers():
    desk = Desk()
    desk.together = Together(desk.double, pause=0.01)
    assert await desk.together.do(1) == 2
    later = []
    for number in range(2, 6):
        later += desk.ask(number)
        await asyncio.sleep(0)
    await asyncio.gather(*later)
    assert desk.batches == [[1], [2, 3, 4, 5]]


async def test_a_failure_is_everyones_and_the_next_batch_goes_on():
    desk = Desk(most=2)
    answers = await asyncio.gather(*desk.ask(0, 1, 2, 3), return_exceptions=True)
    assert [type(answer) for answer in answers[:2]] == [TryAgain, TryAgain]
    assert answers[2:] == [4, 6]


async def test_one_invalid_item_spoils_no_other():
    answers = await asyncio.gather(*Desk().ask(1, -1, 2), return_exceptions=True)
    assert answers[0] == 2
    assert isinstance(answers[1], Invalid)
    assert answers[2] == 4


async def test_a_failure_while_items_are_tried_alone_is_that_items():
    desk = Desk()
    answers = await asyncio.gather(*desk.ask(-1, 0, 3), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Invalid, TryAgain, int]


async def test_a_caller_who_leaves_takes_nobody_along():
    desk = Desk()
    desk.open.clear()
    leaving, staying = desk.ask(1, 2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaving.cancel()
    desk.open.set()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await leaving
