"""The external systems in one local server: a help desk, a carrier, and the receiver of handoffs and notes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from evals import http_server
from evals.http_server import LocalServer

_TIME = "2026-08-20T07:00:00+00:00"


@dataclass
class SentMessage:
    """A message that Rebut sent: the path it was posted to, and its JSON body."""

    path: str
    body: Any


@dataclass
class ExternalSystems(LocalServer):
    """A server that answers as Gorgias and EasyPost do, with planted texts, and keeps what is posted to it.

    `tickets` holds the planted texts by the customer's e-mail address, `parcels` by tracking number.
    """

    tickets: dict[str, dict[str, str]] = field(default_factory=dict)
    parcels: dict[str, dict[str, str]] = field(default_factory=dict)
    received: list[SentMessage] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a GET as the help desk or the carrier, and keep the body of a POST."""
        body = await http_server.read_body(head, reader)
        method, target, _ = head.splitlines()[0].split()
        parts = urlsplit(target)
        if method == "POST":
            self.received.append(SentMessage(parts.path, json.loads(body or b"{}")))
            answer: object = {}
        else:
            answer = self._answer_query(
                unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
            )
        await http_server.send_json(writer, answer)

    def _answer_query(self, path: str, query: dict[str, str]) -> object:
        match path.rpartition("/")[2]:
            case "customers":
                return _as_list([{"id": query["email"], "email": query["email"]}])
            case "tickets":
                return _as_list([{"id": query["customer_id"], "customer": {"id": query["customer_id"]}}])
            case "messages":
                return _as_list(_messages(query["ticket_id"], self.tickets.get(query["ticket_id"], {})))
            case "trackers":
                return {"trackers": _trackers(query["tracking_code"], self.parcels.get(query["tracking_code"]))}
        return {}


@asynccontextmanager
async def serve_external_systems() -> AsyncIterator[ExternalSystems]:
    """Serve the external systems on a free port of localhost."""
    server = ExternalSystems()
    async with http_server.serving(server):
        yield server


def _as_list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": rows, "object": "list", "meta": {"prev_cursor": None, "next_cursor": None}}


def _messages(ticket: str, texts: dict[str, str]) -> list[dict[str, Any]]:
    rows = [("ticket", False), ("reply", True)]
    return [
        {
            "id": number,
            "ticket_id": ticket,
            "public": True,
            "from_agent": by_agent,
            "stripped_text": texts[channel],
            "body_text": texts[channel],
            "created_datetime": _TIME,
            "sent_datetime": _TIME,
        }
        for number, (channel, by_agent) in enumerate(rows, start=1)
        if channel in texts
    ]


def _trackers(code: str, texts: dict[str, str] | None) -> list[dict[str, Any]]:
    if texts is None:
        return []
    place = {"city": "Millbrook", "state": "NY", "zip": "12545", "country": "US"}
    steps = [{"status": "unknown", "message": texts.get("parcel"), "datetime": _TIME, "tracking_location": place}]
    signed = texts.get("signed")
    return [
        {"tracking_code": code, "carrier": "UPS", "status": "in_transit", "signed_by": signed}
        | {"tracking_details": steps}
    ]
