"""Messages to real targets that are down, flapping and slow: none lost, none doubled but under its own key."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi import FastAPI, Request, Response
from structlog.testing import capture_logs

from disputes.errors import Refused, TryAgain
from disputes.messages.card import Card
from disputes.messages.targets import LOG, Target
from disputes.money import Money
from disputes.ports.cards import CardBoard
from disputes.repositories.outbox import HOLD, LEASE, OutboxMessage
from graph.wiring import messaging, settings
from graph.wiring.deps import Deps
from jobs.cli import message_commands
from jobs.worker import delivery
from jobs.worker.delivery import FIRST_WAIT, LONGEST_WAIT, PATIENCE
from tests.fakes import FakeClock
from tests.jobs.harness import some_deps
from tests.simulator.harness import served

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class World:
    """A receiver that is up or not, and a worker that sends to it."""

    clock: FakeClock = field(default_factory=FakeClock)
    up: bool = True
    flaps: bool = False
    tries: int = 0
    taken: list[str] = field(default_factory=list)
    deps: Deps = field(init=False)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(path: str, request: Request) -> Response:
            self.tries += 1
            if path == "hangs":
                await asyncio.sleep(60)
            if not self.up or (self.flaps and self.tries % 3):
                return Response(status_code=503)
            body = await request.json()
            self.taken.append(request.headers.get("idempotency-key") or body["title"])
            return Response(status_code=204)

        return app

    async def pass_time(self, total: timedelta, *, step: timedelta = timedelta(minutes=1)) -> None:
        until = self.clock() + total
        while self.clock() < until:
            self.clock.advance(seconds=step.total_seconds())
            await delivery.deliver(self.deps)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    async with served(world.app()) as url:
        notes = url.replace("http://", "json://")
        environ = {"REBUT_HANDOFF_URL": f"{url}/handoff", "NOTIFY__OPS__URL": f"{notes}/ops"}
        chosen = settings.read({**environ, "NOTIFY__BOSS__URL": f"{notes}/boss"})
        sender = messaging.build_sender(chosen, now=world.clock)
        world.deps = dataclasses.replace(some_deps(world.clock), sender=sender, targets=messaging.plain(chosen))
        yield world
        sender.close()


def a_note(name: str = "du_1", **changes: Any) -> OutboxMessage:
    plain = {"key": f"{name}:waiting:1:note:ops", "kind": "note", "event": "waits", "target": "ops"}
    rest = {"body": {"title": name}, "standing": True, "urgent": True}
    return OutboxMessage.model_validate({**plain, **rest, **changes})


def a_handoff(name: str = "du_1") -> OutboxMessage:
    key = f"{name}:waiting:1:handoff"
    return OutboxMessage(key=key, kind="handoff", target="handoff", body={"case": {"id": name}}, standing=True)


def an_outcome(name: str = "du_1") -> OutboxMessage:
    return a_note(name, key=f"{name}:chargeback:won:note:ops", event="won", standing=False)


async def test_a_receiver_that_is_away_for_longer_than_seventeen_minutes_gets_the_case(world: World):
    world.up = False
    await world.deps.outbox.put(a_handoff())
    await world.pass_time(timedelta(minutes=25), step=timedelta(seconds=5))
    assert world.taken == []
    world.up = True
    await world.pass_time(LONGEST_WAIT)
    assert world.taken == ["du_1:waiting:1:handoff"]


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=1), timedelta(days=4)])
async def test_what_is_said_of_a_waiting_case_outlives_an_outage_of_any_length(world: World, away: timedelta):
    world.up = False
    for number in range(4):
        await world.deps.outbox.put(a_note(f"du_{number}"))
        await world.deps.outbox.put(a_handoff(f"du_{number}"))
    await world.pass_time(away, step=away / 24)
    world.up = True
    await world.pass_time(timedelta(hours=1))
    assert Counter(world.taken) == {f"du_{n}{end}": 1 for n in range(4) for end in ("", ":waiting:1:handoff")}
    assert await world.deps.outbox.parked() == []


async def test_a_flapping_target_gets_each_message_once(world: World):
    world.flaps = True
    for number in range(5):
        await world.deps.outbox.put(a_note(f"du_{number}"))
        await world.deps.outbox.put(a_handoff(f"du_{number}"))
    await world.pass_time(timedelta(hours=3))
    assert sorted(Counter(world.taken).values()) == [1] * 10


async def test_a_decided_case_takes_its_waiting_messages_back(world: World):
    world.up = False
    await world.deps.outbox.put(a_note())
    await world.pass_time(timedelta(hours=2))
    assert await world.deps.outbox.withdraw("du_1:waiting:") == 1
    world.up = True
    await world.pass_time(timedelta(hours=2))
    assert world.taken == []


async def test_another_message_is_parked_after_a_day_aloud_and_sent_again_by_command(world: World):
    world.up = False
    await world.deps.outbox.put(an_outcome())
    await world.pass_time(PATIENCE - LONGEST_WAIT, step=timedelta(minutes=10))
    assert await world.deps.outbox.parked() == []
    with capture_logs() as logged:
        await world.pass_time(LONGEST_WAIT * 3)
    (line,) = [line for line in logged if line["event"] == "message.parked"]
    assert (line["log_level"], line["key"], line["target"]) == ("error", an_outcome().key, "ops")
    assert "127.0.0.1" not in str(logged)
    (parked,) = await world.deps.outbox.parked()
    assert an_outcome().key in next(message_commands.describe([parked], []))
    world.up = True
    await world.pass_time(timedelta(days=3), step=timedelta(hours=1))
    assert world.taken == []
    await message_commands.send_again(world.deps.outbox, None)
    await delivery.deliver(world.deps)
    assert world.taken == ["du_1"]


async def test_a_message_to_a_target_that_is_gone_is_parked_at_once_with_a_sentence(world: World):
    await world.deps.outbox.put(a_note(target="gone"))
    await delivery.deliver(world.deps)
    (parked,) = await world.deps.outbox.parked()
    assert parked.error == "The settings name no target gone any more."


async def test_waits_double_with_jitter_up_to_a_quarter_of_an_hour():
    for attempts in range(3_000):
        most = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 20))
        assert most / 2 <= delivery.wait(attempts) <= most


async def test_a_target_that_hangs_holds_back_no_other_and_starts_nothing_more(world: World):
    hung = dataclasses.replace(world.deps, sender=Hangs())
    for number in range(100):
        await world.deps.outbox.put(a_note(f"du_{number}", event="daily", target="dead"))
    await world.deps.outbox.put(a_note("du_100"))
    sent = asyncio.create_task(delivery.deliver(hung))
    await asyncio.wait_for(cast("Hangs", hung.sender).other.wait(), timeout=10)
    sent.cancel()
    assert cast("Hangs", hung.sender).begun <= delivery.AT_ONCE["note"]


async def test_two_workers_at_once_send_each_message_once(world: World):
    for number in range(40):
        await world.deps.outbox.put(a_handoff(f"du_{number}"))
    await asyncio.gather(*(delivery.deliver(world.deps) for _ in range(3)))
    await delivery.deliver(world.deps)
    await world.pass_time(LEASE * 3)
    assert sorted(Counter(world.taken).values()) == [1] * 40


async def test_a_hundred_new_cases_are_one_message_to_each_target(world: World):
    for number in range(100):
        await world.deps.outbox.put(a_note(f"du_{number}", urgent=False))
        await world.deps.outbox.put(a_note(f"du_{number}", key=f"{number}:note:boss", target="boss", urgent=False))
    await delivery.deliver(world.deps)
    assert world.taken == []
    await world.pass_time(HOLD)
    assert world.taken == ["⚪ 100 disputes wait for a person"] * 2


async def test_a_note_without_a_target_goes_to_each_that_wants_it_and_without_any_into_the_log(world: World):
    old = a_note(key="du_1:lapsed:1:note", target="", event="other")
    await world.deps.outbox.put(old)
    await world.pass_time(HOLD * 3)
    assert world.taken == ["du_1", "du_1"]
    deaf = dataclasses.replace(world.deps, targets=(Target(name="ops", events=("won",)),))
    await deaf.outbox.put(old.model_copy(update={"key": "du_1:lapsed:2:note"}))
    with capture_logs() as logged:
        await delivery.deliver(deaf)
        await delivery.deliver(deaf)
    (line,) = [line for line in logged if line["event"] == "message.note"]
    assert (line["key"], line["title"], line["log_level"]) == (f"du_1:lapsed:2:note:{LOG}", "du_1", "warning")


CARD = Card(
    key="rebut:du_1",
    state="open",
    title="Dispute du_1",
    summary="It waits.",
    queue="manual-review",
    reason="general",
    money=Money(amount=100, currency="usd"),
)


async def test_a_card_is_written_under_the_id_the_tool_gave_it(world: World):
    board = Board()
    deps = dataclasses.replace(world.deps, boards={"zendesk": Opened(board)})
    await deps.outbox.put(a_card(CARD))
    await delivery.deliver(deps)
    await deps.outbox.put(a_card(CARD.model_copy(update={"state": "closed", "outcome": "won"})))
    await delivery.deliver(deps)
    assert board.written == [("open", None), ("closed", "T-1")]


async def test_a_card_that_a_tool_refuses_is_parked_with_its_sentence_until_it_changes(world: World):
    board = Board(refusal="Zendesk does not take the token.")
    deps = dataclasses.replace(world.deps, boards={"zendesk": Opened(board)})
    await deps.outbox.put(a_card(CARD))
    await delivery.deliver(deps)
    (parked,) = await deps.outbox.parked()
    assert parked.error == board.refusal
    board.refusal = ""
    await deps.outbox.put(a_card(CARD))
    await delivery.deliver(deps)
    assert (board.written, await deps.outbox.parked()) == ([("open", None)], [])


async def test_a_card_that_was_never_open_is_not_begun_closed(world: World):
    board = Board()
    deps = dataclasses.replace(world.deps, boards={"zendesk": Opened(board)})
    await deps.outbox.put(a_card(CARD.model_copy(update={"state": "closed"})))
    await world.pass_time(timedelta(0))
    await delivery.deliver(deps)
    assert (board.written, await deps.outbox.backlog()) == ([], [])


def a_card(card: Card) -> OutboxMessage:
    body = card.model_dump(mode="json")
    return OutboxMessage(key="du_1:card:zendesk", kind="card", target="zendesk", body=body, standing=True)


@dataclass
class Board:
    refusal: str = ""
    written: list[tuple[str, str | None]] = field(default_factory=list)

    async def write(self, card: Card, *, known: str | None) -> str:
        if self.refusal:
            raise Refused(self.refusal)
        self.written.append((card.state, known))
        return "T-1"


@dataclass
class Opened:
    board: CardBoard

    def takes(self, queue: str) -> bool:
        return bool(queue)


class Hangs:
    """A sender to which one target never answers."""

    def __init__(self) -> None:
        self.begun, self.other = 0, asyncio.Event()

    async def send(self, message: OutboxMessage) -> None:
        if message.target != "dead":
            self.other.set()
            return
        self.begun += 1
        await asyncio.sleep(3600)
        raise TryAgain("never")
