"""The life of one card, as each tool is asked to show it."""

from pathlib import Path
from typing import Any

import jmespath
import pytest

from disputes.messages.card import Card
from tests.tools.messages.cards.desks import a_card, a_desk
from tests.tools.sources.vendor_server import ReceivedCall

LIFE = [
    a_card(),
    a_card(countdown="24 hours"),
    a_card(countdown="4 hours", urgent=True),
    a_card(countdown="4 hours", urgent=True, claimed_by="Ada"),
    a_card(state="closed", countdown="", due="", due_by=None, claimed_by="Ada", outcome="Filed with 4 exhibits."),
]
SHOWN = {
    "zendesk": "ticket.[priority, status, due_at, tags[?starts_with(@, 'rebut_queue')] | [0], comment && 'note']",
    "linear": "[query && (variables.input.priority), variables.input.dueDate, variables.input.stateId]",
    "notion": "properties.[Status.status.name, Urgent.checkbox, Due.date.start, "
    '"Time left".rich_text[0].text.content, "Claimed by".rich_text[0].text.content, '
    "Outcome.rich_text[0].text.content]",
    "sheets": "values[0].[@[0], @[1], @[8], @[9], @[11], @[12]]",
}
SHEET = "/v4/spreadsheets/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs/values"
SOURCE = "/data_sources/248104cd-477e-80af-bc30-000bd28de8f9"
EXPECTED = {
    "zendesk": [
        "GET /tickets.json?external_id=du_1AbC",
        "POST /tickets.json [normal, 2026-12-01T23:59:59Z, rebut_queue_manual-review, note]",
        "GET /tickets/35000.json",
        "PUT /tickets/35000.json [normal, 2026-12-01T23:59:59Z, rebut_queue_manual-review, note]",
        "GET /tickets/35000.json",
        "PUT /tickets/35000.json [urgent, 2026-12-01T23:59:59Z, rebut_queue_manual-review, note]",
        "GET /tickets/35000.json",
        "PUT /tickets/35000.json [urgent, 2026-12-01T23:59:59Z, rebut_queue_manual-review, note]",
        "GET /tickets/35000.json",
        "PUT /tickets/35000.json [normal, solved, rebut_queue_manual-review, note]",
    ],
    "linear": [
        "query Card",
        "mutation Create [3, 2026-12-01]",
        "query Card",
        "mutation Update [3, 2026-12-01]",
        "query Card",
        "mutation Update [1, 2026-12-01]",
        "query Card",
        "mutation Update [1, 2026-12-01]",
        "query Card",
        "mutation Update [3, 0d2e7a8b-0005-4c1a-9a63-5b6f2b7f0005]",
    ],
    "notion": [
        "GET /databases/248104cd477e80fdb757e945d38000bd",
        f"GET {SOURCE}",
        f"POST {SOURCE}/query",
        "POST /pages [Not started, False, 2026-12-01T23:59:59+00:00, 10 days]",
        "GET /pages/PAGE",
        "PATCH /pages/PAGE [False, 2026-12-01T23:59:59+00:00, 24 hours]",
        "GET /pages/PAGE",
        "PATCH /pages/PAGE [True, 2026-12-01T23:59:59+00:00, 4 hours]",
        "GET /pages/PAGE",
        "PATCH /pages/PAGE [True, 2026-12-01T23:59:59+00:00, 4 hours, Ada]",
        "GET /pages/PAGE",
        "PATCH /pages/PAGE [Done, False, Ada, Filed with 4 exhibits.]",
    ],
    "sheets": [
        "POST /token",
        f"GET {SHEET}/A:A",
        f"GET {SHEET}/A1:N1",
        f"PUT {SHEET}/A1:N1?valueInputOption=RAW [Key, State, Time left, Urgent, Claimed by, Outcome]",
        f"POST {SHEET}/A1:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS [du_1AbC, open, 10 days]",
        f"GET {SHEET}/A:A",
        f"PUT {SHEET}/A2:N2?valueInputOption=RAW [du_1AbC, open, 24 hours]",
        f"GET {SHEET}/A:A",
        f"PUT {SHEET}/A2:N2?valueInputOption=RAW [du_1AbC, open, 4 hours, yes]",
        f"GET {SHEET}/A:A",
        f"PUT {SHEET}/A2:N2?valueInputOption=RAW [du_1AbC, open, 4 hours, yes, Ada]",
        f"GET {SHEET}/A:A",
        f"PUT {SHEET}/A2:N2?valueInputOption=RAW [du_1AbC, closed, Ada, Filed with 4 exhibits.]",
    ],
}


def line(name: str, call: ReceivedCall) -> str:
    """Return one call in a line: what is asked, and of what is written the parts that change in a life."""
    query = "&".join(f"{key}={value}" for key, value in call.query.items())
    asked = f"{call.method} {call.path}{'?' + query if query else ''}"
    if name == "linear":
        asked = call.json["query"].split("(")[0]
    written = jmespath.search(SHOWN[name], call.json) if call.json else None
    told = [str(value) for value in written or [] if value not in (None, "")]
    return " ".join([asked, *([f"[{', '.join(told)}]"] if told else [])])


async def play(board: Any, life: list[Card]) -> None:
    known = None
    for card in life:
        known = await board.write(card, known=known)


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_life_from_open_to_closed_is_sent_so(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        await play(desk.board, LIFE)
        page = next(iter(desk.tool.pages)) if name == "notion" else "no page"
        assert [line(name, call).replace(page, "PAGE") for call in desk.tool.calls] == EXPECTED[name]


@pytest.mark.parametrize("name", ["csv", "bucket"])
async def test_a_file_holds_the_last_of_a_life_in_one_row(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        await play(desk.board, LIFE)
        heading, row = desk.tool.rows()
        assert dict(zip(heading, row, strict=True)) == {
            "Key": "du_1AbC",
            "State": "closed",
            "Title": "Dispute du_1AbC: 42.00 USD, fraudulent",
            "Summary": "The bank says that the cardholder did not make this payment.",
            "Reason": "fraudulent",
            "Amount": "42.00 USD",
            "Due": "",
            "Due (UTC)": "",
            "Time left": "",
            "Urgent": "",
            "Queue": "manual-review",
            "Claimed by": "Ada",
            "Outcome": "Filed with 4 exhibits.",
            "Links": "Case in Rebut: https://rebut.example.com/cases/du_1AbC",
        }
