"""The daily note: what waits, what is due soon, what is parked, and what was decided since yesterday. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from disputes import money
from disputes.messages import countdown
from disputes.messages.frame import Frame
from disputes.messages.note import Note
from disputes.model import Value
from disputes.policy.deadlines import in_zone
from disputes.repositories.cases import CaseRecord

OWN = "own"
"""What the own account is called in keys."""
SOON = timedelta(hours=72)
LINES = 20
"""How many disputes of one kind a daily note names."""


class Day(Value):
    """What a daily note is made of: cases that wait, are parked, or were won or lost since the note before."""

    waiting: tuple[CaseRecord, ...] = ()
    parked: tuple[CaseRecord, ...] = ()
    won: tuple[CaseRecord, ...] = ()
    lost: tuple[CaseRecord, ...] = ()


def moment(day: date, at: time, zone: str) -> datetime:
    """Return when the note of a local day is due, in UTC: the first time that the clocks of the zone have come to it.

    A time that a change of clocks skips comes as late as it is skipped; one that exists twice is its first.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def latest(now: datetime, at: time, zone: str) -> tuple[date, datetime]:
    """Return the newest local day whose note is due by now, and since when it is."""
    today = in_zone(now, zone).date()
    day = today if moment(today, at, zone) <= now else today - timedelta(days=1)
    return day, moment(day, at, zone)


def build(day: Day, local: date, *, account: str | None, frame: Frame) -> Note | None:
    """Return the note of an account's local day, unique by both; None where there is nothing to say."""
    soon = [one for one in day.waiting if _is_soon(one, frame.now)]
    parts = [*_queues(day.waiting), *_due(soon, frame), *_named("Parked by an error", day.parked)]
    parts += [*_named("✅ Won since yesterday", day.won), *_named("❌ Lost since yesterday", day.lost)]
    if not parts:
        return None
    whose = f" of {account}" if account else ""
    counts = f"{len(day.waiting)} wait, {len(soon)} due within 72 hours, {len(day.parked)} parked"
    return Note(
        key=f"daily:{account or OWN}:{local:%Y-%m-%d}",
        event="daily",
        title=f"📋 Disputes{whose} on {local.day} {local:%B %Y}: {counts}",
        body="\n".join(parts),
        urgent=True,
    )


def _is_soon(record: CaseRecord, now: datetime) -> bool:
    due = record.case.dispute.due_by if record.case else None
    return due is not None and due <= now + SOON


def _queues(waiting: Sequence[CaseRecord]) -> Iterator[str]:
    named = (one.case.route.queue if one.case and one.case.route else "" for one in waiting)
    for queue, count in sorted(Counter(named).items()):
        yield f"{count} {'waits' if count == 1 else 'wait'} in {queue or 'no queue'}"


def _due(soon: Sequence[CaseRecord], frame: Frame) -> Iterator[str]:
    ordered = sorted(((one.case.dispute.due_by, one) for one in soon if one.case), key=lambda pair: str(pair[0]))
    for due, record in ordered[:LINES]:
        yield f"{_name(record)}: {countdown.write_due(due, frame.now, frame.zone)}"
    yield from _more(len(ordered))


def _named(title: str, records: Sequence[CaseRecord]) -> Iterator[str]:
    if records:
        yield f"{title}: {', '.join(map(_name, records[:LINES]))}"
        yield from _more(len(records))


def _more(count: int) -> Iterator[str]:
    if count > LINES:
        yield f"and {count - LINES} more"


def _name(record: CaseRecord) -> str:
    return f"{record.dispute_id} ({money.write(record.case.dispute.money)})" if record.case else record.dispute_id
