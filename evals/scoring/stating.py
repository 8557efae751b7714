"""Whether a text states the value of a fact."""

import re

from disputes.evidence import Fact, render
from disputes.evidence.kinds import form
from evals.scoring import figures

_MESSAGE_KINDS = frozenset(("customer_message", "merchant_message", "tracking_event"))
_POLICY_KINDS = frozenset(("refund_policy", "cancellation_policy"))
_QUOTE_WORDS = 4  # this many words in a row are a quotation


def states(text: str, fact: Fact) -> bool:
    """Check whether a text states a fact's value; a policy is enclosed as an exhibit, so citing it is enough."""
    if fact.kind in _POLICY_KINDS or isinstance(fact.value, bool):
        return True
    if fact.kind == "card":
        return set(_words(str(fact.value))) <= set(_words(text))
    if form(fact.kind) == "text":
        return (
            _quotes_message(text, str(fact.value))
            if fact.kind in _MESSAGE_KINDS
            else _contains_words(text, str(fact.value))
        )
    fact_figures = [figure for _, figure in figures.read(render(fact))]
    text_figures = [figure for _, figure in figures.read(text)]
    # A bank compares the day; the time beside it earns no point.
    return bool(fact_figures) and fact_figures[0] in text_figures


def _contains_words(text: str, value: str) -> bool:
    """Check whether the words of a value stand in a text in a row, whatever separates them."""
    return f" {' '.join(_words(value))} " in f" {' '.join(_words(text))} "


def _quotes_message(text: str, message: str) -> bool:
    words, text_words = _words(message), " ".join(_words(text))
    size = min(_QUOTE_WORDS, len(words))
    return any(" ".join(words[start : start + size]) in text_words for start in range(len(words) - size + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
