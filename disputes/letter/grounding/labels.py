"""Identifiers beside a word for something else: `tracking number A-1042` where A-1042 is the order. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import KEYS
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_LABELS: tuple[tuple[str, str], ...] = (
    (r"tracking(?: (?:number|no\.?|id|code|reference))?", "tracking_number other_tracking_number"),
    (r"(?:parcel|package|shipment|consignment|waybill)(?: number)?", "tracking_number other_tracking_number"),
    (r"orders?(?: (?:number|no\.?|id))?", "order_id other_order_id order_key"),
    (r"invoice(?: (?:number|no\.?))?", "invoice_number"),
    (r"receipt(?: (?:number|no\.?))?", "receipt_number"),
    (
        r"(?:payment|charge|transaction) (?:reference|id|number)",
        "charge_id payment_intent_id payment_reference other_charge_id",
    ),
    (r"(?:refund reference|arn|acquirer reference(?: number)?)", "refund_reference other_refund_reference"),
    (r"subscription(?: (?:number|id))?", "subscription_id"),
    (r"ip(?: address)?", "customer_ip use_ip usage_event"),
    (r"device(?: (?:id|fingerprint))?", "device_id device_fingerprint use_device"),
    (r"(?:customer |user )?account(?: (?:number|id))?", "account_id use_account"),
)
_BESIDE = (
    r"(?:\s|,\s|:\s|\s\(|\s?#)(?:(?:of the (?:parcel|order|package|payment|purchase) )?(?:is|was|"
    r"being|reads|with the number|number|no\.)\s)?"
)
_VALUE = r"(?P<value>[\w][\w.:/-]{2,63})"
_PATTERNS = tuple(
    (re.compile(rf"\b{words}{_BESIDE}{_VALUE}", re.IGNORECASE), frozenset(kinds.split())) for words, kinds in _LABELS
)
_DIGIT = re.compile(r"\d")


def read(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each identifier that a folded text calls something else than the facts do."""
    keys = {tokens.render_folded(fact).casefold(): [] for fact in cited if fact.kind in KEYS}  # type: dict[str, list[Fact]]
    for fact in cited:
        if fact.kind in KEYS:
            keys[tokens.render_folded(fact).casefold()].append(fact)
    for pattern, kinds in _PATTERNS:
        for match in pattern.finditer(text):
            holders = keys.get(match["value"].strip(".:/-").casefold(), [])
            if holders and not any(fact.kind in kinds for fact in holders):
                called = match[0][: match.start("value") - match.start()].strip(" ,:(#")
                yield Finding(*match.span("value"), f"{match['value']} is called {called!r}, and is {holders[0].id}")
