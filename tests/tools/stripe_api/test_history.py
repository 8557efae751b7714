from datetime import timedelta
from typing import Any

import pytest

from disputes.evidence import build_fact, render
from simulator.objects import NOON, a_charge, a_refund
from simulator.worlds.billing import a_list, a_subscription, a_subscription_item, an_invoice, an_invoice_line
from tests.tools.stripe_api.payment_objects import DAY, PAID, noted, papers, told
from tools.sources.stripe import history as stripe_history
from tools.sources.stripe import refunds as stripe_refunds
from tools.sources.stripe import subscription as stripe_subscription
from tools.sources.stripe.payment_objects import PaymentObjects


def refunded(*refunds: dict[str, Any], **changes: Any) -> PaymentObjects:
    return papers(a_charge(refunds=a_list("", list(refunds)), **changes))


def test_the_first_refund_is_the_one_a_bank_can_look_up() -> None:
    blind = a_refund(id="re_blind", amount=3_000, created=NOON + DAY, destination_details={"card": {}})
    known = a_refund(id="re_known", amount=800, created=NOON + 2 * DAY)
    evidence = noted(stripe_refunds.read(refunded(blind, known)))
    firsts = [evidence.first(kind) for kind in ("refund_amount", "refunded_at", "refund_reference")]
    assert [fact.id.partition(":")[2] for fact in firsts if fact] == ["re_known"] * 3
    assert evidence.first("refund_covers_claim")
    assert len(evidence.of("refund_before_dispute")) == 2


@pytest.mark.parametrize(
    "refund",
    [{"status": "pending"}, {"created": NOON + 11 * DAY}, {"amount": 3_799}, {"currency": "eur"}],
    ids=["pending", "after the dispute", "too small", "another currency"],
)
def test_a_refund_that_does_not_cover_the_claim(refund: dict[str, Any]) -> None:
    given = {"created": NOON + DAY} | refund
    evidence = noted(stripe_refunds.read(refunded(a_refund(**given))))
    assert evidence.first("refund_covers_claim") is None
    (adverse,) = evidence.adverse
    assert adverse.kind == "refund_before_dispute"


def test_a_failed_refund_is_none() -> None:
    assert noted(stripe_refunds.read(refunded(a_refund(status="failed", created=NOON + DAY)))).facts == ()


def test_a_refund_that_is_told_but_not_shown_still_counts_against_us() -> None:
    facts = told(stripe_refunds.read(papers(a_charge(amount_refunded=500))))
    assert facts == {"refund_before_dispute": "5.00 USD refunded"}


def bought(ref: str, days: float, **changes: Any) -> dict[str, Any]:
    return a_charge(id=ref, created=NOON + int(days * DAY), **changes)


def history(*charges: dict[str, Any], **changes: Any) -> dict[str, str]:
    return told(stripe_history.read(papers(charges=list(charges), **changes), ("order_id", "order")))


def test_adds_up_what_the_customer_paid_and_kept() -> None:
    facts = history(
        a_charge(disputed=True),
        bought("ch_a", -30, amount=1_000, amount_captured=1_000),
        bought("ch_b", -20, amount_refunded=800),
        bought("ch_c", -10, status="failed", paid=False),
        bought("ch_d", -5, currency="eur"),
        bought("ch_e", -4, captured=False),
    )
    assert facts["total_paid"] == "78.00 USD"


def test_earlier_payments_are_clean_paid_and_earlier() -> None:
    facts = history(
        a_charge(),
        bought("ch_a", -30),
        bought("ch_b", -20, amount_refunded=1),
        bought("ch_c", -10, disputed=True),
        bought("ch_d", -9, status="failed", paid=False),
        bought("ch_e", 5),
        bought("ch_f", -8),
    )
    assert facts["prior_payments"] == "2"
    assert facts["prior_since"] == render(build_fact("prior_since", PAID - timedelta(days=30), ""))


def test_nothing_is_said_of_a_customer_without_another_payment() -> None:
    assert set(history(a_charge())) == {"total_paid"}


def test_no_total_is_given_when_not_every_payment_was_seen() -> None:
    facts = history(a_charge(), bought("ch_a", -30), more=True)
    assert (facts["prior_payments"], "total_paid" in facts, "prior_since" in facts) == ("1", False, False)


def test_the_other_payment_of_a_duplicate_is_the_refunded_one() -> None:
    refund = a_refund(id="re_b", created=NOON + DAY)
    facts = history(
        a_charge(),
        bought("ch_near", 0.01),
        bought("ch_back", 0.5, amount_refunded=3_800, refunds=a_list("", [refund]), metadata={"order": "B-2"}),
    )
    assert (facts["other_charge_id"], facts["other_order_id"]) == ("ch_back", "B-2")
    assert facts["other_refund_amount"] == "38.00 USD"
    assert facts["other_refund_reference"] == "74537605223000118204961"


@pytest.mark.parametrize(
    "other",
    [
        bought("ch_o", 3.1),
        bought("ch_o", 1, amount=3_801),
        bought("ch_o", 1, currency="eur"),
        bought("ch_o", 1, paid=False),
    ],
    ids=["too far", "another amount", "another currency", "unpaid"],
)
def test_a_payment_that_is_no_twin(other: dict[str, Any]) -> None:
    assert "other_charge_id" not in history(a_charge(), other)


def test_a_subscription_tells_its_terms_and_the_period_that_was_paid() -> None:
    renewed = [
        an_invoice(id="in_now"),
        an_invoice(id="in_1", created=NOON - 30 * DAY),
        an_invoice(id="in_2", created=NOON - 60 * DAY),
        an_invoice(id="in_first", created=NOON - 80 * DAY, billing_reason="subscription_create"),
        an_invoice(id="in_trial", created=NOON - 90 * DAY, amount_paid=0),
        an_invoice(id="in_next", created=NOON + 15 * DAY),
    ]
    facts = told(
        stripe_subscription.read(
            papers(
                subscription=a_subscription(
                    items=a_list("", [a_subscription_item(current_period_start=NOON + 30 * DAY)])
                ),
                invoice=an_invoice(id="in_now", lines=a_list("", [an_invoice_line()])),
                invoices=renewed,
            )
        )
    )
    assert (facts["subscription_interval"], facts["subscription_status"], facts["renewals"]) == (
        "monthly",
        "active",
        "2",
    )
    assert facts["period_start"] == render(build_fact("period_start", PAID, ""))
    assert "canceled_at" not in facts
