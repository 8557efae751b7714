"""A stand-in for the repository of messages, kept in memory."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from disputes.messages import digest
from disputes.repositories.outbox import HOLD, LEASE, Backlog, DueMessage, OutboxMessage, ParkedMessage

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class OutboxRow:
    """One message; `due` is None once it is sent, parked or gathered."""

    message: OutboxMessage
    due: datetime | None
    error: str = ""
    created: datetime = NOON
    parked: datetime | None = None
    gathered: str = ""

    @property
    def undelivered(self):
        return self.due is not None or self.parked is not None or self.gathered != ""

    def ready(self, now):
        one = self.message
        held = one.kind == "note" and not one.urgent and not one.attempts and one.target
        return self.due is not None and self.due <= (now - HOLD if held else now)


def replaced(known: OutboxRow, message: OutboxMessage, now: datetime):
    """The row of a card that replaces another: one that waits or is being sent keeps its time."""
    due = now if known.due is None else max(known.due, now)
    newer = message.model_copy(update={"revision": known.message.revision + 1})
    return OutboxRow(newer, due, created=now)


@dataclass
class FakeOutbox:
    database: Any

    async def put(self, message: OutboxMessage):
        self.database.reach()
        return self.database.put(message)

    async def due(self, now, *, limit=20):
        self.database.reach()
        waiting = [row for row in self.rows if row.due is not None and row.due <= now]
        return [row.message for row in sorted(waiting, key=lambda row: (row.due, row.message.key))][:limit]

    async def gather(self, now):
        self.database.reach()
        may = [row for row in self.rows if row.due is not None and row.due <= now and _gatherable(row.message)]
        count = 0
        for _, group in groupby(sorted(may, key=_kind), key=lambda row: _kind(row)[:2]):
            rows = list(group)
            if len(rows) > digest.MOST and any(row.ready(now) for row in rows):
                count += self._replace(rows)
        return count

    async def claim(self, now, *, each=25, limit=200):
        self.database.reach()
        ready = [row for row in self.rows if row.ready(now)]
        placed = []
        for _, group in groupby(sorted(ready, key=_line), key=lambda row: _line(row)[:2]):
            placed += [(place, row) for place, row in enumerate(group) if place < each]
        fair = sorted(placed, key=lambda one: (one[0], one[1].due, one[1].message.key))[:limit]
        taken = [DueMessage(**row.message.model_dump(), created_at=row.created) for _, row in fair]
        for _, row in fair:
            row.due = now + LEASE
        return taken

    async def backlog(self):
        self.database.reach()
        waiting = sorted((row.message.target, row.created) for row in self.rows if row.due is not None)
        found = []
        for target, group in groupby(waiting, key=lambda one: one[0]):
            since = [created for _, created in group]
            found.append(Backlog(target=target, count=len(since), since=since[0]))
        return sorted(found, key=lambda one: one.since)

    async def withdraw(self, prefix, *, but=""):
        self.database.reach()
        return self.database.withdraw(prefix, but)

    async def mark_sent(self, key, *, revision=0):
        self.database.reach()
        row = self.database.outbox.get(key)
        if row is not None:
            row.due, row.error = None if row.message.revision == revision else self.database.now(), ""

    async def mark_failed(self, key, *, error, retry_at):
        self.database.reach()
        row = self.database.outbox.get(key)
        if row is not None:
            row.message = row.message.model_copy(update={"attempts": row.message.attempts + 1})
            row.due, row.error, row.parked = retry_at, error, None if retry_at else self.database.now()

    async def parked(self):
        self.database.reach()
        return [
            ParkedMessage(message=row.message, created_at=row.created, parked_at=row.parked, error=row.error)
            for row in sorted(self.rows, key=lambda row: (row.parked or NOON, row.message.key))
            if row.parked
        ]

    async def unpark(self, key):
        self.database.reach()
        row, now = self.database.outbox.get(key), self.database.now()
        if row is None or row.parked is None:
            return False
        row.message = row.message.model_copy(update={"attempts": 0})
        row.due, row.parked, row.created = now - HOLD, None, now
        return True

    @property
    def rows(self):
        return list(self.database.outbox.values())

    def _replace(self, rows):
        one = digest.build([row.message for row in rows])
        self.database.put(one)
        for row in rows:
            row.due, row.gathered = None, one.key
        return len(rows)


def _gatherable(message):
    known = message.event in digest.GATHERED and not message.key.startswith(digest.KEY)
    return message.kind == "note" and message.target != "" and known


def _kind(row):
    return row.message.target, row.message.event, row.created, row.message.key


def _line(row):
    return row.message.kind, row.message.target, row.due, row.message.key
