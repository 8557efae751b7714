"""The daily note of each account: once a local day, after the hour that the policy names."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from disputes.messages import daily, targets
from disputes.messages.daily import OWN, Day
from disputes.messages.frame import Frame
from disputes.policy import Policy
from disputes.repositories.cases import CaseRecord
from graph.wiring.deps import Deps

log = structlog.get_logger()

OTHERS = "others"
"""The connected accounts without settings, which share one note."""
PAGE, PAGES = 100, 20
"""How many cases of one status are looked at: the newest two thousand."""


async def tell(deps: Deps) -> int:
    """Store the daily note of each account whose hour has come, and return how many those were.

    It is stored once a local day at any number of workers, and not at all where there is nothing to say.
    """
    dealt = await deps.watermarks.starting(_watermark(""))
    due = {name: at for name in (OWN, *deps.accounts, OTHERS) if (at := _due(deps, name, dealt)) is not None}
    if not due:
        return 0
    found = await _look(deps)
    told = 0
    for name, at in due.items():
        told += await _tell(deps, name, _of(deps, name, found, since=at - timedelta(days=1)))
        await deps.watermarks.advance(_watermark(name), at)
    return told


def _due(deps: Deps, name: str, dealt: Mapping[str, datetime]) -> datetime | None:
    """Return since when an account's newest note is due, None where it was dealt with."""
    rules = _rules(deps, name)
    _, at = daily.latest(deps.now(), rules.daily, rules.merchant.timezone)
    return at if name not in dealt or dealt[name] < at else None


async def _tell(deps: Deps, name: str, day: Day) -> int:
    rules = _rules(deps, name)
    frame = Frame(now=deps.now(), zone=rules.merchant.timezone, url=deps.url)
    local, _ = daily.latest(frame.now, rules.daily, frame.zone)
    note = daily.build(day, local, account=None if name == OWN else name, frame=frame)
    for message in targets.address([note] if note else [], deps.targets):
        await deps.outbox.put(message)
    return int(note is not None)


async def _look(deps: Deps) -> Mapping[str, tuple[CaseRecord, ...]]:
    return {status: await _all(deps, status) for status in ("waiting", "parked", "won", "lost")}


async def _all(deps: Deps, status: str) -> tuple[CaseRecord, ...]:
    records, cursor = list[CaseRecord](), None
    for _ in range(PAGES):
        page = await deps.cases.page(status=status, cursor=cursor, limit=PAGE)
        records += page.records
        cursor = page.cursor
        if cursor is None:
            return tuple(records)
    log.warning("daily.cut", status=status, means=f"Only the newest {PAGE * PAGES} cases are in the daily note.")
    return tuple(records)


def _rules(deps: Deps, name: str) -> Policy:
    return {OWN: deps.policy, OTHERS: deps.unsettled.policy}.get(name) or deps.account(name).policy


def _watermark(name: str) -> str:
    return f"daily:{name}"


def _of(deps: Deps, name: str, found: Mapping[str, Iterable[CaseRecord]], *, since: datetime) -> Day:
    ours = {status: tuple(one for one in every if _whose(deps, one) == name) for status, every in found.items()}
    decided = {status: tuple(one for one in ours[status] if one.updated_at > since) for status in ("won", "lost")}
    return Day(**{**ours, **decided})


def _whose(deps: Deps, record: CaseRecord) -> str:
    if record.account is None:
        return OWN
    return record.account if record.account in deps.accounts else OTHERS
