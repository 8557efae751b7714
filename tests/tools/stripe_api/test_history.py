"""Facts from refunds, other payments and subscriptions."""

from datetime import timedelta
from typing import Any

import pytest

from disputes.evidence import build_fact, render
from simulator.objects import NOON, a_charge, a_refund
from simulator.worlds.billing import a_list, a_subscription, a_subscription_item, an_invoice, an_invoice_line
from tests.tools.stripe_api.payment_objects import DAY, PAID, as_evidence, build_objects, render_all
from tools.sources.stripe import history, refunds, subscription
from tools.sources.stripe.payment_objects import PaymentObjects


def refunded(*items: dict[str, Any], **changes: Any) -> PaymentObjects:
    return build_objects(a_charge(refunds=a_list("", list(items)), **changes))


def test_the_first_refund_is_the_one_a_bank_can_look_up() -> None:
    without_reference = a_refund(id="re_blind", amount=3_000, created=NOON + DAY, destination_details={"card": {}})
    with_reference = a_refund(id="re_known", amount=800, created=NOON + 2 * DAY)
    evidence = as_evidence(refunds.read(refunded(without_reference, with_reference)))
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
    changed = {"created": NOON + DAY} | refund
    evidence = as_evidence(refunds.read(refunded(a_refund(**changed))))
    assert evidence.first("refund_covers_claim") is None
    (adverse,) = evidence.adverse
    assert adverse.kind == "refund_before_dispute"


def test_a_failed_refund_gives_no_fact() -> None:
    assert as_evidence(refunds.read(refunded(a_refund(status="failed", created=NOON + DAY)))).facts == ()


def test_a_refund_known_only_by_its_amount_still_counts_against_us() -> None:
    facts = render_all(refunds.read(build_objects(a_charge(amount_refunded=500))))
    assert facts == {"refund_before_dispute": "5.00 USD refunded"}


def bought(ref: str, days: float, **changes: Any) -> dict[str, Any]:
    return a_charge(id=ref, created=NOON + int(days * DAY), **changes)


def history_facts(*charges: dict[str, Any], **changes: Any) -> dict[str, str]:
    return render_all(history.read(build_objects(charges=list(charges), **changes), ("order_id", "order")))


def test_the_total_adds_up_captured_payments_less_refunds() -> None:
    facts = history_facts(
        a_charge(disputed=True),
        bought("ch_a", -30, amount=1_000, amount_captured=1_000),
        bought("ch_b", -20, amount_refunded=800),
        bought("ch_c", -10, status="failed", paid=False),
        bought("ch_d", -5, currency="eur"),
        bought("ch_e", -4, captured=False),
    )
    assert facts["total_paid"] == "78.00 USD"


def test_earlier_payments_are_clean_paid_and_earlier() -> None:
    facts = history_facts(
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


def test_a_customer_without_another_payment_has_a_total_alone() -> None:
    assert set(history_facts(a_charge())) == {"total_paid"}


def test_no_total_is_given_when_not_every_payment_is_listed() -> None:
    facts = history_facts(a_charge(), bought("ch_a", -30), has_more=True)
    assert (facts["prior_payments"], "total_paid" in facts, "prior_since" in facts) == ("1", False, False)


def test_the_other_payment_of_a_duplicate_is_the_refunded_one() -> None:
    refund = a_refund(id="re_b", created=NOON + DAY)
    facts = history_facts(
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
def test_a_payment_that_is_no_duplicate(other: dict[str, Any]) -> None:
    assert "other_charge_id" not in history_facts(a_charge(), other)


def test_a_subscription_gives_its_terms_and_the_paid_period() -> None:
    renewed = [
        an_invoice(id="in_now"),
        an_invoice(id="in_1", created=NOON - 30 * DAY),
        an_invoice(id="in_2", created=NOON - 60 * DAY),
        an_invoice(id="in_first", created=NOON - 80 * DAY, billing_reason="subscription_create"),
        an_invoice(id="in_trial", created=NOON - 90 * DAY, amount_paid=0),
        an_invoice(id="in_next", created=NOON + 15 * DAY),
    ]
    facts = render_all(
        subscription.read(
            build_objects(
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
