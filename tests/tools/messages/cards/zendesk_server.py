"""A help desk of Zendesk's: tickets, safe updates, idempotency keys."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.tools.messages.cards.server import SeenCard, ToolServer, ok
from tests.tools.sources.vendor_server import ReceivedCall, Reply

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class ZendeskServer(ToolServer):
    name: str = "zendesk"
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)
    keys: dict[str, tuple[str, int]] = field(default_factory=dict)
    stamps: int = 0
    before_update: Callable[[dict[str, Any]], object] = lambda ticket: ticket

    def answer(self, call: ReceivedCall) -> Reply:
        if call.path == "/tickets.json":
            return self._create(call) if call.method == "POST" else self._list(call)
        number = int(re.fullmatch(r"/tickets/(\d+)\.json", call.path)[1])  # type: ignore[index]
        if number not in self.tickets:
            return self.recorded("not_found")
        return (
            self._update(number, dict(call.json["ticket"]))
            if call.method == "PUT"
            else ok({"ticket": self.tickets[number]})
        )

    def creates(self, call: ReceivedCall) -> bool:
        return call.method == "POST"

    def seen(self) -> list[SeenCard]:
        return [
            SeenCard(
                one["external_id"],
                one["subject"],
                self.notes[number][-1],
                one["status"] in {"solved", "closed"},
                one["priority"] == "urgent",
            )
            for number, one in self.tickets.items()
        ]

    def delete(self) -> None:
        self.tickets.clear()

    def _list(self, call: ReceivedCall) -> Reply:
        found = [one for one in self.tickets.values() if one["external_id"] == call.query["external_id"]]
        return ok({**self.shape("list"), "tickets": found, "count": len(found)})

    def _create(self, call: ReceivedCall) -> Reply:
        body, key = json.dumps(call.json), call.headers["idempotency-key"]
        if key in self.keys:
            before, number = self.keys[key]
            return ok({"ticket": self.tickets[number]}, 201) if before == body else self.recorded("key_mismatch")
        number = 35_000 + len(self.notes)
        self.keys[key] = (body, number)
        self.tickets[number] = {**self.shape("ticket"), "id": number}
        self.notes[number] = []
        self._write(number, dict(call.json["ticket"]))
        return ok({"ticket": self.tickets[number], "audit": self.shape("audit")}, 201)

    def _update(self, number: int, changes: dict[str, Any]) -> Reply:
        ticket = self.tickets[number]
        self.before_update(ticket)
        if ticket["status"] == "closed":
            return self.recorded("closed")
        if changes.pop("safe_update", False) and changes.pop("updated_stamp") != ticket["updated_at"]:
            return self.recorded("conflict")
        assigned = ticket["assignee_id"] or changes.get("assignee_email")
        if changes.get("status") == "solved" and not assigned:
            return self.recorded("refused")
        self._write(number, changes)
        return ok({"ticket": ticket, "audit": self.shape("audit")})

    def _write(self, number: int, changes: dict[str, Any]) -> None:
        ticket, self.stamps = self.tickets[number], self.stamps + 1
        if note := changes.pop("comment", None):
            assert note["public"] is False
            self.notes[number].append(note["body"])
        if changes.pop("assignee_email", None):
            ticket["assignee_id"] = 20978392
        assert set(changes) <= set(ticket)
        ticket |= changes
        ticket["updated_at"] = f"{START + timedelta(seconds=self.stamps):%Y-%m-%dT%H:%M:%SZ}"
