"""Addresses told for the wrong thing: a parcel delivered to the billing address, where another was its place. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Evidence, Fact
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_KINDS = ("shipping_address", "delivery_place", "billing_address")
_DELIVERY = frozenset({"shipping_address", "delivery_place"})
_BILLING = frozenset({"billing_address"})
_STREET = re.compile(
    r"\b\d{1,6}[a-z]?\s(?:[nsew]\.?\s)?[^\W\d_]{3,30}|[^\W\d_]{4,30}\.?\s\d{1,5}[a-z]?\b", re.IGNORECASE
)
_TOLD: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"\bbilling\saddress(?:,|:|\s(?:is|was|of|at|reads))?\s?$", re.IGNORECASE), _BILLING),
    (
        re.compile(
            r"\b(?:deliver\w{0,4}|left|handed|brought|arrived|shipped|sent|went|reached|dropped|place\sof\sdelivery)\b"
            r"(?:(?!\bbilling\b|\bnot\b|\bbut\b)[^;:!?]){0,80}$",
            re.IGNORECASE,
        ),
        _DELIVERY,
    ),
)
_SENTENCE_END = re.compile(r"[.;!?](?:\s(?=[A-Z])|$)")
_LOOK_BACK = 120


def read(text: str, cited: Sequence[Fact], evidence: Evidence) -> Iterator[Finding]:
    """Yield each street of a folded text that is told for another address than the facts have it for."""
    held = {kind: _find_streets(evidence.of(kind)) for kind in _KINDS}
    for match in _STREET.finditer(text):
        holders = {kind for kind, streets in held.items() if match[0].casefold() in streets}
        before = _SENTENCE_END.split(text[max(0, match.start() - _LOOK_BACK) : match.start()])[-1]
        kinds = next((kinds for pattern, kinds in _TOLD if pattern.search(before)), frozenset[str]())
        elsewhere = any(held[kind] for kind in kinds)
        if holders and kinds and elsewhere and not holders & kinds and any(fact.kind in holders for fact in cited):
            yield Finding(*match.span(), f"{match[0]} is the {min(holders).replace('_', ' ')}, and told for another")


def _find_streets(facts: Sequence[Fact]) -> set[str]:
    return {match[0].casefold() for fact in facts for match in _STREET.finditer(tokens.render_folded(fact))}
