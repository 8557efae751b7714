"""Visa's Compelling Evidence 3.0: earlier undisputed payments that show who made the disputed one. Pure.

The rule is Visa's as Stripe states it (docs.stripe.com/disputes/api/visa-ce3; reference 1.7 and 4.7).
"""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from disputes.ce3 import findings as ce3_findings
from disputes.ce3 import pairs
from disputes.ce3.findings import WORDS, Ce3Finding
from disputes.ce3.pairs import NEEDED, Pair
from disputes.ce3.payment import ADDRESS, FIELDS, LONGEST, History, Payment, Sort, marks, tidy, written
from disputes.ce3.prefill import CE3, DISPUTED, PRIORS, Record, chosen, merge, overlaid, overlay, transaction
from disputes.dispute import Dispute
from disputes.model import Value
from disputes.playbook import lenient

CODE = "10.4"
SORTS: dict[str, Sort] = {"physical": "merchandise", "digital": "services", "service": "services"}
"""Stripe's word for each kind of product."""


class Ce3Choice(Value):
    """Two earlier payments that qualify. `elements` match on all three payments.

    `enhanced_evidence` is Stripe's parameter, with all that Stripe pre-filled as it was; stage it in a call of its own
    with `submit=false`, and only while `stageable`: where it is not eligible, Stripe discards the whole call.
    """

    priors: tuple[str, str]
    elements: tuple[str, ...]
    why: str
    enhanced_evidence: dict[str, JsonValue]


class Ce3Shortfall(Value):
    """Why the dispute does not qualify: one sentence, and each datum that was missing. Never without a finding."""

    why: str
    findings: tuple[Ce3Finding, ...]


def applies(dispute: Dispute) -> bool:
    """Tell whether earlier payments may answer this dispute at all: Visa 10.4, however the code is written."""
    by_code = dispute.network == "visa" and lenient(dispute.network_code or "") == CODE
    return dispute.stage == "chargeback" and (by_code or CE3 in dispute.eligible)


def stageable(dispute: Dispute) -> bool:
    """Tell whether Stripe takes this evidence for the dispute as it stands (reference 1.7)."""
    return CE3 in dispute.eligible and dispute.status == "needs_response"


def find(dispute: Dispute, history: History, *, held: Record | None = None) -> Ce3Choice | Ce3Shortfall:
    """Give the two earlier payments that show most and what to send to Stripe, or exactly what was missing.

    `held` is the dispute's `evidence.enhanced_evidence` as Stripe gave it: what it holds is taken for the record, and
    payments that Stripe chose are kept. The answer does not depend on the order of `history.priors`. Whether Stripe
    would take it now is for `stageable` to say, since what is missing is worth knowing either way.
    """
    if not applies(dispute):
        why = "Only a Visa dispute with the network code 10.4 can be answered with earlier payments."
        return Ce3Shortfall(why=why, findings=(Ce3Finding(datum="network_code", charge=dispute.charge or "", why=why),))
    filled = _as_held(history, held or {})
    kept = frozenset(str(row["charge"]) for row in chosen(held or {})[:NEEDED])
    fit = [p for p in filled.priors if p.charge in kept or not any(pairs.unfit(filled.disputed, p))]
    pair = pairs.best(filled.disputed, fit, kept=kept)
    bare = tuple(_undescribed(filled, pair))
    if pair and pair.qualifies and not bare:
        return _choice(filled, pair, held or {})
    return _shortfall(filled, pair, bare, len(fit))


def _as_held(history: History, held: Record) -> History:
    own = transaction(held)
    sort = next((s for s in SORTS.values() if s == own.get("merchandise_or_services")), history.sort)
    return History(
        disputed=overlay(history.disputed, own), sort=sort, priors=tuple(overlaid(history.priors, chosen(held)))
    )


def _undescribed(history: History, pair: Pair | None) -> Iterator[Ce3Finding]:
    for payment in (history.disputed, *(pair.priors if pair else ())):
        if not written(payment, "product_description"):
            yield ce3_findings.lacking(payment, "product_description", "does not say what was bought")
    if history.sort is None:
        what = "does not say whether it was for merchandise or services"
        yield ce3_findings.lacking(history.disputed, "merchandise_or_services", what)


def _shortfall(history: History, pair: Pair | None, bare: tuple[Ce3Finding, ...], fit: int) -> Ce3Shortfall:
    if pair is None:
        few = tuple(ce3_findings.of_history(history.disputed, history.priors, fit=fit))
        return Ce3Shortfall(why=few[0].why, findings=(*few, *bare))
    if pair.qualifies:
        return Ce3Shortfall(why="Two earlier payments match, and a description is missing.", findings=bare)
    matching = f"only {_names(pair)} match{'es' * (len(pair.elements) == 1)}" if pair.elements else "nothing matches"
    needed = "the purchase IP address or the device must match, and one more element"
    why = f"On the two nearest earlier payments {matching}: {needed}."
    return Ce3Shortfall(why=why, findings=(*ce3_findings.of_pair(history.disputed, pair), *bare))


def _choice(history: History, pair: Pair, held: Record) -> Ce3Choice:
    rows = {str(row["charge"]): row for row in chosen(held)}
    # What Stripe chose stays in its order; `sorted` leaves the newer of ours first.
    first, second = sorted(pair.priors, key=lambda prior: [*rows, prior.charge].index(prior.charge))
    trio = ((history.disputed, transaction(held)), *((prior, rows.get(prior.charge, {})) for prior in (first, second)))
    shared: Record = {field: _spelt(field, trio) for field in FIELDS if field in pair.fields}
    disputed: Record = {**shared, **_described(history.disputed), "merchandise_or_services": history.sort}
    priors: list[JsonValue] = [{"charge": p.charge, **shared, **_described(p)} for p in (first, second)]
    return Ce3Choice(
        priors=(first.charge, second.charge),
        elements=pair.elements,
        why=f"The payments {first.charge} and {second.charge} share {_names(pair)} with the disputed one.",
        enhanced_evidence=merge(held, {CE3: {DISPUTED: disputed, PRIORS: priors}}),
    )


def _spelt(field: str, trio: Iterable[tuple[Payment, Record]]) -> JsonValue:
    """Write what all three share in one spelling, the one Stripe holds where it holds one."""
    first, *others = trio
    payment, row = next(((payment, row) for payment, row in (first, *others) if field in row), first)
    if field == ADDRESS:
        return {name: line for name, line in tidy(payment.shipping_address) if line}
    return row.get(field) or marks(payment)[field]


def _described(payment: Payment) -> Record:
    return {"product_description": written(payment, "product_description")[:LONGEST]}


def _names(pair: Pair) -> str:
    return " and ".join(WORDS[element] for element in pair.elements)
