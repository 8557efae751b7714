"""What doctor says of webhooks that were not recognised."""

from datetime import timedelta

import pytest

from disputes.repositories.unrecognised_events import UnrecognisedEvent, UnrecognisedRecord
from graph.wiring import doctor_events
from graph.wiring.runtime import Runtime
from tests.fakes import NOON
from tools.postgres.database import open_engine
from tools.postgres.tables import unrecognised_events

RECORD = UnrecognisedRecord(
    provider="stripe", id="evt_1", type="issuing_dispute.created", reason="Not ours.", times=3, received_at=NOON
)


def test_without_any_it_says_so_and_is_fine():
    found = doctor_events.describe(0, [], now=NOON)
    assert (found.text, found.fine) == ("none was left unrecognised.", True)


@pytest.mark.parametrize(("days", "fine"), [(0, False), (6, False), (8, True)])
def test_one_is_shown_with_all_that_is_kept_and_is_a_problem_while_it_is_recent(*, days: int, fine: bool):
    found = doctor_events.describe(1, [RECORD], now=NOON + timedelta(days=days))
    assert found.fine is fine
    assert "2026-11-21 12:00 UTC stripe issuing_dispute.created evt_1, 3 times: Not ours." in found.text


def test_one_without_a_type_says_that():
    found = doctor_events.describe(1, [RECORD.model_copy(update={"type": "", "times": 1})], now=NOON)
    assert "stripe no type evt_1: Not ours." in found.text


async def test_it_reads_the_records_and_says_nothing_where_it_cannot(runtime: Runtime):
    url = runtime.servers.database_url
    await runtime.deps.unrecognised_events.store(
        UnrecognisedEvent(provider="stripe", id="evt_seen_by_doctor", reason="Not ours.")
    )
    found = await doctor_events.look(url)
    async with open_engine(url) as engine, engine.begin() as connection:
        await connection.execute(unrecognised_events.delete())  # other tests share these records
    assert found
    assert "evt_seen_by_doctor" in found.text
    assert await doctor_events.look("postgresql://u:hunter2@127.0.0.1:1/x") is None
    assert await doctor_events.look(url.replace("/postgres", "/template1")) is None
