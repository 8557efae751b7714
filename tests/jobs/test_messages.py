"""`rebut messages` lists what is parked and what waits, and has parked messages sent again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from disputes.case import Route
from disputes.errors import Invalid
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.doctor import messages
from graph.wiring.runtime import Runtime
from graph.wiring.settings import Settings
from jobs.cli.message_commands import describe, send_again
from jobs.worker import daily
from tests.builders import a_case
from tests.jobs.children import run

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
PARKED = OutboxMessage(key="du_9:chargeback:won:note:ops", kind="note", event="won", target="ops")
WAITS = OutboxMessage(key="du_9:waiting:1:note:boss", kind="note", event="waits", target="boss")


async def test_parked_messages_are_listed_counted_and_sent_again(runtime: Runtime):
    outbox = runtime.deps.outbox
    await outbox.put(PARKED)
    await outbox.put(WAITS)
    await outbox.mark_failed(PARKED.key, error="The notification service did not take the note.", retry_at=None)
    lines = describe(await outbox.parked(), await outbox.backlog())
    first, second = [line for line in lines if PARKED.key in line or " to boss," in line]
    assert first.startswith(f"{PARKED.key}  parked  (won, to ops, since ")
    assert first.endswith("The notification service did not take the note.")
    assert second.startswith("1 not delivered yet to boss, the oldest since ")
    chosen = Settings.model_validate({"DATABASE_URL": runtime.servers.database_url})
    (note,) = [one async for one in messages.look(chosen) if one.title == "Parked messages"]
    assert " could not be delivered" in note.text
    assert await send_again(outbox, PARKED.key) == [f"{PARKED.key} is sent again."]
    assert PARKED.key not in {one.message.key for one in await outbox.parked()}
    with pytest.raises(Invalid, match="No parked message has the key"):
        await send_again(outbox, PARKED.key)


async def test_one_message_or_all_of_them(folder: Path):
    code, out, err = await run("messages", "--send", "a", "--send-all", folder=folder)
    assert (code, out) == (2, "")
    assert "--send-all" in err


async def test_the_daily_note_is_stored_once_in_postgresql(runtime: Runtime):
    case = a_case(id="du_7").model_copy(update={"route": Route(action="review", queue="manual-review")})
    now = runtime.deps.now()
    await runtime.deps.cases.save(
        CaseRecord(dispute_id="du_7", state="waiting", case=case, received_at=now, updated_at=now)
    )
    # Another test of this server may have told of today already.
    noon = (now + timedelta(days=400)).replace(hour=12)  # after the hour of the note, whenever the test runs
    later = replace(runtime.deps, now=lambda: noon)
    assert sum(await asyncio.gather(*(daily.tell(later) for _ in range(3)))) >= 1
    assert await daily.tell(later) == 0
    due = await runtime.deps.outbox.due(later.now(), limit=1_000_000)  # other tests left theirs
    assert len([one for one in due if one.key.startswith(f"daily:own:{later.now():%Y-%m-%d}")]) == 1
