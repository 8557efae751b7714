"""Every tool that holds cards, opened over a local server or a folder, for tests that hold for all of them."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from disputes.messages.card import Card, Link
from disputes.money import Money
from disputes.ports.cards import CardBoard
from tests.fakes import FakeClock
from tests.tools.bucket import Bucket
from tests.tools.messages.cards.linear_server import LinearServer
from tests.tools.messages.cards.notion_server import NotionServer
from tests.tools.messages.cards.server import SeenCard, ToolServer
from tests.tools.messages.cards.sheets_server import SheetsServer, key_file
from tests.tools.messages.cards.zendesk_server import ZendeskServer
from tests.tools.sources.vendor_server import vendor_server
from tools.messages.cards import catalog

SERVERS: dict[str, type[ToolServer]] = {
    "zendesk": ZendeskServer,
    "linear": LinearServer,
    "notion": NotionServer,
    "sheets": SheetsServer,
}
FILES = ("csv", "bucket")
TOOLS = (*SERVERS, *FILES)
DUE = datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


def a_card(**changes: Any) -> Card:
    card = Card(
        key="du_1AbC",
        state="open",
        title="Dispute du_1AbC: 42.00 USD, fraudulent",
        summary="The bank says that the cardholder did not make this payment.",
        queue="manual-review",
        reason="fraudulent",
        money=Money(amount=4_200, currency="usd"),
        due_by=DUE,
        due="1 December, 15:59 in Los Angeles",
        countdown="10 days",
        links=(Link(title="Case in Rebut", url="https://rebut.example.com/cases/du_1AbC"),),
    )
    return card.model_copy(update=changes)


class Tool(Protocol):
    """What tests ask of any place that holds cards."""

    def seen(self) -> list[SeenCard]: ...
    def delete(self) -> None: ...


@dataclass
class FileTool:
    """A CSV file in a folder, or in a bucket under `path`."""

    path: Path
    bucket: Bucket | None = None

    @property
    def data(self) -> bytes:
        if self.bucket:
            return self.bucket.objects.get(str(self.path), b"")
        return self.path.read_bytes() if self.path.exists() else b""

    @data.setter
    def data(self, data: bytes) -> None:
        if self.bucket:
            self.bucket.objects[str(self.path)] = data
        else:
            self.path.write_bytes(data)

    def beside(self) -> list[str]:
        """Return the names of all files in the folder."""
        return [path.name for path in self.path.parent.iterdir()]

    def rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.data.decode("utf-8-sig"), newline="")))

    def seen(self) -> list[SeenCard]:
        return [SeenCard(row[0], row[2], " ".join(row), row[1] == "closed", row[9] == "yes") for row in self.rows()[1:]]

    def delete(self) -> None:
        self.data = self.data.splitlines(keepends=True)[0]


@dataclass
class Desk:
    """A board, the tool behind it, and the settings it was opened with."""

    board: CardBoard
    tool: Any
    options: dict[str, str]
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def secrets(self) -> list[str]:
        return [self.options[name] for name in ("token", "key", "secret_access_key") if self.options.get(name)]

    def one(self) -> SeenCard:
        [card] = self.tool.seen()
        seen: SeenCard = card
        return seen


@asynccontextmanager
async def a_desk(name: str, folder: Path, *, seconds: float = 5.0, **changes: str) -> AsyncIterator[Desk]:
    """Open a tool by its name through its settings, as at start-up."""
    async with AsyncExitStack() as stack:
        tool, options, base = await _tool(stack, name, folder)
        tool_name = "csv" if name in FILES else name
        given = {option: value for option, value in {**options, **changes}.items() if value}
        accepted = catalog.accept({tool_name: given})
        clock = FakeClock()
        opening = catalog.open_boards(accepted, now=clock, seconds=seconds, bases={tool_name: base})
        boards = await stack.enter_async_context(opening)
        yield Desk(boards[tool_name].board, tool, accepted[tool_name], clock)


async def _tool(stack: AsyncExitStack, name: str, folder: Path) -> tuple[Any, dict[str, str], str]:
    if name == "csv":
        return FileTool(folder / "cards.csv"), {"file": str(folder / "cards.csv")}, ""
    if name == "bucket":
        bucket = await stack.enter_async_context(Bucket().serve())
        keys = {"access_key_id": "id", "secret_access_key": "hidden-secret-of-the-bucket", "region": "eu-west-1"}
        place = FileTool(Path("/papers/shop/cards.csv"), bucket)
        return place, {"file": "s3://papers/shop/cards.csv", **keys}, bucket.url
    tool = SERVERS[name](name)
    server = await stack.enter_async_context(vendor_server(tool))
    options = dict(tool.shapes["options"])
    return tool, options | ({"key": key_file()} if name == "sheets" else {}), server.url
