"""The ledger is read by time: from a moment on, and before another."""

from datetime import timedelta

from disputes.money import Money
from disputes.repositories import Repositories
from disputes.repositories.ledger import LedgerEntry
from tests.tools.records import NOON

HOUR = timedelta(hours=1)


def an_entry(number: int, kind: str = "chargeback:accepted") -> LedgerEntry:
    money = Money(amount=100 * number, currency="usd")
    return LedgerEntry(dispute_id=f"dp_{number}", kind=kind, money=money, at=NOON + number * HOUR)


async def test_entries_from_a_moment_on_and_before_another_come_oldest_first(repositories: Repositories):
    await repositories.ledger.add([an_entry(number) for number in (3, 1, 4, 2)])
    assert await repositories.ledger.between(NOON + HOUR, NOON + 4 * HOUR) == [an_entry(1), an_entry(2), an_entry(3)]
    assert await repositories.ledger.between(NOON + 4 * HOUR, NOON + 4 * HOUR) == []


async def test_every_kind_of_entry_of_a_dispute_is_there(repositories: Repositories):
    both = [an_entry(1), an_entry(1, "chargeback:lost")]
    await repositories.ledger.add(both)
    assert await repositories.ledger.between(NOON, NOON + 2 * HOUR) == both
