"""Cards as pages of a Notion database, each found by a text property that holds its key."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import Field

from disputes.errors import Refused
from disputes.messages.card import Card
from disputes.model import Value
from disputes.ports.clock import Clock
from tools.messages.cards.calls import JsonObject, Tool, ToolApi, ToolCall, open_api
from tools.messages.cards.notion_properties import PROPERTIES, Held, Property, Schema
from tools.messages.cards.options import QUEUES, CardOffer
from tools.sources.options import Option

VERSION = "2026-03-11"  # the version of the API this is written for: data sources, and `in_trash` for `archived`
_ID = r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}"
OFFER = CardOffer(
    name="notion",
    title="Notion",
    adds="a page in a database for each case",
    reference=(
        "https://developers.notion.com/reference/query-a-data-source",
        "https://developers.notion.com/reference/post-page",
        "https://developers.notion.com/reference/patch-page",
        "https://developers.notion.com/guides/get-started/upgrade-guide-2026-03-11",
    ),
    options={
        "token": Option(about="the token of an internal connection that may read, insert and update", secret=True),
        "database": Option(about="the id of the database, the 32 digits in its address", pattern=_ID),
        "data_source": Option(about="the id of one of its data sources, where it has several", pattern=_ID, default=""),
        **{
            f"{field}_property": Option(about=f"the name of the property for {field.replace('_', ' ')}", default=name)
            for field, name in PROPERTIES.items()
        },
        "open_status": Option(about="the status or option of an open card", default="Open"),
        "closed_status": Option(about="the status or option of a closed card", default="Closed"),
        "queues": QUEUES,
    },
)


class _Source(Value):
    id: str


class _Database(Value):
    data_sources: tuple[_Source, ...]


class _DataSource(Value):
    id: str
    properties: dict[str, Property]


class Page(Value):
    """What is read of a page."""

    id: str
    in_trash: bool = False
    properties: dict[str, Held] = Field(default_factory=dict)


class _Pages(Value):
    results: tuple[Page, ...]


class NotionBoard:
    """Keeps each card as one page, all of it in properties: the page's own text is left to people.

    The database is read before the first card, and again after it refused one.
    """

    def __init__(self, api: ToolApi, options: Mapping[str, str]) -> None:
        self._api, self._options = api, options
        self._read: tuple[str, Schema] | None = None

    async def write(self, card: Card, *, known: str | None) -> str:
        """Write a card as `CardBoard` promises."""
        try:
            return await self._write(card, known)
        except Refused:
            self._read = None  # the next try sees what people changed in the database
            raise

    async def _write(self, card: Card, known: str | None) -> str:
        source, schema = self._read = self._read or await self._open()
        page = await self._find(card, known, source, schema)
        if page is None or page.in_trash:
            if card.state == "closed":
                return ""
            if page is None:
                return await self._create(card, source, schema)
            await self._change(page, {"in_trash": False})
        await self._change(page, {"properties": schema.values(card, page.properties)})
        return page.id

    async def _find(self, card: Card, known: str | None, source: str, schema: Schema) -> Page | None:
        page = None
        if known and re.fullmatch(_ID, known):
            page = await self._api.find(ToolCall("GET", f"/pages/{known}"), Page)
        if page and not page.in_trash:
            return page
        filtered = {"property": schema.key, "rich_text": {"equals": card.key}}
        body = {"filter": filtered, "page_size": 10}
        found = await self._api.ask(ToolCall("POST", f"/data_sources/{source}/query", body=body), _Pages)
        return next((one for one in found.results if not one.in_trash), page)

    async def _create(self, card: Card, source: str, schema: Schema) -> str:
        parent = {"type": "data_source_id", "data_source_id": source}
        body = {"parent": parent, "properties": schema.values(card, None)}
        return (await self._api.ask(ToolCall("POST", "/pages", body=body), Page)).id

    async def _change(self, page: Page, body: JsonObject) -> None:
        await self._api.ask(ToolCall("PATCH", f"/pages/{page.id}", body=body), Page)

    async def _open(self) -> tuple[str, Schema]:
        """Return the id and the columns of the data source. Raises `TryAgain` and `Refused`."""
        source = self._options["data_source"] or await self._only_source()
        read = await self._api.ask(ToolCall("GET", f"/data_sources/{source}"), _DataSource)
        names = {field: self._options[f"{field}_property"] for field in PROPERTIES}
        states = {"open": self._options["open_status"], "closed": self._options["closed_status"]}
        schema = Schema(read.properties, names, states)
        schema.check(OFFER.setting("key_property"))
        return source, schema

    async def _only_source(self) -> str:
        call = ToolCall("GET", f"/databases/{self._options['database']}")
        sources = (await self._api.ask(call, _Database)).data_sources
        if len(sources) != 1:
            raise Refused(
                f"Notion's database has {len(sources)} data sources, and a card can go to only one. "
                f"Set {OFFER.setting('data_source')} to the id of the one meant."
            )
        return sources[0].id


@asynccontextmanager
async def open_board(
    options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
) -> AsyncIterator[NotionBoard]:
    """Yield the board of a database; `base` is another address than Notion's."""
    del now
    tool = Tool(
        title=OFFER.title,
        credentials=OFFER.setting("token"),
        rights="that of a connection that the database is shared with and that may read, insert and update content",
        place=f"{OFFER.setting('database')} and {OFFER.setting('data_source')}",
        words="message",
        secrets=(options["token"],),
    )
    headers = {"Authorization": f"Bearer {options['token']}", "Notion-Version": VERSION}
    async with open_api(tool, base or "https://api.notion.com/v1", headers=headers, seconds=seconds) as api:
        yield NotionBoard(api, options)
