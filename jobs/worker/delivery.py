"""Delivers the messages of the outbox: each to its one target, at least once under one key, none lost in silence."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

import structlog

from disputes.errors import DisputeError, Refused, TryAgain
from disputes.messages import targets
from disputes.messages.card import Card
from disputes.messages.note import Note
from disputes.messages.targets import LOG
from disputes.repositories.outbox import DueMessage
from graph.wiring.deps import Deps

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=15)
PATIENCE = timedelta(days=1)
"""How long a message is tried that is about no case that waits."""
SEND_SECONDS = 20.0
BUDGET_SECONDS = 5.0
"""After how long no further message of this round is begun for one target: the others and the next sweep go on."""
AT_ONCE = {"handoff": 4, "note": 4, "card": 1}
"""How many messages go to one target at once; boards write one card after the other."""


async def deliver(deps: Deps) -> dict[str, int]:
    """Send what is due, and return how many messages were `delivered` and how many stay `undelivered`.

    Any number of workers may do so at once, and a target that is slow or down holds back no other. Raises `TryAgain`
    when the database does not answer.
    """
    await deps.outbox.gather(deps.now())
    claimed = sorted(await deps.outbox.claim(deps.now()), key=_to)
    groups = [list(group) for _, group in groupby(claimed, key=_to)]
    rounds = await asyncio.gather(*(_serve(deps, group) for group in groups), return_exceptions=True)
    for failed in rounds:
        if isinstance(failed, BaseException):
            raise failed
    sent = [one for each in rounds if isinstance(each, list) for one in each]
    return {"delivered": sum(sent), "undelivered": len(claimed) - sum(sent)}


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: doubling, capped, with jitter so that not all return at once."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 20))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret


def _to(message: DueMessage) -> tuple[str, str]:
    return message.kind, message.target


async def _serve(deps: Deps, messages: list[DueMessage]) -> list[bool]:
    """Send the messages of one target, a few at once, until its time is used up; the rest is claimed again later."""
    clock = asyncio.get_running_loop().time
    queue, until, sent = iter(messages), clock() + BUDGET_SECONDS, list[bool]()

    async def work(queue: Iterator[DueMessage]) -> None:
        for message in queue:
            if clock() > until:
                return
            sent.append(await _attempt(deps, message))

    await asyncio.gather(*(work(queue) for _ in range(AT_ONCE[messages[0].kind])))
    return sent


async def _attempt(deps: Deps, message: DueMessage) -> bool:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await _send(deps, message)
    except TryAgain as failed:
        await _put_off(deps, message, str(failed))
    except TimeoutError:
        await _put_off(deps, message, f"It was not taken within {SEND_SECONDS:.0f} seconds.")
    except DisputeError as refused:
        await _park(deps, message, str(refused))
    except Exception as bug:  # noqa: BLE001 - one message must not hold back the others
        await _put_off(deps, message, f"A fault in Rebut stopped it: {type(bug).__name__}.")
    else:
        await deps.outbox.mark_sent(message.key, revision=message.revision)
        return True
    return False


async def _send(deps: Deps, message: DueMessage) -> None:
    if message.kind == "card":
        await _write_card(deps, message)
    elif message.kind == "note" and not message.target:
        await _address(deps, message)
    elif message.target == LOG:
        title = str(message.body.get("title", ""))
        log.warning("message.note", key=message.key, note_event=message.event, title=title)
    else:
        await deps.sender.send(message)


async def _write_card(deps: Deps, message: DueMessage) -> None:
    """Write a card and keep the tool's id. A closed one that no try was made to write before is not begun."""
    opened = deps.boards.get(message.target)
    if opened is None:
        raise Refused(f"The settings name no board {message.target} any more.")
    card = Card.model_validate(message.body)
    known = await deps.cards.find(message.target, card.key)
    if card.state == "closed" and known is None and not (message.revision or message.attempts):
        return
    remote = await opened.board.write(card, known=known)
    if remote and remote != known:
        await deps.cards.keep(message.target, card.key, remote)


async def _address(deps: Deps, message: DueMessage) -> None:
    """Put a note that was stored without a target into the outbox for each that wants it, under a key of its own."""
    texts = {part: str(message.body.get(part, "")) for part in ("title", "body")}
    about = message.model_dump(include={"event", "queue", "dispute_id", "standing", "urgent"})
    # One of the release before ends in `:note` already, which the address adds.
    note = Note.model_validate({**about, **texts, "key": message.key.removesuffix(":note")})
    for addressed in targets.address([note], deps.targets):
        await deps.outbox.put(addressed)


async def _put_off(deps: Deps, message: DueMessage, error: str) -> None:
    now = deps.now()
    if not message.standing and now - message.created_at >= PATIENCE:
        await _park(deps, message, error)
        return
    log.warning("message.undelivered", key=message.key, target=message.target, attempts=message.attempts + 1)
    await deps.outbox.mark_failed(message.key, error=error, retry_at=now + wait(message.attempts))


async def _park(deps: Deps, message: DueMessage, error: str) -> None:
    means = "It is tried no more; `rebut messages` lists it, and `rebut messages --send KEY` sends it again."
    about = {"target": message.target, "note_event": message.event}
    log.error("message.parked", key=message.key, **about, why=error, means=means)
    await deps.outbox.mark_failed(message.key, error=error, retry_at=None)
