"""Stand-ins for the ports, kept in memory and true to what the protocols promise."""

import base64
import hashlib
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from disputes.case import Case, Verdict
from disputes.docket import AT_REST, Bell, Brakes, Entry, Filing, Line, Message, Page, Person
from disputes.errors import AskHuman, Invalid, LostLease, Stale

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REDRAFTABLE = {"waiting", "rejected", "recorded", "parked"}


def noon():
    return NOON


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class Rung:
    """A bell in the docket."""

    bell: Bell
    received_at: datetime
    handled: bool


@dataclass
class Decided:
    """A verdict in the docket."""

    verdict: Verdict
    applied: bool = False


@dataclass
class Posted:
    """A message in the outbox."""

    message: Message
    due: datetime | None
    error: str = ""


@dataclass
class FakeDocket:
    now: Callable[[], datetime] = noon
    rung: dict[str, Rung] = field(default_factory=dict)
    cases: dict[str, Entry] = field(default_factory=dict)
    filing_rows: dict[tuple[str, str, str], Filing] = field(default_factory=dict)
    decisions: dict[str, list[Decided]] = field(default_factory=dict)
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    outbox: dict[str, Posted] = field(default_factory=dict)
    braked: Brakes = field(default_factory=Brakes)
    watermarks: dict[str, datetime] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    down: Exception | None = None

    def _reach(self):
        if self.down is not None:
            raise self.down

    def _check(self, dispute_id, fence):
        if fence is not None and self.fences.get(dispute_id, 0) != fence:
            raise LostLease("Another worker holds this dispute now.")

    async def hear(self, bell: Bell):
        self._reach()
        if bell.id in self.rung:
            return False
        self.rung[bell.id] = Rung(bell, self.now(), handled=bool(bell.refused))
        return True

    async def unheard(self, *, before, limit=100):
        self._reach()
        late = [one for one in self.rung.values() if not one.handled and one.received_at < before]
        return [one.bell for one in sorted(late, key=lambda one: (one.received_at, one.bell.id))][:limit]

    async def owed(self, *, before, limit=100):
        late = {bell.dispute_id: bell.account for bell in await self.unheard(before=before, limit=limit)}
        for dispute_id, made in self.decisions.items():
            if any(self._pending(dispute_id, one) and one.verdict.at and one.verdict.at < before for one in made):
                late.setdefault(dispute_id, None)
        return list(late.items())[:limit]

    async def asked(self, dispute_id):
        self._reach()
        rung = any(one.bell.dispute_id == dispute_id and not one.handled for one in self.rung.values())
        return rung or any(self._pending(dispute_id, one) for one in self.decisions.get(dispute_id, ()))

    def _pending(self, dispute_id, decision):
        entry = self.cases.get(dispute_id)
        resting = entry is not None and entry.state == "parked" and decision.verdict.version < entry.version
        return not decision.applied and not resting

    async def heard(self, dispute_id, *, before):
        self._reach()
        for one in self.rung.values():
            if one.bell.dispute_id == dispute_id and one.received_at <= before:
                one.handled = True

    @asynccontextmanager
    async def lease(self, dispute_id):
        self._reach()
        if dispute_id in self.held:
            yield None
            return
        self.held.add(dispute_id)
        self.fences[dispute_id] = self.fences.get(dispute_id, 0) + 1
        try:
            yield self.fences[dispute_id]
        finally:
            self.held.discard(dispute_id)

    async def entry(self, dispute_id):
        self._reach()
        return self.cases.get(dispute_id)

    async def entries(self, *, status=None, queue=None, reason=None, cursor=None, limit=50):
        self._reach()
        after = _place(cursor) if cursor else None
        ordered = sorted(self.cases.values(), key=_where, reverse=True)
        matching = [entry for entry in ordered if _matches(entry, status, queue, reason)]
        rest = [entry for entry in matching if after is None or _where(entry) < after]
        shown = tuple(map(_light, rest[:limit]))
        return Page(entries=shown, cursor=_cursor(shown[-1]) if len(rest) > limit else None)

    async def about(self, person):
        named = (f'"{person}"', f"stripe:customer/{person}:")
        return [one for one, entry in self.cases.items() if any(name in entry.model_dump_json() for name in named)]

    async def erase(self, entry: Entry, *, fence):
        await self.keep(entry, fence=fence)

    async def keep(self, entry: Entry, *, fence=None):
        self._reach()
        self._check(entry.dispute_id, fence)
        old = self.cases.get(entry.dispute_id)
        first = [one.received_at for one in self.rung.values() if one.bell.dispute_id == entry.dispute_id]
        since = old.rested_at if old and old.state in AT_REST else self.now()
        changes = {
            "version": (old.version if old else 0) + 1,
            "received_at": old.received_at if old else min(first, default=entry.received_at),
            "rested_at": since if entry.state in AT_REST else None,
        }
        self.cases[entry.dispute_id] = Entry.model_validate_json(entry.model_copy(update=changes).model_dump_json())
        return changes["version"]

    async def watermark(self, name):
        self._reach()
        return self.watermarks.get(name)

    async def reach(self, name, at):
        self._reach()
        self.watermarks[name] = max(at, self.watermarks.get(name, at))

    async def brakes(self):
        self._reach()
        filed = sum(one.automatic and one.action == "submit" for one in self.filing_rows.values())
        return self.braked.model_copy(update={"filed_today": filed})

    async def brake(self, wanted: Brakes):
        self._reach()
        self.braked = wanted.model_copy(update={"at": self.now()})

    async def intend(self, filing: Filing, *, fence=None, cap=None):
        self._reach()
        one = (filing.dispute_id, filing.stage, filing.action)
        if filing.automatic and one not in self.filing_rows:
            brakes = await self.brakes()
            if brakes.stopped or (filing.action == "submit" and cap is not None and brakes.filed_today >= cap):
                raise AskHuman("Automatic filing is held back; nothing was sent.")
        self._check(filing.dispute_id, fence)
        return self.filing_rows.setdefault(one, filing)

    async def filed(self, filing: Filing):
        self._reach()
        one = (filing.dispute_id, filing.stage, filing.action)
        known = self.filing_rows.setdefault(one, filing)
        self.filing_rows[one] = known.model_copy(
            update={"key": filing.key, "state": filing.state, "detail": filing.detail}
        )

    async def filings(self, dispute_id):
        self._reach()
        return [filing for filing in self.filing_rows.values() if filing.dispute_id == dispute_id]

    async def decide(self, dispute_id, verdict: Verdict):
        self._reach()
        entry = self.cases.get(dispute_id)
        if entry is None:
            raise Invalid("There is no such case.")
        states = REDRAFTABLE if verdict.decision == "redraft" else {"waiting"}
        if entry.version != verdict.version or entry.state not in states:
            raise Stale("The case moved on.")
        made = self.decisions.setdefault(dispute_id, [])
        if any(not one.applied or one.verdict.version == verdict.version for one in made):
            raise Stale("Somebody decided this case already.")
        made.append(Decided(verdict))

    async def verdict(self, dispute_id):
        self._reach()
        return next((one.verdict for one in self.decisions.get(dispute_id, []) if not one.applied), None)

    async def applied(self, dispute_id, version):
        self._reach()
        for one in self.decisions.get(dispute_id, []):
            one.applied = one.applied or one.verdict.version == version

    async def book(self, lines):
        self._reach()
        for line in lines:
            self.lines.setdefault((line.dispute_id, line.kind), Line.model_validate(line))

    async def post(self, message: Message):
        self._reach()
        if message.key in self.outbox:
            return False
        self.outbox[message.key] = Posted(message, self.now())
        return True

    async def due(self, now, *, limit=20):
        self._reach()
        waiting = [one for one in self.outbox.values() if one.due is not None and one.due <= now]
        return [one.message for one in sorted(waiting, key=lambda one: (one.due, one.message.key))][:limit]

    async def sent(self, key):
        self._reach()
        self.outbox[key].due, self.outbox[key].error = None, ""

    async def unsent(self, key, *, error, again):
        self._reach()
        one = self.outbox[key]
        tried = one.message.model_copy(update={"attempts": one.message.attempts + 1})
        self.outbox[key] = Posted(tried, again, error)

    async def person(self, token):
        self._reach()
        return self.people.get(digest(token))

    async def admit(self, person: Person, *, digest):
        self._reach()
        self.people[digest] = person


@dataclass
class FakeQueue:
    rung: list[tuple[str, str | None]] = field(default_factory=list)
    down: Exception | None = None

    async def ring(self, dispute_id, *, account=None):
        if self.down is not None:
            raise self.down
        self.rung.append((dispute_id, account))

    def toll(self, dispute_id, *, account=None):
        if self.down is None:
            self.rung.append((dispute_id, account))


def _where(entry):
    return entry.received_at, entry.dispute_id


def _light(entry):
    case = entry.case
    kept = case and Case(dispute=case.dispute, assessment=case.assessment, route=case.route)
    return entry.model_copy(update={"case": kept})


def _cursor(entry):
    return base64.urlsafe_b64encode(json.dumps([entry.received_at.isoformat(), entry.dispute_id]).encode()).decode()


def _place(cursor):
    try:
        received_at, dispute_id = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(received_at), dispute_id
    except (ValueError, TypeError) as error:
        raise Invalid("The cursor is not one that this list gave.") from error


def _matches(entry, status, queue, reason):
    case = entry.case
    return (
        status in {None, entry.state, case and case.dispute.status}
        and queue in {None, case and case.route and case.route.queue}
        and reason in {None, case and case.dispute.reason}
    )
