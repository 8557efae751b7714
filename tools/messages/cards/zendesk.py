"""Cards as tickets of Zendesk Support, each found by its `external_id`."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from disputes.errors import TryAgain
from disputes.messages.card import Card
from disputes.model import Value
from disputes.ports.clock import Clock
from tools.messages.cards import text
from tools.messages.cards.calls import JsonObject, Tool, ToolApi, ToolCall, open_api
from tools.messages.cards.options import QUEUES, CardOffer
from tools.sources.options import Option

OFFER = CardOffer(
    name="zendesk",
    title="Zendesk",
    adds="a ticket of type task for each case",
    reference=(
        "https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/",
        "https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency",
    ),
    options={
        "subdomain": Option(
            about="the first part of your Zendesk address: `acme` of acme.zendesk.com",
            pattern="[a-z0-9][a-z0-9-]{0,62}",
        ),
        "email": Option(about="the e-mail address of the agent the token acts as", pattern=r"[^@\s:]+@[^@\s:]+"),
        "token": Option(about="an API token", secret=True),
        "group": Option(about="the id of the group that gets the tickets, a number", pattern="[0-9]+", default=""),
        "queues": QUEUES,
    },
)
TAG = "rebut"
WORDS = "details.*[][].description | [0] || description || error.message || error"


class Ticket(Value):
    """What is read of a ticket."""

    id: int
    status: str
    updated_at: str
    external_id: str | None = None
    tags: tuple[str, ...] = ()
    assignee_id: int | None = None

    @property
    def live(self) -> bool:
        """Whether it can be written to: a closed ticket stays as it is for good."""
        return self.status not in {"closed", "deleted"}


class _OneTicket(Value):
    ticket: Ticket


class _Tickets(Value):
    tickets: tuple[Ticket, ...]


class ZendeskBoard:
    """Keeps each card as one ticket of type task; what changed is added as an internal note, never sent to anybody.

    A ticket that Zendesk closed for good cannot be reopened: an open card then gets a new one, with the same key.
    `email` is the agent that is named where a ticket without an assignee is solved; `group` an id, or empty.
    """

    def __init__(self, api: ToolApi, *, email: str, group: str = "") -> None:
        self._api, self._email, self._group = api, email, group

    async def write(self, card: Card, *, known: str | None) -> str:
        """Write a card as `CardBoard` promises."""
        ticket = await self._find(card, known)
        if ticket and ticket.live:
            return await self._update(ticket, card)
        if card.state == "open":
            return await self._create(card, after=str(ticket.id) if ticket else known or "")
        return str(ticket.id) if ticket else ""

    async def _find(self, card: Card, known: str | None) -> Ticket | None:
        ticket = await self._read(known) if known and known.isascii() and known.isdigit() else None
        if ticket and ticket.live:
            return ticket
        found = await self._search(card)
        return max([*found, *([ticket] if ticket else [])], key=lambda one: (one.live, one.id), default=None)

    async def _read(self, ticket_id: str) -> Ticket | None:
        found = await self._api.find(ToolCall("GET", f"/tickets/{ticket_id}.json"), _OneTicket)
        return found.ticket if found and found.ticket.status != "deleted" else None

    async def _search(self, card: Card) -> list[Ticket]:
        answer = await self._api.ask(ToolCall("GET", "/tickets.json", query={"external_id": card.key}), _Tickets)
        return [one for one in answer.tickets if one.external_id == card.key and one.status != "deleted"]

    async def _create(self, card: Card, *, after: str) -> str:
        ticket = {
            "external_id": card.key,
            **_fields(card),
            "tags": _tags(card),
            "comment": {"body": text.describe(card), "public": False},
            **({"group_id": int(self._group)} if self._group else {}),
        }
        # Zendesk remembers a key for two hours: another one stands for the ticket after a deleted or closed one.
        key = hashlib.sha256(f"{card.key} after {after}".encode()).hexdigest()
        call = ToolCall("POST", "/tickets.json", body={"ticket": ticket}, headers={"Idempotency-Key": key})
        reply = await self._api.send(call)
        if reply.status == httpx.codes.BAD_REQUEST and reply.body.get("error") == "IdempotentRequestError":
            # An earlier call under this key wrote the card as it was then: the next try finds that ticket.
            raise TryAgain("Zendesk is still creating the ticket of an earlier try; the card is written again.")
        if not reply.accepted:
            raise self._api.refusal(reply)
        return str(self._api.parse(_OneTicket, reply.body).ticket.id)

    async def _update(self, ticket: Ticket, card: Card) -> str:
        # With its stamp an agent's change of this very moment is a conflict, and none of their tags is lost.
        fields = {**_fields(card), "safe_update": True, "updated_stamp": ticket.updated_at}
        fields |= self._status(ticket, card)
        tags = _tags(card)
        fields["tags"] = sorted({*(tag for tag in ticket.tags if not _is_own(tag)), *tags})
        if tags[-1] not in ticket.tags:
            fields["comment"] = {"body": text.describe(card), "public": False}
        await self._api.ask(ToolCall("PUT", f"/tickets/{ticket.id}.json", body={"ticket": fields}), _OneTicket)
        return str(ticket.id)

    def _status(self, ticket: Ticket, card: Card) -> JsonObject:
        """Return the change of status: people's own `pending` or `hold` stays while the card is open."""
        if card.state == "open":
            return {"status": "open"} if ticket.status == "solved" else {}
        if ticket.status == "solved":
            return {}
        return {"status": "solved", **({} if ticket.assignee_id else {"assignee_email": self._email})}


def _fields(card: Card) -> JsonObject:
    return {
        "subject": text.title(card),
        "type": "task",
        "priority": "urgent" if card.urgent else "normal",
        "due_at": f"{card.due_by:%Y-%m-%dT%H:%M:%SZ}" if card.due_by else None,
    }


def _tags(card: Card) -> list[str]:
    """Return our tags; the last tells which text the ticket holds, so that no note is added twice."""
    queue = re.sub(r"[^a-z0-9_-]+", "_", card.queue.lower())[:60]
    digest = hashlib.sha256(text.describe(card).encode()).hexdigest()[:12]
    return [TAG, f"{TAG}_queue_{queue}", f"{TAG}_text_{digest}"]


def _is_own(tag: str) -> bool:
    return tag == TAG or tag.startswith((f"{TAG}_queue_", f"{TAG}_text_"))


@asynccontextmanager
async def open_board(
    options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
) -> AsyncIterator[ZendeskBoard]:
    """Yield the board of an account; `base` is another address than Zendesk's."""
    del now
    tool = Tool(
        title=OFFER.title,
        credentials=f"{OFFER.setting('email')} and {OFFER.setting('token')}",
        rights="a token of an agent who may edit all tickets, while access by token is switched on",
        place=f"{OFFER.setting('subdomain')} and {OFFER.setting('group')}",
        words=WORDS,
        secrets=(options["token"],),
    )
    address = base or f"https://{options['subdomain']}.zendesk.com/api/v2"
    login = httpx.BasicAuth(f"{options['email']}/token", options["token"])
    async with open_api(tool, address, auth=login, seconds=seconds) as api:
        yield ZendeskBoard(api, email=options["email"], group=options["group"])
