"""The stand-ins of the repositories, made quick for thousands of disputes: what is over is put aside."""

import asyncio
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from benchmarks.deadlines.shelf import Shelf
from disputes.errors import AskHuman
from disputes.lifecycle.plan import Plan, Timer
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import CaseRecord
from disputes.repositories.filings import Filing
from disputes.repositories.outbox import OutboxMessage
from disputes.repositories.permits import Permit
from disputes.repositories.plans import DueTimers
from tests.fake_deadlines import FakePlans
from tests.fake_outbox import FakeOutbox, OutboxRow
from tests.fakes import (
    FakeAutomation,
    FakeCases,
    FakeDatabase,
    FakeEvents,
    FakeFilings,
    FakePermits,
    FakeRepositories,
    VerdictRow,
    fake_repositories,
    noon,
)


@dataclass
class Fired:
    """One timer that fired: its dispute, round and name, when it was due, since when it could have, and when it did."""

    dispute_id: str
    round: str
    name: str
    at: datetime
    written: datetime
    fired: datetime
    dropped: bool = False


@dataclass
class MemoryPlans(FakePlans):
    """Plans that note each timer that fires, and each that was due and is dropped unfired."""

    log: list[Fired] = field(default_factory=list)
    written: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    async def write(self, plan: Plan, *, fence: int) -> None:
        """Write, and note when a timer got its time."""
        before = self.database.timers.of(plan.dispute_id, plan.round)
        await super().write(plan, fence=fence)
        for name, timer in self.database.timers.of(plan.dispute_id, plan.round).items():
            if name not in before or before[name].at != timer.at:
                self.written[plan.dispute_id, plan.round, name] = self.database.true()

    async def due(self, now: datetime, *, limit: int = 100) -> list[DueTimers]:
        """Return the due ones, and let another worker look as well before one of them is fired."""
        found: list[DueTimers] = await super().due(now, limit=limit)  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)
        return found

    async def fire(self, due: DueTimers, **more: object) -> bool:
        """Fire, and note it."""
        timers = self.database.timers.of(due.dispute_id, due.round)
        if not await super().fire(due, **more):
            return False
        for name in due.names:
            self.note(due.dispute_id, due.round, name, timers[name].at)
        return True

    def note(self, dispute_id: str, round_: str, name: str, at: datetime, *, dropped: bool = False) -> None:
        """Note a timer that fired or was dropped."""
        now = self.database.true()
        written = self.written.get((dispute_id, round_, name), at)
        self.log.append(Fired(dispute_id, round_, name, at, written, now, dropped))


@dataclass
class MemoryDatabase(FakeDatabase):
    """The rows, and by the true time what was put, withdrawn and which state each case was in.

    `dropped` hears of each timer that a decision or a new round ends unfired though it was due. `gathered` names the
    digest that tells of a message; its row does so no longer once a decision takes it back.
    """

    true: Callable[[], datetime] = noon
    told: dict[str, tuple[datetime, OutboxMessage]] = field(default_factory=dict)
    taken_back: dict[str, datetime] = field(default_factory=dict)
    gathered: dict[str, str] = field(default_factory=dict)
    states: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    dropped: Callable[[str, str, str, datetime], None] | None = None
    keys_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    over: set[str] = field(default_factory=set)

    def put(self, message: OutboxMessage) -> bool:
        """Put a message, and note when."""
        new = bool(super().put(message))  # type: ignore[no-untyped-call]
        if new:
            self.keys_of[message.key.partition(":")[0]].append(message.key)
            self.told[message.key] = (self.true(), message)
            self.taken_back.pop(message.key, None)
        return new

    def withdraw(self, prefix: str, but: str = "") -> int:
        """Take messages back, and note which."""
        before = self.keys(prefix)
        count = int(super().withdraw(prefix, but))  # type: ignore[no-untyped-call]
        self.taken_back |= {key: self.true() for key in before if key not in self.outbox}
        return count

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin so, without looking at those of other disputes."""
        known = dict.fromkeys(self.keys_of[prefix.partition(":")[0]])
        return [key for key in known if key.startswith(prefix) and key in self.outbox]

    def end_timer(self, dispute_id: str, round_: str, timer: Timer) -> None:
        """End a timer, and tell of one that was due."""
        if self.dropped and timer.at <= self.now():
            self.dropped(dispute_id, round_, timer.name, timer.at)
        super().end_timer(dispute_id, round_, timer)  # type: ignore[no-untyped-call]

    def past_due(self) -> list[str]:
        """Return the cases recorded as past due whose deadline has not come by the true time either."""
        self.over = {one for one in self.over if self._is_ahead(self.cases[one])}
        return sorted(self.over)

    def tidy(self) -> None:
        """Put aside what is over: handled events, applied verdicts, and messages that are not to be sent any more."""
        self.events.put_aside([k for k, row in self.events.items() if row.handled])  # type: ignore[attr-defined]
        sent = [key for key, row in self.outbox.items() if row.due is None]
        self.outbox.put_aside(sent)  # type: ignore[attr-defined]
        applied = [key for key, rows in self.verdicts.items() if all(row.applied for row in rows)]
        self.verdicts.put_aside(applied)  # type: ignore[attr-defined]

    def _is_ahead(self, record: CaseRecord) -> bool:
        due = record.case.dispute.due_by if record.case else None
        return due is not None and due > self.true()


@dataclass
class MemoryFilings(FakeFilings):
    """Filings found by their keys, with automatic ones counted by UTC day."""

    days: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def intend(self, filing: Filing, **more: object) -> Filing:
        """Note the filing, and count it for its day when it is automatic and new."""
        key = (filing.dispute_id, filing.stage, filing.action)
        counted = key in self.database.filings and self.database.filings[key].automatic
        intended: Filing = await super().intend(filing, **more)
        if intended.automatic and intended.action == "submit" and not counted:
            self.days[intended.account, f"{self.database.now():%Y-%m-%d}"] += 1
        return intended

    async def of(self, dispute_id: str) -> list[Filing]:
        """Return the filings of one dispute."""
        self.database.reach()  # type: ignore[no-untyped-call]
        stages, actions = ("inquiry", "chargeback", "compliance", "appeal"), ("submit", "close", "smart_disputes")
        keys = [(dispute_id, stage, action) for stage in stages for action in actions]
        return [self.database.filings[key] for key in keys if key in self.database.filings]

    async def _check_automation(self, filing: Filing, cap: int | None) -> None:
        """Hold no day's filings back for those of other days; the router looks at the cap by itself."""


@dataclass
class MemoryAutomation(FakeAutomation):
    """The switch, with the count of the day."""

    filings: MemoryFilings | None = None

    async def read(self, account: str | None = None) -> AutomationSwitch:
        """Return the switch: nobody stops it here."""
        today = f"{self.database.now():%Y-%m-%d}"
        filed = self.filings.days[account or "", today] if self.filings else 0
        return AutomationSwitch(filed_today=filed)


@dataclass
class MemoryCases(FakeCases):
    """Cases that note which state they are in since when, and are kept in the order in which they came."""

    database: MemoryDatabase
    places: list[tuple[datetime, str]] = field(default_factory=list)

    def _write(self, record: CaseRecord, *, version: int) -> int:
        """Write a case, and note its state and place."""
        new, states = record.dispute_id not in self.database.cases, self.database.states[record.dispute_id]
        if not states or states[-1][1] != record.state:
            states.append((self.database.true(), record.state))
        written = int(super()._write(record, version=version))  # type: ignore[no-untyped-call]
        if new:
            insort(self.places, (self.database.cases[record.dispute_id].received_at, record.dispute_id))
        if record.outcome == "past_due":
            self.database.over.add(record.dispute_id)
        return written

    def _newest(self, before: tuple[datetime, str] | None) -> Iterator[CaseRecord]:
        """Return cases, the newest first, without sorting them for each page."""
        end = bisect_left(self.places, before) if before else len(self.places)
        return (self.database.cases[dispute_id] for _, dispute_id in reversed(self.places[:end]))


class MemoryEvents(FakeEvents):
    """Events whose accounts are those with a policy, which the sync knows anyway."""

    async def accounts(self) -> tuple[str, ...]:
        """Return none."""
        return ()

    def applies(self, dispute_id: str, row: VerdictRow) -> bool:
        """Return whether a stored verdict still waits for a run."""
        return bool(self._applies(dispute_id, row))  # type: ignore[no-untyped-call]


class MemoryPermits(FakePermits):
    """Permits that know a person's word for Smart Disputes too."""

    def _check_person(self, permit: Permit) -> None:
        """Check a person's verdict."""
        if permit.action != "smart_disputes":
            super()._check_person(permit)  # type: ignore[no-untyped-call]
            return
        rows = self.database.waiting(permit.dispute_id)  # type: ignore[no-untyped-call]
        said = {(row.verdict.by, row.verdict.version, row.verdict.decision) for row in rows}
        if (permit.by, permit.version, "smart_disputes") not in said:
            raise AskHuman(f"There is no verdict of {permit.by} that decides this; nothing was sent.")


class MemoryOutbox(FakeOutbox):
    """An outbox that lets another worker claim before this one sends, and notes which digest tells of a message."""

    async def claim(self, now: datetime, **more: int) -> list[Any]:
        """Claim, then let others run."""
        found: list[Any] = await super().claim(now, **more)  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)
        return found

    def _replace(self, rows: list[OutboxRow]) -> int:
        """Replace messages by a digest, and note it."""
        count = int(super()._replace(rows))  # type: ignore[no-untyped-call]
        self.database.gathered |= {row.message.key: row.gathered for row in rows}
        return count


def memory_repositories(
    now: Callable[[], datetime], true: Callable[[], datetime]
) -> tuple[MemoryDatabase, MemoryPlans, FakeRepositories]:
    """Return every repository over one database of shelves."""
    shelves: dict[str, Any] = {name: Shelf() for name in ("events", "outbox", "verdicts")}
    database = MemoryDatabase(now, true=true, **shelves)
    plans, filings = MemoryPlans(database), MemoryFilings(database)
    database.dropped = lambda *what: plans.note(*what, dropped=True)
    base = fake_repositories(now)
    for name in vars(base):
        if name != "database":
            getattr(base, name).database = database
    ours: dict[str, Any] = {
        "plans": plans,
        "filings": filings,
        "cases": MemoryCases(database),
        "events": MemoryEvents(database),
    }
    ours |= {"automation": MemoryAutomation(database, filings), "outbox": MemoryOutbox(database)}
    ours |= {"permits": MemoryPermits(database)}
    return database, plans, replace(base, database=database, **ours)
