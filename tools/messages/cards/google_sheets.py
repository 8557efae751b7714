"""Cards as rows of a Google sheet, each found by its key in the first column."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from pydantic import JsonValue

from disputes.errors import Invalid, Refused
from disputes.messages.card import Card
from disputes.model import Value
from disputes.ports.clock import Clock
from tools.messages.cards import text
from tools.messages.cards.calls import Form, Tool, ToolApi, ToolCall, open_api
from tools.messages.cards.google_login import GoogleLogin, read_account
from tools.messages.cards.options import QUEUES, CardOffer
from tools.sources.options import Option

OFFER = CardOffer(
    name="sheets",
    title="Google Sheets",
    adds="a row in a sheet for each case",
    reference=(
        "https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values",
        "https://developers.google.com/identity/protocols/oauth2/service-account#httprest",
    ),
    options={
        "key": Option(about="the JSON key of a service account in one line, or the path of its file", secret=True),
        "spreadsheet": Option(
            about="the id of the spreadsheet, between /d/ and /edit in its address", pattern="[A-Za-z0-9_-]{10,}"
        ),
        "tab": Option(about="the name of the sheet in it, or unset for the first", default=""),
        "queues": QUEUES,
    },
)
LAST = chr(ord("A") + len(text.COLUMNS) - 1)
RAW = {"valueInputOption": "RAW"}  # what is written stays the text it is, whatever it begins with


class _Range(Value):
    values: tuple[tuple[JsonValue, ...], ...] = ()


class _Written(Value):
    spreadsheetId: str  # noqa: N815 - Google's own name


class GoogleSheet:
    """Keeps each card as one row, which stays when the card is closed; the id of a card is its key.

    Rows may be sorted and moved by people, so that each is looked up right before it is written. A sheet without a row
    gets a heading first.
    """

    def __init__(self, api: ToolApi, login: GoogleLogin, *, spreadsheet: str, tab: str = "") -> None:
        self._api, self._login = api, login
        self._path = f"/v4/spreadsheets/{spreadsheet}/values/"
        self._tab = f"'{tab.replace(chr(39), chr(39) * 2)}'!" if tab else ""

    async def write(self, card: Card, *, known: str | None) -> str:
        """Write a card as `CardBoard` promises; the key alone finds it."""
        del known
        keys = await self._keys()
        cells = text.row(card)
        if cells[0] in keys:
            await self._put(keys.index(cells[0]) + 1, cells)
            return card.key
        if card.state == "closed":
            return ""
        await self._check_heading(keys)
        await self._append(cells)
        return card.key

    async def _keys(self) -> list[JsonValue]:
        """Return the first cell of each row, None for an empty one."""
        answer = await self._ask("GET", "A:A", _Range)
        return [row[0] if row else None for row in answer.values]

    async def _check_heading(self, keys: list[JsonValue]) -> None:
        """Write the heading into an empty sheet. Raises `Refused` for another sheet without a word in A1.

        Google appends to the table around A1, and where that cell is empty to one that may begin in another column.
        """
        if keys and keys[0]:
            return
        first = (await self._ask("GET", f"A1:{LAST}1", _Range)).values
        if any(keys) or any(cell for row in first for cell in row):
            raise Refused(
                f"The Google sheet has no word in its cell A1, so that no row can be added under it. "
                f"Write {text.COLUMNS[0]} there, or name an empty sheet in {OFFER.setting('tab')}."
            )
        await self._put(1, list(text.COLUMNS))

    async def _put(self, number: int, cells: list[str]) -> None:
        await self._ask("PUT", f"A{number}:{LAST}{number}", _Written, cells=cells)

    async def _append(self, cells: list[str]) -> None:
        await self._ask("POST", "A1", _Written, cells=cells)

    async def _ask(self, method: str, where: str, form: type[Form], *, cells: list[str] | None = None) -> Form:
        path = self._path + quote(self._tab + where, safe="") + (":append" if method == "POST" else "")
        query = {} if cells is None else RAW
        if method == "POST":
            query = {**RAW, "insertDataOption": "INSERT_ROWS"}
        body = None if cells is None else {"majorDimension": "ROWS", "values": [cells]}
        headers = await self._login.headers()
        try:
            return await self._api.ask(ToolCall(method, path, query=query, body=body, headers=headers), form)
        except Refused:
            self._login.forget()  # rights that were given since then come with a new token
            raise


@asynccontextmanager
async def open_board(
    options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
) -> AsyncIterator[GoogleSheet]:
    """Yield the board of a sheet; `base` is another address than Google's. Raises `Invalid` for a key of no use."""
    setting = OFFER.setting("key")
    account = read_account(await asyncio.to_thread(_key, options["key"], setting), setting=setting)
    tool = Tool(
        title=OFFER.title,
        credentials=setting,
        rights="the key of an account that may edit the spreadsheet, in a project with the Sheets API enabled",
        place=f"{OFFER.setting('spreadsheet')} and {OFFER.setting('tab')}",
        words="error.message",
        secrets=(options["key"], account[0].private_key.get_secret_value()),
    )
    async with (
        open_api(tool, base or "https://oauth2.googleapis.com", seconds=seconds) as accounts,
        open_api(tool, base or "https://sheets.googleapis.com", seconds=seconds) as sheets,
    ):
        login = GoogleLogin(accounts, account, now=now)
        yield GoogleSheet(sheets, login, spreadsheet=options["spreadsheet"], tab=options["tab"])


def _key(value: str, setting: str) -> str:
    """Return the JSON of a key, from its file where the value is a path. Raises `Invalid` when it cannot be read."""
    if value.startswith("{"):
        return value
    try:
        return Path(value).expanduser().read_text("utf-8")
    except (OSError, ValueError):
        raise Invalid(f"{setting} cannot be used: it is no JSON, and no file that can be read.") from None
