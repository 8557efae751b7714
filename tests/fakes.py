"""Stand-ins for the repositories and the queue, kept in memory and true to what the protocols promise."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from disputes.case import Case, Verdict
from disputes.errors import AskHuman, Invalid, LostLease, Stale, TryAgain
from disputes.lifecycle import lapses
from disputes.lifecycle.plan import Plan
from disputes.repositories import Repositories
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import AT_REST, DECIDED, CasePage, CaseRecord
from disputes.repositories.events import WebhookEvent
from disputes.repositories.filings import Filing
from disputes.repositories.last_chances import StoredChoice
from disputes.repositories.ledger import LedgerEntry
from disputes.repositories.outbox import NOTHING
from disputes.repositories.permits import Permit
from disputes.repositories.unrecognised_events import MOST_KEPT, UnrecognisedRecord
from disputes.repositories.users import User
from tests.fake_deadlines import FakeCards, FakeLastChances, FakePlans
from tests.fake_outbox import FakeOutbox, OutboxRow, replaced
from tests.fake_templates import FakeTemplateSignatures
from tests.fake_timers import FakeTimers

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REDRAFTABLE = {"waiting", "rejected", "recorded", "parked"}
ALLOWED_BY = {
    "submit": {"approve", "edit"},
    "close": {"accept_loss"},
    "smart_disputes": {"smart_disputes"},
}


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
class FakeDatabase:
    """What all fake repositories share; `down` is raised by every call."""

    now: Callable[[], datetime] = noon
    events: dict[tuple[str, str], EventRow] = field(default_factory=dict)
    unrecognised: dict[tuple[str, str], UnrecognisedRecord] = field(default_factory=dict)
    cases: dict[str, CaseRecord] = field(default_factory=dict)
    filings: dict[tuple[str, str, str], Filing] = field(default_factory=dict)
    verdicts: dict[str, list[VerdictRow]] = field(default_factory=dict)
    ledger: dict[tuple[str, str], LedgerEntry] = field(default_factory=dict)
    outbox: dict[str, OutboxRow] = field(default_factory=dict)
    switches: dict[str, AutomationSwitch] = field(default_factory=dict)
    watermarks: dict[str, datetime] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    configured: set[str] = field(default_factory=set)
    permits: dict[tuple[str, str, str], Permit] = field(default_factory=dict)
    stagings: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    timers: FakeTimers = field(default_factory=FakeTimers)
    last_chances: dict[tuple[str, str], StoredChoice] = field(default_factory=dict)
    cards: dict[tuple[str, str], str] = field(default_factory=dict)
    thread_key: bytes = b""
    fences: dict[str, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    down: Exception | None = None

    def reach(self):
        if self.down is not None:
            raise self.down

    def check(self, dispute_id, fence):
        if fence is not None and self.fences.get(dispute_id, 0) != fence:
            raise LostLease("Another worker holds this dispute now.")

    def version(self, dispute_id):
        return self.cases[dispute_id].version if dispute_id in self.cases else None

    def waiting(self, dispute_id):
        return [row for row in self.verdicts.get(dispute_id, ()) if not row.applied]

    def end(self, dispute_id, rows, why):
        """End verdicts that are not carried out: a message to who decided, and the steps that say so."""
        for row in rows:
            row.applied = True
            message = lapses.build_message(dispute_id, row.verdict, why)
            self.put(message)
        return tuple(lapses.build_step(row.verdict, why, self.now()) for row in rows)

    def put(self, message):
        known = self.outbox.get(message.key)
        if known and message.kind != "card":
            return False
        now = self.now()
        self.outbox[message.key] = replaced(known, message, now) if known else OutboxRow(message, now, created=now)
        return True

    def send(self, outgoing):
        for prefix in outgoing.withdraw:
            self.withdraw(prefix)
        for message in outgoing.messages:
            self.put(message)

    def withdraw(self, prefix, but=""):
        undelivered = [key for key in self.keys(prefix) if self.outbox[key].undelivered]
        gone = [key for key in undelivered if not (but and key.startswith(but))]
        for key in gone:
            del self.outbox[key]
        return len(gone)

    def keys(self, prefix):
        """Return the keys of all messages that begin so."""
        return [key for key in self.outbox if key.startswith(prefix)]

    def store(self, event):
        if (event.id, event.provider) in self.events:
            return False
        self.events[event.id, event.provider] = EventRow(event, self.now(), handled=bool(event.refused))
        return True

    def end_timers(self, dispute_id, which, but=None):
        """End the timers of a dispute that have not fired, of rounds that `which` picks; a person's of `but` stay."""
        for round_ in filter(which, self.timers.rounds(dispute_id)):
            for timer in self.timers.of(dispute_id, round_).values():
                if timer.fired_at is None and not (round_ == but and timer.by):
                    self.end_timer(dispute_id, round_, timer)

    def end_timer(self, dispute_id, round_, timer):
        """End one timer that has not fired."""
        self.timers.end(dispute_id, round_, timer.name)

    def past_due(self):
        """Return the cases that may be recorded as past due though their deadline is still to come."""
        return list(self.cases)

    def change(self, dispute_id, *steps, **changes):
        """Change a case, if there is one; its history grows by these steps."""
        if record := self.cases.get(dispute_id):
            self.cases[dispute_id] = record.model_copy(update={"history": (*record.history, *steps), **changes})


@dataclass
class FakeEvents:
    database: FakeDatabase

    async def store(self, event: WebhookEvent):
        self.database.reach()
        return self.database.store(event)

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
        return tuple(row.event for row in sorted(ours, key=lambda row: (row.received_at, row.event.id)))

    async def mark_handled(self, event_ids):
        self.database.reach()
        for row in self._named(event_ids):
            row.handled = True

    async def accounts(self):
        self.database.reach()
        named = [row.event.account for row in self.database.events.values()]
        return tuple(sorted({*named, *(record.account for record in self.database.cases.values())} - {None}))

    async def refuse(self, event_ids, why):
        self.database.reach()
        for row in self._named(event_ids):
            row.event, row.handled = row.event.model_copy(update={"refused": why}), True

    def _named(self, event_ids):
        rows = self.database.events.values()
        return [row for row in rows if row.event.id in event_ids and not row.handled]

    def _applies(self, dispute_id, row):
        record = self.database.cases.get(dispute_id)
        called = record and row.verdict.decision == "redraft" and row.verdict.version == record.version
        return not row.applied and (record is None or record.state != "parked" or bool(called))


@dataclass
class FakeUnrecognisedEvents:
    database: FakeDatabase
    most: int = MOST_KEPT

    async def store(self, event):
        self.database.reach()
        known, kept = self.database.unrecognised.pop((event.id, event.provider), None), event.model_dump()
        kept |= {"times": known.times + 1 if known else 1, "received_at": self.database.now()}
        del kept["acknowledged"]
        self.database.unrecognised[event.id, event.provider] = UnrecognisedRecord(**kept)
        for gone in list(self.database.unrecognised)[: -self.most]:
            del self.database.unrecognised[gone]

    async def count(self):
        self.database.reach()
        return len(self.database.unrecognised)

    async def newest(self, *, limit=5):
        self.database.reach()
        ordered = sorted(self.database.unrecognised.values(), key=lambda one: (one.received_at, one.id), reverse=True)
        return ordered[:limit]


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

    async def check(self, dispute_id, *, fence):
        self.database.reach()
        self.database.check(dispute_id, fence)


@dataclass
class FakeCases:
    database: FakeDatabase

    async def find(self, dispute_id):
        self.database.reach()
        return self.database.cases.get(dispute_id)

    async def page(self, *, status=None, queue=None, reason=None, cursor=None, limit=50):
        self.database.reach()
        found = self._newest(_place(cursor) if cursor else None)
        rest = list(islice((record for record in found if _matches(record, status, queue, reason)), limit + 1))
        shown = tuple(map(_light, rest[:limit]))
        return CasePage(records=shown, cursor=_cursor(shown[-1]) if len(rest) > limit else None)

    def _newest(self, before):
        """Return all cases, or those from before a place, the newest first."""
        ordered = sorted(self.database.cases.values(), key=_where, reverse=True)
        return [record for record in ordered if before is None or _where(record) < before]

    async def save(self, record: CaseRecord, *, fence=None, carried=None, expected=None, above=0, outgoing=NOTHING):  # noqa: PLR0913 - as the protocol
        self.database.reach()
        self.database.check(record.dispute_id, fence)
        current = self.database.version(record.dispute_id)
        if expected is not None and current != expected:
            raise TryAgain("The case moved on under this run; it begins again.")
        if record.state == "working" and self._is_decided(record.dispute_id):
            raise TryAgain("Somebody decided on this case meanwhile.")
        for row in self.database.waiting(record.dispute_id):
            row.applied = row.verdict.version == carried
        lapsed = self.database.end(record.dispute_id, self.database.waiting(record.dispute_id), lapses.OVERTAKEN)
        grown = record.model_copy(update={"history": (*record.history, *lapsed)})
        version = self._write(grown, version=max(current or 0, above) + 1)
        decided = record.state in DECIDED
        self.database.end_timers(record.dispute_id, lambda round_: decided or round_ == "")
        self.database.send(outgoing)
        return version

    async def park(self, record: CaseRecord, *, fence, outgoing=NOTHING):
        self.database.reach()
        self.database.check(record.dispute_id, fence)
        self._write(record, version=self.database.version(record.dispute_id) or 1)
        self.database.send(outgoing)

    async def note(self, dispute_id, step):
        self.database.reach()
        self.database.change(dispute_id, step)

    def _is_decided(self, dispute_id):
        known = self.database.cases.get(dispute_id)
        rulings = [row.verdict for row in self.database.waiting(dispute_id) if row.verdict.decision != "redraft"]
        return bool(known and known.state == "waiting" and any(one.version == known.version for one in rulings))

    def _write(self, record, *, version):
        old, events = self.database.cases.get(record.dispute_id), self.database.events.values()
        first = [row.received_at for row in events if row.event.dispute_id == record.dispute_id]
        since = old.rested_at if old and old.state in AT_REST else self.database.now()
        changes = {
            "version": version,
            "received_at": old.received_at if old else min(first, default=record.received_at),
            "rested_at": since if record.state in AT_REST else None,
        }
        stored = CaseRecord.model_validate_json(record.model_copy(update=changes).model_dump_json())
        self.database.cases[record.dispute_id] = stored
        return version

    async def of_person(self, person):
        named = (f'"{person}"', f"stripe:customer/{person}:")
        cases = self.database.cases.items()
        return [one for one, record in cases if any(name in record.model_dump_json() for name in named)]

    async def erase(self, record: CaseRecord, *, fence):
        self.database.reach()
        self.database.check(record.dispute_id, fence)
        self._write(record, version=(self.database.version(record.dispute_id) or 0) + 1)


@dataclass
class FakeFilings:
    database: FakeDatabase

    async def intend(self, filing: Filing, *, fence=None, cap=None, policy=""):
        self.database.reach()
        self.database.check(filing.dispute_id, fence)
        one = (filing.dispute_id, filing.stage, filing.action)
        known = self.database.filings.get(one)
        if known and known.state == "done":
            return known
        permit, same = self._permit(filing), known is not None and known.digest == filing.digest
        if permit.automatic and policy and permit.policy != policy:
            raise AskHuman(f"This was permitted under the policy {permit.policy}, and {policy} is in force.")
        if permit.automatic:
            await self._check_automation(filing, None if known and known.automatic and same else cap)
        key = known.key if known and same else filing.key
        intended = filing.model_copy(update={"automatic": permit.automatic, "key": key})
        self.database.filings[one] = intended
        return intended

    async def finish(self, filing: Filing):
        self.database.reach()
        self.database.filings[filing.dispute_id, filing.stage, filing.action] = filing

    def _permit(self, filing):
        permit = self.database.permits.get((filing.dispute_id, filing.stage, filing.action))
        if permit is None or permit.version != self.database.version(filing.dispute_id):
            raise AskHuman(f"Nobody permitted to {filing.action} this {filing.stage} as the case stands.")
        if permit.digest != filing.digest:
            raise AskHuman(f"What was to be sent is not what was permitted for this {filing.stage}.")
        return permit

    async def _check_automation(self, filing, cap):
        switch = await FakeAutomation(self.database).read(filing.account or None)
        if switch.stopped or (filing.action == "submit" and cap is not None and switch.filed_today >= cap):
            raise AskHuman("Automatic filing is held back; nothing was sent.")

    async def of(self, dispute_id):
        self.database.reach()
        return [filing for filing in self.database.filings.values() if filing.dispute_id == dispute_id]


@dataclass
class FakePermits:
    database: FakeDatabase

    async def grant(self, permit: Permit, *, fence):
        self.database.reach()
        self.database.check(permit.dispute_id, fence)
        record = self.database.cases.get(permit.dispute_id)
        states = {"working"} if permit.automatic else {"waiting", "parked"}
        if record is None or record.version != permit.version or record.state not in states:
            raise AskHuman("The case changed before this was permitted; nothing was sent.")
        if not permit.automatic:
            self._check_person(permit)
        self.database.permits[permit.dispute_id, permit.stage, permit.action] = permit

    async def find(self, dispute_id, stage, action):
        self.database.reach()
        return self.database.permits.get((dispute_id, stage, action))

    def _check_person(self, permit):
        verdicts = [row.verdict for row in self.database.waiting(permit.dispute_id)]
        theirs = {one.decision for one in verdicts if (one.by, one.version) == (permit.by, permit.version)}
        if not theirs & ALLOWED_BY[permit.action]:
            raise AskHuman(f"There is no verdict of {permit.by} that decides this; nothing was sent.")
        if User(name=permit.by, role="reviewer") not in self.database.users.values():
            raise AskHuman(f"{permit.by} is no reviewer any more; nothing was sent.")


@dataclass
class FakeStagings:
    database: FakeDatabase

    async def add(self, dispute_id, hashes, *, fence):
        self.database.reach()
        self.database.check(dispute_id, fence)
        known = self.database.stagings.setdefault(dispute_id, {})
        for name, sha in hashes.items():
            known[name] = known.get(name, frozenset()) | {sha}

    async def of(self, dispute_id):
        self.database.reach()
        return dict(self.database.stagings.get(dispute_id, {}))


@dataclass
class FakeThreadKeys:
    database: FakeDatabase

    async def read(self):
        self.database.reach()
        self.database.thread_key = self.database.thread_key or secrets.token_bytes(32)
        return self.database.thread_key


@dataclass
class FakeAutomation:
    database: FakeDatabase

    async def read(self, account=None):
        self.database.reach()
        submitted = [one for one in self.database.filings.values() if one.automatic and one.action == "submit"]
        filed = sum(one.account == (account or "") for one in submitted)
        switches = [self.database.switches[name] for name in (account or "", "") if name in self.database.switches]
        chosen = next((one for one in switches if one.stopped), next(iter(switches), AutomationSwitch()))
        return chosen.model_copy(update={"filed_today": filed})

    async def set(self, switch: AutomationSwitch):
        self.database.reach()
        self.database.switches[switch.account] = switch.model_copy(update={"at": self.database.now()})


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
        if (plan := self.database.plans.get(dispute_id)) and plan.contacted_at is None:
            self.database.plans[dispute_id] = plan.model_copy(update={"contacted_at": self.database.now()})

    async def pending(self, dispute_id):
        self.database.reach()
        return next((row.verdict for row in self.database.waiting(dispute_id)), None)

    async def lapse(self, dispute_id, version, *, why):
        self.database.reach()
        named = [row for row in self.database.waiting(dispute_id) if row.verdict.version == version]
        if steps := self.database.end(dispute_id, named, why):
            self.database.change(dispute_id, *steps, version=(self.database.version(dispute_id) or 0) + 1)


@dataclass
class FakeLedger:
    database: FakeDatabase

    async def add(self, entries):
        self.database.reach()
        for entry in entries:
            self.database.ledger.setdefault((entry.dispute_id, entry.kind), LedgerEntry.model_validate(entry))

    async def between(self, start, end):
        self.database.reach()
        ours = [entry for entry in self.database.ledger.values() if start <= entry.at < end]
        return sorted(ours, key=lambda entry: entry.at)


@dataclass
class FakeUsers:
    database: FakeDatabase

    async def by_token(self, token):
        self.database.reach()
        return self.database.users.get(digest(token))

    async def add(self, user: User, *, digest):
        self.database.reach()
        self.database.users[digest] = user

    async def is_reviewer(self, name):
        self.database.reach()
        return any(user.name == name and user.role == "reviewer" for user in self.database.users.values())

    async def configure(self, configured):
        self.database.reach()
        for gone in self.database.configured - set(configured):
            self.database.users.pop(gone, None)
        self.database.configured = set(configured)
        self.database.users.update(configured)


@dataclass
class FakeWatermarks:
    database: FakeDatabase

    async def read(self, name):
        self.database.reach()
        return self.database.watermarks.get(name)

    async def starting(self, start):
        self.database.reach()
        found = self.database.watermarks.items()
        return {name.removeprefix(start): at for name, at in found if name.startswith(start)}

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
        "unrecognised_events": FakeUnrecognisedEvents(database),
        "leases": FakeLeases(database),
        "cases": FakeCases(database),
        "plans": FakePlans(database),
        "last_chances": FakeLastChances(database),
        "cards": FakeCards(database),
        "filings": FakeFilings(database),
        "permits": FakePermits(database),
        "stagings": FakeStagings(database),
        "automation": FakeAutomation(database),
        "verdicts": FakeVerdicts(database),
        "ledger": FakeLedger(database),
        "outbox": FakeOutbox(database),
        "users": FakeUsers(database),
        "watermarks": FakeWatermarks(database),
        "thread_keys": FakeThreadKeys(database),
        "template_signatures": FakeTemplateSignatures(database),
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
