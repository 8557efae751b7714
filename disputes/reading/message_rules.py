"""The rules by which messages are read: `message_rules.toml`, loaded and compiled. Pure.

The file explains the signs of a phrase.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from disputes import toml_file
from disputes.model import Strict

Party = Literal["customer", "merchant"]

_RULES = Path(__file__).parent / "message_rules.toml"
_ENDING = re.compile(r"\b[a-z]{2,}(?:ed|ing)\b")


class MessageRule(Strict):
    """Phrases of one party that say a thing; the file explains the keys and the signs."""

    name: str
    by: Literal["customer", "merchant", "both"]
    means: str
    against: bool = False
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    may_hold: tuple[str, ...] = ()


class MessageRules(Strict):
    """The rules, and the words that all of them share."""

    english: tuple[str, ...]
    plain_endings: str
    foreign: str
    no_news: tuple[str, ...]
    signs_off: tuple[str, ...]
    openers: tuple[str, ...]
    joints: tuple[str, ...]
    harmless: tuple[str, ...]
    doubtful: tuple[str, ...]
    suspicious: tuple[str, ...]
    verbs: tuple[str, ...]
    labels: tuple[str, ...]
    watched: tuple[str, ...]
    symbols: str
    rewrites: tuple[tuple[str, str], ...]
    rules: tuple[MessageRule, ...]


class Rule(NamedTuple):
    """A rule compiled: its phrases, and those that its sentence may hold."""

    name: str
    pattern: re.Pattern[str]
    hidden: re.Pattern[str]

    def finds(self, words: str) -> bool:
        """Check for a phrase anywhere in a sentence."""
        return bool(self.pattern.search(self.hidden.sub(" _ ", words)))

    def begins(self, clause: str) -> bool:
        """Check that a clause begins with a phrase and holds nothing that leaves doubt."""
        rest = self.hidden.sub(" _ ", clause)
        plain = not listed("doubtful").search(rest) and set(_ENDING.findall(rest)) <= vocabulary("plain_endings")
        return bool(self.pattern.match(clause)) and plain


@cache
def load(path: Path = _RULES) -> MessageRules:
    """Read the rules. Raises `Invalid` with what is wrong with the file."""
    return toml_file.load(path, MessageRules, f"The list of message rules {path.name}")


@cache
def listed(name: str) -> re.Pattern[str]:
    """Return one of the file's lists of phrases as a pattern."""
    phrases: tuple[str, ...] = getattr(load(), name)
    # A joint may be a comma, which is no whole word.
    return re.compile("|".join(phrases)) if name == "joints" else _compile(phrases)


@cache
def vocabulary(name: str) -> frozenset[str]:
    """Return one of the file's lists of words."""
    return frozenset(getattr(load(), name).split())


@cache
def compile_rules(by: Party, *, against: bool) -> tuple[Rule, ...]:
    """Return a party's rules, those that speak against the merchant or the others."""
    book = load()
    rules = (rule for rule in book.rules if rule.against is against and rule.by in {by, "both"})
    hidden = {rule.name: _compile((*rule.unless, *book.harmless, *rule.may_hold)) for rule in book.rules}
    return tuple(Rule(rule.name, _compile(rule.phrases), hidden[rule.name]) for rule in rules)


def _compile(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Compile phrases of whole words; see the file for their signs."""
    endings = (re.sub(r"(?<=[a-z])\*", r"[a-z]*", phrase) for phrase in phrases)
    # A last word that may lack takes the space before it along.
    lacking = (re.sub(r" (\([^()]*\)[?*])$", r"(?: \1)?", phrase.strip()) for phrase in endings)
    patterns = (phrase.replace(" ... ", r"(?: \S+){0,6}? ") for phrase in lacking)
    return re.compile("(?:" + "|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in patterns) + ")")
