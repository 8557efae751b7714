"""The 32 cases that are unlike the rest: compliance, bank returns, what is over or late, appeals, unknown worth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from disputes.playbook import PRODUCTS, Product
from evals.case import EvalCase, Label, Sort
from evals.generation import labels, points, proofs
from evals.generation.labels import CaseTraits
from evals.generation.points import Rows
from evals.generation.sale import sell
from evals.generation.stripe_object import SaleState, tell
from evals.generation.words import CaseWords

_RETURNS = (
    *("bank_cannot_process", "check_returned", "customer_initiated"),
    *("debit_not_authorized", "incorrect_account_details", "insufficient_funds"),
)
_OVER = {
    "won": "won",
    "lost": "lost",
    "under_review": "answered",
    "warning_closed": "warning_closed",
    "prevented": "prevented",
}
_LATE = ("product_not_received", "fraudulent", "duplicate", "subscription_canceled")


@dataclass(frozen=True)
class Odd:
    """One such case: what it is called, where it stands, and its right route."""

    name: str
    reason: str
    label: Label
    stand: SaleState = field(default_factory=SaleState)
    product: Product = "physical"
    worth: int = 4_200
    currency: str = "usd"
    sort: Sort = "special"


def oddities(seed: int, words: CaseWords, rows: Rows) -> Iterator[EvalCase]:
    """Give these cases of a seed."""
    for odd in (*_compliance(), *_returns(), *_late(), *_over(), *_appeals(), *_unknown()):
        dice = Random(f"{seed}/{odd.reason}/{odd.name}")  # noqa: S311 - invented cases, no secrets
        sale = sell(dice, words, reason=odd.reason, product=odd.product, terms=(odd.worth, odd.currency, "visa"))
        records = tuple(proofs.full(sale))
        yield EvalCase(
            id=f"{odd.reason}-{odd.name}",
            reason=odd.reason,
            product=odd.product,
            sort=odd.sort,
            dispute=tell(sale, odd.stand),
            records=records,
            label=odd.label,
            points=points.wanted(rows, odd.reason, records) if odd.label.action != "record" else (),
        )


def _compliance() -> Iterator[Odd]:
    fee = "E5: contesting a compliance case costs a network fee, which only a person may pay."
    for product in PRODUCTS:
        for worth in (3_900, 74_000):
            right = labels.label(CaseTraits("noncompliant", worth, doubt=fee))
            stand = SaleState(compliance=True)
            yield Odd(f"{product}-{worth}", "noncompliant", right, stand, product=product, worth=worth)


def _returns() -> Iterator[Odd]:
    for number, reason in enumerate(_RETURNS):
        gone = labels.over(
            "lost", "Reference 1.5: a bank return is lost when it opens; there is no issuer to persuade."
        )
        yield Odd("closed", reason, gone, SaleState(status="lost", method="us_bank_account"))
        if number % 2:
            asked = labels.label(
                CaseTraits(reason, 4_200, doubt="Reference 1.5: a bank return that asks for an answer is unusual.")
            )
            yield Odd("open", reason, asked, SaleState(method="us_bank_account"))


def _late() -> Iterator[Odd]:
    for number, reason in enumerate(_LATE):
        late = labels.over("past_due", "C7: past due on arrival is recorded as lost.")
        yield Odd("late", reason, late, SaleState(hours=-2 - 30 * number), sort="late")


def _over() -> Iterator[Odd]:
    for status, outcome in _OVER.items():
        right = labels.over(outcome, "Promise 4: what Stripe says is decided or answered is not answered again.")
        yield Odd(f"is-{status.replace('_', '-')}", "product_not_received", right, SaleState(status=status))


def _appeals() -> Iterator[Odd]:
    person = "C10: an appeal is sent by a person."
    for reason, worth in (("product_not_received", 8_000), ("duplicate", 90_000)):
        right = labels.label(CaseTraits(reason, worth, doubt=person))
        yield Odd("appeal", reason, right, SaleState(status="appeal_needs_response"), worth=worth)


def _unknown() -> Iterator[Odd]:
    """Tell of worth, methods and reasons that nobody can judge by rule."""
    klarna = "Reference 4.1: Klarna takes no evidence at the inquiry stage."
    for reason in ("product_not_received", "product_unacceptable"):
        right = labels.label(CaseTraits(reason, 4_200, doubt=klarna))
        yield Odd("klarna", reason, right, SaleState(status="warning_needs_response", method="klarna"), currency="eur")
    for reason in ("product_not_received", "duplicate"):
        right = labels.label(CaseTraits(reason, None, proof="", doubt=""))
        yield Odd("no-rate", reason, right, SaleState(known=False), currency="chf")
    for worth in (4_500, 9_900):
        right = labels.label(
            CaseTraits("goods_in_limbo", worth, doubt="Issue 5: a reason nobody knows is for a person.")
        )
        yield Odd(f"unknown-{worth}", "goods_in_limbo", right, worth=worth)
