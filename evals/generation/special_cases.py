"""The 32 special cases: compliance, bank returns, closed and late disputes, appeals, unknown worth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from disputes.playbook import PRODUCTS, Product
from evals.case import EvalCase, Label, Sort
from evals.generation import labels, points, proofs
from evals.generation.labels import CaseTraits
from evals.generation.points import PointRules
from evals.generation.sale import invent_sale
from evals.generation.stripe_object import DisputeState, build_dispute
from evals.generation.words import CaseWords

_RETURNS = (
    *("bank_cannot_process", "check_returned", "customer_initiated"),
    *("debit_not_authorized", "incorrect_account_details", "insufficient_funds"),
)
_CLOSED = {
    "won": "won",
    "lost": "lost",
    "under_review": "answered",
    "warning_closed": "warning_closed",
    "prevented": "prevented",
}
_LATE = ("product_not_received", "fraudulent", "duplicate", "subscription_canceled")


@dataclass(frozen=True)
class SpecialCase:
    """A special case: its name, the state of its dispute, and its right route. `worth` is in US cents."""

    name: str
    reason: str
    label: Label
    state: DisputeState = field(default_factory=DisputeState)
    product: Product = "physical"
    worth: int = 4_200
    currency: str = "usd"
    sort: Sort = "special"


def special_cases(seed: int, words: CaseWords, rules: PointRules) -> Iterator[EvalCase]:
    """Yield the special cases of a seed."""
    for special in (*_compliance(), *_returns(), *_late(), *_closed(), *_appeals(), *_unknown()):
        rng = Random(f"{seed}/{special.reason}/{special.name}")  # noqa: S311 - invented cases, no secrets
        terms = (special.worth, special.currency, "visa")
        sale = invent_sale(rng, words, reason=special.reason, product=special.product, terms=terms)
        records = tuple(proofs.full_records(sale))
        yield EvalCase(
            id=f"{special.reason}-{special.name}",
            reason=special.reason,
            product=special.product,
            sort=special.sort,
            dispute=build_dispute(sale, special.state),
            records=records,
            label=special.label,
            points=points.expected_points(rules, special.reason, records) if special.label.action != "record" else (),
        )


def _compliance() -> Iterator[SpecialCase]:
    fee = "E5: contesting a compliance case costs a network fee, which only a person may pay."
    for product in PRODUCTS:
        for worth in (3_900, 74_000):
            right = labels.label_case(CaseTraits("noncompliant", worth, doubt=fee))
            state = DisputeState(compliance=True)
            yield SpecialCase(f"{product}-{worth}", "noncompliant", right, state, product=product, worth=worth)


def _returns() -> Iterator[SpecialCase]:
    for number, reason in enumerate(_RETURNS):
        closed = labels.label_closed(
            "lost", "Reference 1.5: a bank return is lost when it opens; there is no issuer to persuade."
        )
        yield SpecialCase("closed", reason, closed, DisputeState(status="lost", method="us_bank_account"))
        if number % 2:
            open_return = labels.label_case(
                CaseTraits(reason, 4_200, doubt="Reference 1.5: a bank return that asks for an answer is unusual.")
            )
            yield SpecialCase("open", reason, open_return, DisputeState(method="us_bank_account"))


def _late() -> Iterator[SpecialCase]:
    for number, reason in enumerate(_LATE):
        late = labels.label_closed("past_due", "C7: past due on arrival is recorded as lost.")
        yield SpecialCase("late", reason, late, DisputeState(hours=-2 - 30 * number), sort="late")


def _closed() -> Iterator[SpecialCase]:
    for status, outcome in _CLOSED.items():
        right = labels.label_closed(
            outcome, "Promise 4: what Stripe says is decided or answered is not answered again."
        )
        yield SpecialCase(f"is-{status.replace('_', '-')}", "product_not_received", right, DisputeState(status=status))


def _appeals() -> Iterator[SpecialCase]:
    by_a_person = "C10: an appeal is sent by a person."
    for reason, worth in (("product_not_received", 8_000), ("duplicate", 90_000)):
        right = labels.label_case(CaseTraits(reason, worth, doubt=by_a_person))
        yield SpecialCase("appeal", reason, right, DisputeState(status="appeal_needs_response"), worth=worth)


def _unknown() -> Iterator[SpecialCase]:
    """Yield cases with a payment method, a worth or a reason that no rule covers."""
    klarna = "Reference 4.1: Klarna takes no evidence at the inquiry stage."
    for reason in ("product_not_received", "product_unacceptable"):
        right = labels.label_case(CaseTraits(reason, 4_200, doubt=klarna))
        yield SpecialCase(
            "klarna", reason, right, DisputeState(status="warning_needs_response", method="klarna"), currency="eur"
        )
    for reason in ("product_not_received", "duplicate"):
        right = labels.label_case(CaseTraits(reason, None, proof="", doubt=""))
        yield SpecialCase("no-rate", reason, right, DisputeState(has_worth=False), currency="chf")
    for worth in (4_500, 9_900):
        right = labels.label_case(
            CaseTraits("goods_in_limbo", worth, doubt="Issue 5: a reason nobody knows is for a person.")
        )
        yield SpecialCase(f"unknown-{worth}", "goods_in_limbo", right, worth=worth)
