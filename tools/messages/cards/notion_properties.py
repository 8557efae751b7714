"""What a card puts into the properties of a Notion page, by the types that the database gives them."""

from collections.abc import Mapping
from typing import NamedTuple

from disputes.errors import Refused
from disputes.messages.card import Card
from disputes.model import Value
from tools.messages.cards import text
from tools.messages.cards.calls import JsonObject

PROPERTIES = {
    "key": "Key",
    "status": "Status",
    "due": "Due",
    "time_left": "Time left",
    "urgent": "Urgent",
    "queue": "Queue",
    "amount": "Amount",
    "reason": "Reason",
    "claimed_by": "Claimed by",
    "outcome": "Outcome",
    "summary": "Summary",
    "link": "Link",
}
"""The properties a card fills, with their names where nobody sets another."""

_CHUNK = 2_000  # characters that Notion takes in one piece of text
_OPTION = 100  # characters of a select option


class _Option(Value):
    id: str
    name: str


class _Group(Value):
    option_ids: tuple[str, ...] = ()


class _Choices(Value):
    options: tuple[_Option, ...] = ()
    groups: tuple[_Group, ...] = ()


class Property(Value):
    """One column of the database: its type, and its choices where it has some."""

    type: str
    status: _Choices = _Choices()
    select: _Choices = _Choices()

    def finished(self) -> set[str]:
        """Return the names of the statuses of finished work: Notion keeps them in the last of its three groups."""
        ids = self.status.groups[-1].option_ids if self.status.groups else ()
        return {option.name for option in self.status.options if option.id in ids}


class Held(Value):
    """What a page holds in a property, as far as it is a choice."""

    status: _Option | None = None
    select: _Option | None = None


class Written(NamedTuple):
    """A field of a card in each form that a property may take; None where it has no such form."""

    words: str
    date: str | None = None
    url: str | None = None
    checked: bool | None = None


class Schema:
    """The columns of a database, found by the names that the settings give them."""

    def __init__(self, columns: Mapping[str, Property], names: Mapping[str, str], states: Mapping[str, str]) -> None:
        self._columns, self._names, self._states = columns, names, states
        self._title = next((name for name, column in columns.items() if column.type == "title"), "Name")

    def check(self, setting: str) -> None:
        """Raise `Refused` when there is no text property for the key; `setting` names it."""
        column = self._columns.get(self.key)
        if column is None or column.type != "rich_text":
            raise Refused(
                f"Notion's database has no text property “{self.key}”, by which each card is found again. "
                f"Add one there, or name another in {setting}."
            )

    @property
    def key(self) -> str:
        """The name of the property that holds the key."""
        return self._names["key"]

    def values(self, card: Card, page: Mapping[str, Held] | None) -> JsonObject:
        """Return the properties of a card; `page` are those of the page now, or None for a new one.

        A property that the database lacks, or has in a type that fits no text, is left out.
        """
        values = {self._title: {"title": _pieces(text.title(card))}}
        for field, written in _fields(card).items():
            column = self._columns.get(self._names[field])
            if column and (value := _write(column.type, written)) is not None:
                values[self._names[field]] = value
        return values | self._status(card, page)

    def _status(self, card: Card, page: Mapping[str, Held] | None) -> JsonObject:
        """Return the state: where a person has moved an open card to, it stays while the card is open."""
        name = self._names["status"]
        column = self._columns.get(name)
        if column is None:
            return {}
        if column.type not in {"status", "select"}:
            words = _write(column.type, Written(self._states[card.state]))
            return {name: words} if words else {}
        held = (page or {}).get(name, Held())
        now = held.status or held.select
        ended = {self._states["closed"], *column.finished()}
        if now and (now.name in ended) == (card.state == "closed"):
            return {}
        choice = self._choice(column, card)
        return {name: {column.type: {"name": choice}}} if choice else {}

    def _choice(self, column: Property, card: Card) -> str | None:
        wanted = self._states[card.state]
        names = [option.name for option in column.status.options]
        if column.type == "select" or wanted in names:
            return wanted  # a select gets a new option by itself, a status does not
        finished = column.finished()
        return next((name for name in names if (name in finished) == (card.state == "closed")), None)


def _fields(card: Card) -> dict[str, Written]:
    facts = text.facts_of(card)
    link = next((url for _, url in text.links_of(card)), "")
    return {
        "key": Written(card.key),
        "due": Written(facts["Due"], date=card.due_by.isoformat() if card.due_by else ""),
        "time_left": Written(text.countdown(card)),
        "urgent": Written(facts["Urgent"], checked=card.urgent),
        "queue": Written(facts["Queue"]),
        "amount": Written(facts["Amount"]),
        "reason": Written(facts["Reason"]),
        "claimed_by": Written(facts["Claimed by"]),
        "outcome": Written(facts["Outcome"]),
        "summary": Written(text.describe(card)),
        "link": Written(link, url=link),
    }


def _write(kind: str, value: Written) -> JsonObject | None:
    """Return a value in the form of a property's type, or None where the type takes no such value."""
    forms: dict[str, JsonObject] = {
        "rich_text": {"rich_text": _pieces(value.words)},
        "select": {"select": {"name": _option(value.words)} if value.words else None},
    }
    if value.date is not None:
        forms["date"] = {"date": {"start": value.date} if value.date else None}
    if value.url is not None:
        forms["url"] = {"url": value.url or None}
    if value.checked is not None:
        forms["checkbox"] = {"checkbox": value.checked}
    return forms.get(kind)


def _pieces(words: str) -> list[JsonObject]:
    starts = range(0, len(words), _CHUNK)
    return [{"type": "text", "text": {"content": words[at : at + _CHUNK]}} for at in starts]


def _option(words: str) -> str:
    return words.replace(",", " ")[:_OPTION]  # a comma would part two options
