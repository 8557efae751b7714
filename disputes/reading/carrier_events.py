"""What a carrier's status says happened to a parcel: one event for the codes and sentences of many carriers. Pure."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from disputes import toml_file
from disputes.model import Strict

CarrierEvent = Literal[
    "label",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "attempted",
    "returned",
    "refused",
    "exception",
    "lost",
    "collection",
    "unknown",
]
LONGEST = 500

_RULES = Path(__file__).parent / "carrier_events.toml"
_BETWEEN_WORDS = re.compile(r"[\s_\W]+")
_RETURN = re.compile(r"r\s*e\s*t\s*u\s*r\s*n")


class EventRule(Strict):
    """Phrases that say an event; the file explains their signs."""

    event: CarrierEvent
    phrases: tuple[str, ...]


class EventRules(Strict):
    """The rules in the order in which they are tried, and phrases to leave out first."""

    ignore: tuple[str, ...]
    rules: tuple[EventRule, ...]


@cache
def load(path: Path = _RULES) -> EventRules:
    """Read the rules. Raises `Invalid` with what is wrong with the file."""
    return toml_file.load(path, EventRules, f"The list of carrier events {path.name}")


def classify(text: str) -> CarrierEvent:
    """Return what a status code or an English status sentence says, whatever place and date stand behind it.

    `delivered` means that the customer has it: an agent or a sorting centre is `in_transit`, a locker or a shop is
    `collection` until the customer collected it. Everything unsure is `unknown`. Never raises.
    """
    words = _fold(text)
    if not words or len(words) > LONGEST:
        return "unknown"
    ignored, rules = _compile_rules()
    words = " ".join(ignored.sub(" ", words).split())
    event: CarrierEvent = next((event for event, pattern in rules if pattern.search(words)), "unknown")
    # A return with no space before it, as in `parcelreturned`, still is no delivery, and nor is a question.
    return "unknown" if event == "delivered" and ("?" in text or _RETURN.search(words)) else event


def _fold(text: str) -> str:
    """Return a text's words in small letters with one space between; capitals first, since some letters have two."""
    folded = unicodedata.normalize("NFKC", text.replace("\u2019", "'")).upper().lower()
    return _BETWEEN_WORDS.sub(" ", folded).strip()


@cache
def _compile_rules() -> tuple[re.Pattern[str], tuple[tuple[CarrierEvent, re.Pattern[str]], ...]]:
    book = load()
    return _compile(book.ignore), tuple((rule.event, _compile(rule.phrases)) for rule in book.rules)


def _compile(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_write_pattern(phrase)})" for phrase in phrases))


def _write_pattern(phrase: str) -> str:
    """Write a phrase as a pattern of whole words."""
    endings = re.sub(r"(?<=\w)\*", r"\\w*", phrase)
    # No space may stand twice behind an optional one, or a long text takes long.
    spaced = re.sub(r" (?!\?)", " ?", endings.replace(" ... ", "\0"))
    body = spaced.replace("\0", r"(?: \w+\b){0,6}? ?")
    return rf"{body}(?!\w)" if phrase.startswith(("^", "(^")) else rf"(?<!\w){body}(?!\w)"
