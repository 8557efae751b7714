"""Visa's Compelling Evidence 3.0: the choice of earlier undisputed payments that show who made the disputed one.

The rule is Visa's as Stripe states it (docs.stripe.com/disputes/api/visa-ce3; reference 1.7 and 4.7).
"""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from disputes.ce3 import findings as ce3_findings
from disputes.ce3 import pairs
from disputes.ce3.findings import ELEMENT_NAMES, Ce3Finding
from disputes.ce3.pairs import PRIORS_NEEDED, PaymentPair
from disputes.ce3.payment import (
    ADDRESS,
    FIELDS,
    MAX_CHARACTERS,
    Payment,
    PaymentHistory,
    PurchaseSort,
    clean_address,
    comparable_fields,
    read_text,
)
from disputes.ce3.prefill import (
    CE3,
    DISPUTED,
    PRIORS,
    JsonObject,
    merge,
    overlay_payment,
    overlay_priors,
    read_disputed,
    read_priors,
)
from disputes.dispute import Dispute
from disputes.model import Value
from disputes.playbook import fold_code

VISA_CODE = "10.4"
SORTS: dict[str, PurchaseSort] = {"physical": "merchandise", "digital": "services", "service": "services"}
"""Stripe's word for each kind of product."""


class Ce3Choice(Value):
    """Two earlier payments that qualify. `elements` match on all three payments.

    `enhanced_evidence` is Stripe's parameter, with everything that Stripe pre-filled unchanged. Stage it in a call of
    its own with `submit=false`, and only while `is_stageable`: where not eligible, Stripe discards the whole call.
    """

    priors: tuple[str, str]
    elements: tuple[str, ...]
    why: str
    enhanced_evidence: dict[str, JsonValue]


class Ce3Shortfall(Value):
    """Why the dispute does not qualify: one sentence, and a finding for each missing datum; at least one."""

    why: str
    findings: tuple[Ce3Finding, ...]


def is_applicable(dispute: Dispute) -> bool:
    """Return whether earlier payments may answer this dispute at all: Visa 10.4, however the code is written."""
    by_code = dispute.network == "visa" and fold_code(dispute.network_code or "") == VISA_CODE
    return dispute.stage == "chargeback" and (by_code or CE3 in dispute.eligible)


def is_stageable(dispute: Dispute) -> bool:
    """Return whether Stripe accepts this evidence for the dispute in its present status (reference 1.7)."""
    return CE3 in dispute.eligible and dispute.status == "needs_response"


def find(dispute: Dispute, history: PaymentHistory, *, prefilled: JsonObject | None = None) -> Ce3Choice | Ce3Shortfall:
    """Return the two best earlier payments and what to send to Stripe, or exactly what was missing.

    `prefilled` is the dispute's `evidence.enhanced_evidence` as read from Stripe: its values take precedence over our
    record, and payments that Stripe chose are kept. The result does not depend on the order of `history.priors`.
    `is_stageable` decides whether Stripe would accept it now; missing data are worth knowing either way.
    """
    if not is_applicable(dispute):
        why = "Only a Visa dispute with the network code 10.4 can be answered with earlier payments."
        return Ce3Shortfall(why=why, findings=(Ce3Finding(datum="network_code", charge=dispute.charge or "", why=why),))
    filled = _apply_prefilled(history, prefilled or {})
    chosen_by_stripe = frozenset(str(row["charge"]) for row in read_priors(prefilled or {})[:PRIORS_NEEDED])
    fit = [
        p for p in filled.priors if p.charge in chosen_by_stripe or not any(pairs.find_exclusion(filled.disputed, p))
    ]
    pair = pairs.find_best(filled.disputed, fit, required=chosen_by_stripe)
    undescribed = tuple(_missing_descriptions(filled, pair))
    if pair and pair.qualifies and not undescribed:
        return _build_choice(filled, pair, prefilled or {})
    return _build_shortfall(filled, pair, undescribed, len(fit))


def _apply_prefilled(history: PaymentHistory, prefilled: JsonObject) -> PaymentHistory:
    disputed = read_disputed(prefilled)
    sort = next((s for s in SORTS.values() if s == disputed.get("merchandise_or_services")), history.sort)
    return PaymentHistory(
        disputed=overlay_payment(history.disputed, disputed),
        sort=sort,
        priors=tuple(overlay_priors(history.priors, read_priors(prefilled))),
    )


def _missing_descriptions(history: PaymentHistory, pair: PaymentPair | None) -> Iterator[Ce3Finding]:
    for payment in (history.disputed, *(pair.priors if pair else ())):
        if not read_text(payment, "product_description"):
            yield ce3_findings.build_finding(payment, "product_description", "does not say what was bought")
    if history.sort is None:
        what = "does not say whether it was for merchandise or services"
        yield ce3_findings.build_finding(history.disputed, "merchandise_or_services", what)


def _build_shortfall(
    history: PaymentHistory, pair: PaymentPair | None, undescribed: tuple[Ce3Finding, ...], fit: int
) -> Ce3Shortfall:
    if pair is None:
        few = tuple(ce3_findings.explain_history(history.disputed, history.priors, fit=fit))
        return Ce3Shortfall(why=few[0].why, findings=(*few, *undescribed))
    if pair.qualifies:
        return Ce3Shortfall(why="Two earlier payments match, and a description is missing.", findings=undescribed)
    matching = (
        f"only {_element_names(pair)} match{'es' * (len(pair.elements) == 1)}" if pair.elements else "nothing matches"
    )
    needed = "the purchase IP address or the device must match, and one more element"
    why = f"On the two nearest earlier payments {matching}: {needed}."
    return Ce3Shortfall(why=why, findings=(*ce3_findings.explain_pair(history.disputed, pair), *undescribed))


def _build_choice(history: PaymentHistory, pair: PaymentPair, prefilled: JsonObject) -> Ce3Choice:
    rows = {str(row["charge"]): row for row in read_priors(prefilled)}
    # What Stripe chose stays in its order; `sorted` leaves the newer of ours first.
    first, second = sorted(pair.priors, key=lambda prior: [*rows, prior.charge].index(prior.charge))
    trio = (
        (history.disputed, read_disputed(prefilled)),
        *((prior, rows.get(prior.charge, {})) for prior in (first, second)),
    )
    shared: JsonObject = {field: _shared_spelling(field, trio) for field in FIELDS if field in pair.fields}
    disputed: JsonObject = {**shared, **_description(history.disputed), "merchandise_or_services": history.sort}
    priors: list[JsonValue] = [{"charge": p.charge, **shared, **_description(p)} for p in (first, second)]
    return Ce3Choice(
        priors=(first.charge, second.charge),
        elements=pair.elements,
        why=f"The payments {first.charge} and {second.charge} share {_element_names(pair)} with the disputed one.",
        enhanced_evidence=merge(prefilled, {CE3: {DISPUTED: disputed, PRIORS: priors}}),
    )


def _shared_spelling(field: str, trio: Iterable[tuple[Payment, JsonObject]]) -> JsonValue:
    """Return the one spelling of a field that all three share: Stripe's where it holds one."""
    first, *others = trio
    payment, row = next(((payment, row) for payment, row in (first, *others) if field in row), first)
    if field == ADDRESS:
        return {name: line for name, line in clean_address(payment.shipping_address) if line}
    return row.get(field) or comparable_fields(payment)[field]


def _description(payment: Payment) -> JsonObject:
    return {"product_description": read_text(payment, "product_description")[:MAX_CHARACTERS]}


def _element_names(pair: PaymentPair) -> str:
    return " and ".join(ELEMENT_NAMES[element] for element in pair.elements)
