"""The systems around Rebut, in one local server: a help desk, a carrier, and whoever receives cases and notes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from evals import http_server
from evals.http_server import LocalServer

_AT = "2026-08-20T07:00:00+00:00"


@dataclass
class Letterbox:
    """One thing that was delivered: to which path, and what."""

    path: str
    body: Any


@dataclass
class Outside(LocalServer):
    """Answers as Gorgias and EasyPost do, with the texts planted by customer and parcel; keeps what it is handed."""

    tickets: dict[str, dict[str, str]] = field(default_factory=dict)
    parcels: dict[str, dict[str, str]] = field(default_factory=dict)
    received: list[Letterbox] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer as the help desk or the carrier, and keep what is posted."""
        body = await http_server.body(head, reader)
        method, target, _ = head.splitlines()[0].split()
        parts = urlsplit(target)
        if method == "POST":
            self.received.append(Letterbox(parts.path, json.loads(body or b"{}")))
            told: object = {}
        else:
            told = self._told(unquote(parts.path), {name: said[0] for name, said in parse_qs(parts.query).items()})
        await http_server.tell(writer, told)

    def _told(self, path: str, query: dict[str, str]) -> object:
        match path.rpartition("/")[2]:
            case "customers":
                return _listed([{"id": query["email"], "email": query["email"]}])
            case "tickets":
                return _listed([{"id": query["customer_id"], "customer": {"id": query["customer_id"]}}])
            case "messages":
                return _listed(_messages(query["ticket_id"], self.tickets.get(query["ticket_id"], {})))
            case "trackers":
                return {"trackers": _trackers(query["tracking_code"], self.parcels.get(query["tracking_code"]))}
        return {}


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """Serve on a free port of localhost."""
    server = Outside()
    async with http_server.talking(server):
        yield server


def _listed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": rows, "object": "list", "meta": {"prev_cursor": None, "next_cursor": None}}


def _messages(ticket: str, said: dict[str, str]) -> list[dict[str, Any]]:
    rows = [("ticket", False), ("reply", True)]
    return [
        {
            "id": number,
            "ticket_id": ticket,
            "public": True,
            "from_agent": ours,
            "stripped_text": said[door],
            "body_text": said[door],
            "created_datetime": _AT,
            "sent_datetime": _AT,
        }
        for number, (door, ours) in enumerate(rows, start=1)
        if door in said
    ]


def _trackers(code: str, said: dict[str, str] | None) -> list[dict[str, Any]]:
    if said is None:
        return []
    place = {"city": "Millbrook", "state": "NY", "zip": "12545", "country": "US"}
    steps = [{"status": "unknown", "message": said.get("parcel"), "datetime": _AT, "tracking_location": place}]
    signed = said.get("signed")
    return [
        {"tracking_code": code, "carrier": "UPS", "status": "in_transit", "signed_by": signed}
        | {"tracking_details": steps}
    ]
