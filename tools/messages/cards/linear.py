"""Cards as issues of a Linear team, each under an id that follows from its key."""

import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from disputes.errors import Refused, TryAgain
from disputes.messages.card import Card
from disputes.model import Value
from disputes.ports.clock import Clock
from tools.messages.cards import text
from tools.messages.cards.calls import JsonObject, Reply, Tool, ToolApi, ToolCall, open_api
from tools.messages.cards.options import QUEUES, CardOffer
from tools.sources.options import Option

OFFER = CardOffer(
    name="linear",
    title="Linear",
    adds="an issue for each case",
    reference=(
        "https://linear.app/developers/graphql",
        "https://linear.app/developers/rate-limiting",
        "https://github.com/linear/linear/blob/master/packages/sdk/src/schema.graphql",
    ),
    options={
        "token": Option(about="a personal API key or an OAuth token that may write issues", secret=True),
        "team": Option(about="the id of the team, a UUID", pattern="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        "queues": QUEUES,
    },
)
WORDS = "errors[0].extensions.userPresentableMessage || errors[0].message"
URGENT, MEDIUM = 1, 3  # priorities of Linear's; 0 is none
ENDED = ("completed", "canceled")  # types of the states a closed card gets, the first that the team has
BEGUN = ("unstarted", "backlog", "triage", "started")  # the same for a reopened one
READ = """
query Card($id: String!) {
  issue(id: $id) {
    id trashed archivedAt
    state { type }
    team { states { nodes { id type position } } }
  }
}"""
CREATE = "mutation Create($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id } } }"
UPDATE = """
mutation Update($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { success issue { id } }
}"""
RESTORE = "mutation Restore($id: String!) { issueUnarchive(id: $id) { success } }"

_NAMESPACE = uuid.UUID("5f0c7a52-6a52-5f7c-9d8a-3a4f3c1d8e21")  # only ours, and fixed for good
_DENIED = frozenset({"authentication error", "authentication_error", "forbidden"})
_PASSING = frozenset({"internal error", "internal_server_error", "lock timeout", "lock_timeout", "network error"})
_LIMITED = "ratelimited"


class WorkflowState(Value):
    """A column of a team's board."""

    id: str
    type: str
    position: float


class _States(Value):
    nodes: tuple[WorkflowState, ...]


class _Team(Value):
    states: _States


class _StateType(Value):
    type: str


class Issue(Value):
    """What is read of an issue; `trashed` is one that a person deleted and that Linear still keeps."""

    id: str
    trashed: bool | None = None
    archivedAt: str | None = None  # noqa: N815 - Linear's own name
    state: _StateType
    team: _Team

    @property
    def ended(self) -> bool:
        """Whether it stands in a column of finished work."""
        return self.state.type in ENDED

    def first(self, types: Iterable[str]) -> str | None:
        """Return the id of the first column of the first type that the team has."""
        columns = sorted(self.team.states.nodes, key=lambda state: state.position)
        return next((column.id for kind in types for column in columns if column.type == kind), None)


class _Read(Value):
    issue: Issue


class _Change(Value):
    success: bool


class LinearBoard:
    """Keeps each card as one issue; the id is our own, so that Linear itself creates no second one."""

    def __init__(self, api: ToolApi, *, team: str) -> None:
        self._api, self._team = api, team

    async def write(self, card: Card, *, known: str | None) -> str:
        """Write a card as `CardBoard` promises."""
        issue = await self._find(card, known)
        if card.state == "closed" and (issue is None or issue.trashed):
            return ""
        if issue is None:
            return await self._create(card)
        if card.state == "closed" and issue.archivedAt:
            return issue.id  # finished long ago, and put away by Linear itself
        if issue.archivedAt or issue.trashed:
            await self._change(RESTORE, "issueUnarchive", {"id": issue.id})
        change = {"id": issue.id, "input": {**_fields(card), **_column(issue, card)}}
        await self._change(UPDATE, "issueUpdate", change)
        return issue.id

    async def _find(self, card: Card, known: str | None) -> Issue | None:
        for issue_id in dict.fromkeys(filter(None, (known, self._own_id(card)))):
            data = await self._ask(READ, {"id": issue_id}, missing="Entity not found: Issue")
            if data is not None:
                return self._api.parse(_Read, data).issue
        return None

    async def _create(self, card: Card) -> str:
        issue_id = self._own_id(card)
        fields = {"id": issue_id, "teamId": self._team, **_fields(card)}
        await self._change(CREATE, "issueCreate", {"input": fields})
        return issue_id

    async def _change(self, query: str, name: str, variables: JsonObject) -> None:
        data = await self._ask(query, variables) or {}
        done = self._api.parse(_Change, data.get(name) or {})
        if not done.success:
            raise TryAgain("Linear did not carry out the change; the card is written again.")

    async def _ask(self, query: str, variables: JsonObject, *, missing: str = "") -> JsonObject | None:
        """Return the data of an answer, or None where its error begins with `missing`."""
        body = {"query": query.strip(), "variables": variables}
        reply = await self._api.send(ToolCall("POST", "/graphql", body=body))
        errors = reply.body.get("errors")
        if errors:
            self._judge(reply, errors, missing)
            return None
        if not reply.accepted:
            raise self._api.refusal(reply)
        data = reply.body.get("data")
        if not isinstance(data, dict):
            raise TryAgain("Linear answered without data; the card is written again.")
        return data

    def _judge(self, reply: Reply, errors: object, missing: str) -> None:
        """Return for an issue that is not there. Raises `TryAgain` and `Refused` for every other error."""
        first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
        extensions = first.get("extensions")
        told = extensions if isinstance(extensions, dict) else {}
        kinds = {str(told.get(name, "")).lower() for name in ("type", "code")}
        message = str(first.get("message", ""))
        if _LIMITED in kinds:
            raise TryAgain("Linear takes no more calls for now; the card is written again.")
        if kinds & _PASSING:
            raise TryAgain("Linear failed; the card is written again.")
        if kinds & _DENIED:
            raise self._api.denied()
        if missing and message.startswith(missing):
            return
        raise self._refusal(reply, message)

    def _refusal(self, reply: Reply, message: str) -> Refused:
        absent = message.startswith("Entity not found: Team")
        return self._api.refusal(Reply(404, reply.body) if absent else reply)

    def _own_id(self, card: Card) -> str:
        # Linear documents ids as version 4. The team is part of it, since an id is taken for good, even in the bin of
        # another workspace.
        name = uuid.uuid5(_NAMESPACE, f"{self._team} {card.key}")
        return str(uuid.UUID(bytes=name.bytes, version=4))


def _fields(card: Card) -> JsonObject:
    return {
        "title": text.title(card),
        "description": text.describe(card),
        "priority": URGENT if card.urgent else MEDIUM,
        "dueDate": f"{card.due_by:%Y-%m-%d}" if card.due_by else None,
    }


def _column(issue: Issue, card: Card) -> JsonObject:
    """Return the move to another column: people's own moves stay while the card is open."""
    if issue.ended == (card.state == "closed"):
        return {}
    column = issue.first(ENDED if card.state == "closed" else BEGUN)
    return {"stateId": column} if column else {}


@asynccontextmanager
async def open_board(
    options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
) -> AsyncIterator[LinearBoard]:
    """Yield the board of a team; `base` is another address than Linear's."""
    del now
    token = options["token"]
    tool = Tool(
        title=OFFER.title,
        credentials=OFFER.setting("token"),
        rights="the key of somebody in the team who may write its issues",
        place=OFFER.setting("team"),
        words=WORDS,
        secrets=(token,),
    )
    # A personal key stands alone, an OAuth token behind its scheme.
    headers = {"Authorization": token if token.startswith("lin_api_") else f"Bearer {token}"}
    async with open_api(tool, base or "https://api.linear.app", headers=headers, seconds=seconds) as api:
        yield LinearBoard(api, team=options["team"])
