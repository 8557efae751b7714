"""Stand-ins for the repositories and the queue, kept in memory and true to what the protocols promise."""

import base64
import hashlib
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from disputes.case import Case, Verdict
from disputes.errors import AskHuman, Invalid, LostLease, Stale
from disputes.repositories import Repositories
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import AT_REST, CasePage, CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import Filing
from disputes.repositories.ledger import LedgerEntry
from disputes.repositories.outbox import OutboxMessage
from disputes.repositories.users import User

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REDRAFTABLE = {"waiting", "rejected", "recorded", "parked"}


def noon():
    return NOON


class FakeClock:
    """A clock that stands still until it is advanced."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **more: float) -> datetime:
        self.at += timedelta(**more)
        return self.at


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class EventRow:
    event: WebhookEvent
    received_at: datetime
    handled: bool


@dataclass
class VerdictRow:
    verdict: Verdict
    applied: bool = False


@dataclass
class OutboxRow:
    message: OutboxMessage
    due: datetime | None
    error: str = ""


@dataclass
class FakeDatabase:
    """What all fake repositories share; `down` is raised by every call."""

    now: Callable[[], datetime] = noon
    events: dict[str, EventRow] = field(default_factory=dict)
    cases: dict[str, CaseRecord] = field(default_factory=dict)
    filings: dict[tuple[str, str, str], Filing] = field(default_factory=dict)
    verdicts: dict[str, list[VerdictRow]] = field(default_factory=dict)
    ledger: dict[tuple[str, str], LedgerEntry] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    switch: AutomationSwitch = field(default_factory=AutomationSwitch)
    watermarks: dict[str, datetime] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    down: Exception | None = None

    def reach(self):
        if self.down is not None:
            raise self.down

    def check(self, dispute_id, fence):
        if fence is not None and self.fences.get(dispute_id, 0) != fence:
            raise LostLease("Another worker holds this dispute now.")


@dataclass
class FakeEvents:
    database: FakeDatabase

    async def store(self, event: WebhookEvent):
        self.database.reach()
        if event.id in self.database.events:
            return False
        self.database.events[event.id] = EventRow(event, self.database.now(), handled=bool(event.refused))
        return True

    async def unhandled(self, *, before, limit=100):
        self.database.reach()
        late = [row for row in self.database.events.values() if not row.handled and row.received_at < before]
        return [row.event for row in sorted(late, key=lambda row: (row.received_at, row.event.id))][:limit]

    async def pending(self, *, before, limit=100):
        late = {event.dispute_id: event.account for event in await self.unhandled(before=before, limit=limit)}
        for dispute_id, made in self.database.verdicts.items():
            if any(self._applies(dispute_id, one) and one.verdict.at and one.verdict.at < before for one in made):
                late.setdefault(dispute_id, None)
        return list(late.items())[:limit]

    async def is_pending(self, dispute_id):
        self.database.reach()
        waits = any(row.event.dispute_id == dispute_id and not row.handled for row in self.database.events.values())
        return waits or any(self._applies(dispute_id, one) for one in self.database.verdicts.get(dispute_id, ()))

    async def unhandled_of(self, dispute_id):
        self.database.reach()
        ours = [row for row in self.database.events.values() if row.event.dispute_id == dispute_id and not row.handled]
        return tuple(row.event.id for row in sorted(ours, key=lambda row: (row.received_at, row.event.id)))

    async def mark_handled(self, event_ids):
        self.database.reach()
        for event_id in event_ids:
            if event_id in self.database.events:
                self.database.events[event_id].handled = True

    def _applies(self, dispute_id, row):
        record = self.database.cases.get(dispute_id)
        resting = record is not None and record.state == "parked" and row.verdict.version < record.version
        return not row.applied and not resting


@dataclass
class FakeLeases:
    database: FakeDatabase

    @asynccontextmanager
    async def hold(self, dispute_id):
        self.database.reach()
        if dispute_id in self.database.held:
            yield None
            return
        self.database.held.add(dispute_id)
        self.database.fences[dispute_id] = self.database.fences.get(dispute_id, 0) + 1
        try:
            yield self.database.fences[dispute_id]
        finally:
            self.database.held.discard(dispute_id)


@dataclass
class FakeCases:
    database: FakeDatabase

    async def find(self, dispute_id):
        self.database.reach()
        return self.database.cases.get(dispute_id)

    async def page(self, *, status=None, queue=None, reason=None, cursor=None, limit=50):
        self.database.reach()
        after = _place(cursor) if cursor else None
        ordered = sorted(self.database.cases.values(), key=_where, reverse=True)
        matching = [record for record in ordered if _matches(record, status, queue, reason)]
        rest = [record for record in matching if after is None or _where(record) < after]
        shown = tuple(map(_light, rest[:limit]))
        return CasePage(records=shown, cursor=_cursor(shown[-1]) if len(rest) > limit else None)

    async def save(self, record: CaseRecord, *, fence=None):
        self.database.reach()
        self.database.check(record.dispute_id, fence)
        old, events = self.database.cases.get(record.dispute_id), self.database.events.values()
        first = [row.received_at for row in events if row.event.dispute_id == record.dispute_id]
        since = old.rested_at if old and old.state in AT_REST else self.database.now()
        changes = {
            "version": (old.version if old else 0) + 1,
            "received_at": old.received_at if old else min(first, default=record.received_at),
            "rested_at": since if record.state in AT_REST else None,
        }
        stored = CaseRecord.model_validate_json(record.model_copy(update=changes).model_dump_json())
        self.database.cases[record.dispute_id] = stored
        return changes["version"]

    async def of_person(self, person):
        named = (f'"{person}"', f"stripe:customer/{person}:")
        cases = self.database.cases.items()
        return [one for one, record in cases if any(name in record.model_dump_json() for name in named)]

    async def erase(self, record: CaseRecord, *, fence):
        await self.save(record, fence=fence)


@dataclass
class FakeFilings:
    database: FakeDatabase

    async def intend(self, filing: Filing, *, fence=None, cap=None):
        self.database.reach()
        one = (filing.dispute_id, filing.stage, filing.action)
        if filing.automatic and one not in self.database.filings:
            switch = await FakeAutomation(self.database).read()
            if switch.stopped or (filing.action == "submit" and cap is not None and switch.filed_today >= cap):
                raise AskHuman("Automatic filing is held back; nothing was sent.")
        self.database.check(filing.dispute_id, fence)
        return self.database.filings.setdefault(one, filing)

    async def finish(self, filing: Filing):
        self.database.reach()
        one = (filing.dispute_id, filing.stage, filing.action)
        known = self.database.filings.setdefault(one, filing)
        changes = {"key": filing.key, "state": filing.state, "detail": filing.detail}
        self.database.filings[one] = known.model_copy(update=changes)

    async def of(self, dispute_id):
        self.database.reach()
        return [filing for filing in self.database.filings.values() if filing.dispute_id == dispute_id]


@dataclass
class FakeAutomation:
    database: FakeDatabase

    async def read(self):
        self.database.reach()
        filed = sum(one.automatic and one.action == "submit" for one in self.database.filings.values())
        return self.database.switch.model_copy(update={"filed_today": filed})

    async def set(self, switch: AutomationSwitch):
        self.database.reach()
        self.database.switch = switch.model_copy(update={"at": self.database.now()})


@dataclass
class FakeVerdicts:
    database: FakeDatabase

    async def store(self, dispute_id, verdict: Verdict):
        self.database.reach()
        record = self.database.cases.get(dispute_id)
        if record is None:
            raise Invalid("There is no such case.")
        states = REDRAFTABLE if verdict.decision == "redraft" else {"waiting"}
        if record.version != verdict.version or record.state not in states:
            raise Stale("The case moved on.")
        made = self.database.verdicts.setdefault(dispute_id, [])
        if any(not one.applied or one.verdict.version == verdict.version for one in made):
            raise Stale("Somebody decided this case already.")
        made.append(VerdictRow(verdict))

    async def pending(self, dispute_id):
        self.database.reach()
        return next((one.verdict for one in self.database.verdicts.get(dispute_id, []) if not one.applied), None)

    async def mark_applied(self, dispute_id, version):
        self.database.reach()
        for one in self.database.verdicts.get(dispute_id, []):
            one.applied = one.applied or one.verdict.version == version


@dataclass
class FakeLedger:
    database: FakeDatabase

    async def add(self, entries):
        self.database.reach()
        for entry in entries:
            self.database.ledger.setdefault((entry.dispute_id, entry.kind), LedgerEntry.model_validate(entry))


@dataclass
class FakeOutbox:
    database: FakeDatabase

    async def put(self, message: OutboxMessage):
        self.database.reach()
        if message.key in self.database.outbox:
            return False
        self.database.outbox[message.key] = OutboxRow(message, self.database.now())
        return True

    async def due(self, now, *, limit=20):
        self.database.reach()
        waiting = [row for row in self.database.outbox.values() if row.due is not None and row.due <= now]
        return [row.message for row in sorted(waiting, key=lambda row: (row.due, row.message.key))][:limit]

    async def mark_sent(self, key):
        self.database.reach()
        self.database.outbox[key].due, self.database.outbox[key].error = None, ""

    async def mark_failed(self, key, *, error, retry_at):
        self.database.reach()
        message = self.database.outbox[key].message
        tried = message.model_copy(update={"attempts": message.attempts + 1})
        self.database.outbox[key] = OutboxRow(tried, retry_at, error)


@dataclass
class FakeUsers:
    database: FakeDatabase

    async def by_token(self, token):
        self.database.reach()
        return self.database.users.get(digest(token))

    async def add(self, user: User, *, digest):
        self.database.reach()
        self.database.users[digest] = user


@dataclass
class FakeWatermarks:
    database: FakeDatabase

    async def read(self, name):
        self.database.reach()
        return self.database.watermarks.get(name)

    async def advance(self, name, at):
        self.database.reach()
        self.database.watermarks[name] = max(at, self.database.watermarks.get(name, at))


@dataclass(frozen=True, kw_only=True)
class FakeRepositories(Repositories):
    """Every fake repository over one fake database."""

    database: FakeDatabase


def fake_repositories(now: Callable[[], datetime] = noon) -> FakeRepositories:
    database = FakeDatabase(now)
    fakes: dict[str, Any] = {
        "events": FakeEvents(database),
        "leases": FakeLeases(database),
        "cases": FakeCases(database),
        "filings": FakeFilings(database),
        "automation": FakeAutomation(database),
        "verdicts": FakeVerdicts(database),
        "ledger": FakeLedger(database),
        "outbox": FakeOutbox(database),
        "users": FakeUsers(database),
        "watermarks": FakeWatermarks(database),
    }
    return FakeRepositories(database=database, **fakes)


@dataclass
class FakeQueue:
    jobs: list[tuple[str, str | None]] = field(default_factory=list)
    down: Exception | None = None

    async def enqueue(self, dispute_id, *, account=None):
        if self.down is not None:
            raise self.down
        self.jobs.append((dispute_id, account))

    async def try_enqueue(self, dispute_id, *, account=None):
        if self.down is None:
            self.jobs.append((dispute_id, account))
        return self.down is None


def _where(record):
    return record.received_at, record.dispute_id


def _light(record):
    case = record.case
    kept = case and Case(dispute=case.dispute, assessment=case.assessment, route=case.route)
    return record.model_copy(update={"case": kept})


def _cursor(record):
    place = [record.received_at.isoformat(), record.dispute_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor):
    try:
        received_at, dispute_id = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(received_at), dispute_id
    except (ValueError, TypeError) as error:
        raise Invalid("The cursor is not one that this list gave.") from error


def _matches(record, status, queue, reason):
    case = record.case
    return (
        status in {None, record.state, case and case.dispute.status}
        and queue in {None, case and case.route and case.route.queue}
        and reason in {None, case and case.dispute.reason}
    )
