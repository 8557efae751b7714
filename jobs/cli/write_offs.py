"""The losses of a month that were written off without a fight, and why: what `rebut report write-offs` lists."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from disputes import text
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.model import Value
from disputes.money import Money
from disputes.repositories.cases import CaseRecord
from disputes.repositories.ledger import LedgerEntry
from graph.wiring.deps import Deps

PAST_DUE, ACCEPTED, REJECTED = "past_due", "accepted", "rejected"
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)
_STATES = {PAST_DUE: "recorded", ACCEPTED: "accepted", REJECTED: "rejected"}
_DECISIONS = {ACCEPTED: "accept_loss", REJECTED: "reject"}
_NO_LOSS = frozenset(("won", "answered", "warning_closed", "prevented", "smart_disputes"))
"""What becomes of a dispute that is no loss after all, or was fought outside Rebut."""


class WriteOff(Value):
    """One loss without a fight. Times are aware UTC, `zone` is the merchant's; `why` are sentences.

    `kind` is the stage and `past_due`, `accepted` or `rejected`. What only the case knows is empty where it is gone.
    """

    at: datetime
    dispute_id: str
    account: str | None = None
    kind: str
    money: Money
    code: str = ""
    reason: str = ""
    received_at: datetime | None = None
    due_by: datetime | None = None
    why: tuple[str, ...] = ()
    zone: str = "UTC"


def read_month(said: str) -> tuple[int, int]:
    """Return year and month of `2026-11`. Raises `Invalid`."""
    found = _MONTH.fullmatch(said)
    if found is None:
        raise Invalid(f"{text.line(said)} is no month of this century; write one as 2026-11.")
    return int(found[1]), int(found[2])


def borders(month: tuple[int, int], zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of a month on a zone's clocks and that of the next month, aware UTC."""
    (year, number), clocks = month, ZoneInfo(zone)
    after = (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004 - December
    first, next_ = (datetime(*one, 1, tzinfo=clocks).astimezone(UTC) for one in (month, after))
    return first, next_


async def find(deps: Deps, month: tuple[int, int]) -> list[WriteOff]:
    """Return the write-offs of a month, each by the clocks of its own merchant, oldest first."""
    policies = (deps.policy, deps.unsettled.policy, *(one.policy for one in deps.accounts.values()))
    spans = [borders(month, policy.merchant.timezone) for policy in policies]
    entries = await deps.ledger.between(min(start for start, _ in spans), max(end for _, end in spans))
    found: dict[tuple[str, str], WriteOff] = {}
    for entry in entries:
        off = build(entry, await deps.cases.find(entry.dispute_id))
        if off is None:
            continue
        zone = deps.account(off.account).policy.merchant.timezone
        start, end = borders(month, zone)
        if start <= off.at < end:
            found.setdefault((off.dispute_id, off.kind), off.model_copy(update={"zone": zone}))
    return list(found.values())


def build(entry: LedgerEntry, record: CaseRecord | None) -> WriteOff | None:
    """Return the write-off that an entry is, or None for any other and for a case that went on since.

    An inquiry moved no money, so giving one up loses none.
    """
    stage, _, kind = entry.kind.partition(":")
    if kind not in _STATES or stage == "inquiry" or (record and _went_on(record, kind)):
        return None
    plain = WriteOff(at=entry.at, dispute_id=entry.dispute_id, kind=f"{stage}:{kind}", money=entry.money)
    return plain if record is None else plain.model_copy(update=_of_case(record, kind))


def add_up(offs: Iterable[WriteOff]) -> list[Money]:
    """Return the total of each currency, by its name."""
    totals: dict[str, int] = {}
    for off in offs:
        totals[off.money.currency] = totals.get(off.money.currency, 0) + off.money.amount
    return [Money(amount=amount, currency=currency) for currency, amount in sorted(totals.items())]


def _went_on(record: CaseRecord, kind: str) -> bool:
    answered = record.case is not None and record.case.dispute.submissions > 0
    return record.state != _STATES[kind] or record.outcome in _NO_LOSS or answered


def _of_case(record: CaseRecord, kind: str) -> dict[str, object]:
    known: dict[str, object] = {"account": record.account, "received_at": record.received_at}
    if record.case is None:
        return known
    dispute, route = record.case.dispute, record.case.route
    said = [_verdict(record, _DECISIONS[kind])] if kind in _DECISIONS else []
    late = [_lateness(dispute, record.received_at)] if kind == PAST_DUE else []
    why = (*filter(None, (*late, *said)), *(route.reasons if route and not any(said) else ()))
    return known | {"code": dispute.network_code or "", "reason": dispute.reason, "due_by": dispute.due_by, "why": why}


def _verdict(record: CaseRecord, decision: str) -> str:
    """Return the note of the verdict that ended a case; empty where no person did."""
    steps = (step.note for step in reversed(record.history) if step.step == "review")
    return next((note for note in steps if note.startswith(f"{decision} by ")), "")


def _lateness(dispute: Dispute, received_at: datetime) -> str:
    if dispute.due_by is None or received_at <= dispute.due_by:
        return ""
    hours = (received_at - dispute.due_by) // timedelta(hours=1)
    ago = "less than an hour" if hours < 1 else "1 hour" if hours == 1 else f"{hours} hours"
    return f"It arrived {ago} after its deadline."
