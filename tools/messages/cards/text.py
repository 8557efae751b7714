"""What a card says, in words and as a row of cells."""

from urllib.parse import urlsplit

from disputes import money, text
from disputes.messages.card import Card, Link

TITLE = 150  # characters; the shortest title that a tool takes whole
FIELD = 500
COLUMNS = (
    "Key",
    "State",
    "Title",
    "Summary",
    "Reason",
    "Amount",
    "Due",
    "Due (UTC)",
    "Time left",
    "Urgent",
    "Queue",
    "Claimed by",
    "Outcome",
    "Links",
)
# A cell that begins so is a formula to Excel, LibreOffice or Google Sheets, wherever the file is opened next; the wide
# forms are what an Asian keyboard types.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms are meant


def title(card: Card) -> str:
    """Return the title in one line of at most 150 characters."""
    return text.line(card.title, limit=TITLE) or "Dispute"


def describe(card: Card) -> str:
    """Return the text of a card: its summary, then a list of its facts and links, each in one line."""
    facts = [f"- {label}: {value}" for label, value in facts_of(card).items() if value]
    links = [f"- {name}: {url}" for name, url in links_of(card)]
    return "\n".join([_field(card.summary), "", *facts, *links]).strip()


def facts_of(card: Card) -> dict[str, str]:
    """Return the facts of a card by their labels, each in one line of at most 500 characters, empty where unknown."""
    due = _field(card.due)
    if not due and card.due_by:
        due = f"{card.due_by:%Y-%m-%d %H:%M} UTC"
    left = countdown(card)
    return {
        "Reason": _field(card.reason),
        "Amount": money.write(card.money),
        "Due": f"{due} ({left})" if due and left else due or left,
        "Urgent": "yes" if card.urgent else "",
        "Queue": _field(card.queue),
        "Claimed by": _field(card.claimed_by),
        "Outcome": _field(card.outcome),
    }


def countdown(card: Card) -> str:
    """Return what was left of the time, in one line."""
    return _field(card.countdown)


def links_of(card: Card) -> list[tuple[str, str]]:
    """Return the title and address of each link; what is no web address is left out."""
    return [(_field(link.title) or link.url, link.url) for link in card.links if _is_address(link)]


def row(card: Card) -> list[str]:
    """Return one cell for each of `COLUMNS`; none of them is a formula in a spreadsheet."""
    facts = facts_of(card)
    cells = [
        card.key,
        card.state,
        title(card),
        _field(card.summary),
        facts["Reason"],
        facts["Amount"],
        _field(card.due),
        f"{card.due_by:%Y-%m-%d %H:%M}" if card.due_by else "",
        countdown(card),
        facts["Urgent"],
        facts["Queue"],
        facts["Claimed by"],
        facts["Outcome"],
        " | ".join(f"{name}: {url}" for name, url in links_of(card)),
    ]
    return [plain_cell(cell) for cell in cells]


def plain_cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that would be begins with an apostrophe."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _field(value: str) -> str:
    return text.line(value, limit=FIELD)


def _is_address(link: Link) -> bool:
    try:
        parts = urlsplit(link.url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and link.url.isprintable() and " " not in link.url
