"""Facts from refunds, other payments and subscriptions."""

from datetime import timedelta
from typing import Any

import pytest

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, build_fact, render
from disputes.letter import grounding
from disputes.money import Money
from simulator.objects import NOON, a_charge, a_refund
from simulator.worlds.billing import a_list, a_subscription, a_subscription_item, an_invoice, an_invoice_line
from tests.tools.stripe_api.payment_objects import DAY, PAID, as_evidence, build_objects, render_all
from tools.sources.stripe import history, payment, refunds, subscription
from tools.sources.stripe.payment_objects import PaymentObjects

CURRENCIES = ("eur", "usd", "eur", "usd")


def refunded(*items: dict[str, Any], **changes: Any) -> PaymentObjects:
    return build_objects(a_charge(refunds=a_list("", list(items)), **changes))


def test_the_first_refund_is_the_one_a_bank_can_look_up() -> None:
    without_reference = a_refund(id="re_blind", amount=3_000, created=NOON + DAY, destination_details={"card": {}})
    with_reference = a_refund(id="re_known", amount=800, created=NOON + 2 * DAY)
    evidence = as_evidence(refunds.read(refunded(without_reference, with_reference)))
    first, second = evidence.entities("refund")
    assert (first.name, second.name) == ("refund:re_known", "refund:re_blind")
    assert all(map(first.get, ("refund_amount", "refunded_at", "refund_reference")))
    assert second.get("refund_reference") is None
    assert evidence.sole("refund_covers_claim")
    assert len(evidence.of("refund_before_dispute")) == 2


@pytest.mark.parametrize(
    ("refund", "kind"),
    [
        ({"status": "pending"}, "refund_under_way"),
        ({"created": NOON + 11 * DAY}, "refund_after_dispute"),
        ({"amount": 3_799}, "refund_before_dispute"),
        ({"currency": "eur"}, "refund_before_dispute"),
    ],
    ids=["pending", "after the dispute", "too small", "another currency"],
)
def test_a_refund_that_does_not_cover_the_claim(refund: dict[str, Any], kind: str) -> None:
    changed = {"created": NOON + DAY} | refund
    evidence = as_evidence(refunds.read(refunded(a_refund(**changed))))
    assert evidence.sole("refund_covers_claim") is None
    (adverse,) = evidence.adverse
    assert adverse.kind == kind


@pytest.mark.parametrize("status", ["pending", "requires_action"])
def test_a_refund_under_way_is_no_proof_and_not_nothing(status: str) -> None:
    (fact,) = as_evidence(refunds.read(refunded(a_refund(status=status, created=NOON + DAY)))).facts
    assert (fact.kind, fact.bearing) == ("refund_under_way", "hurts")


def test_a_refund_after_the_dispute_is_not_told_as_one_before_it() -> None:
    evidence = as_evidence(refunds.read(refunded(a_refund(created=NOON + 11 * DAY))))
    assert [fact.kind for fact in evidence.facts] == ["refund_after_dispute"]


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_failed_refund_moved_no_money(status: str) -> None:
    failed = a_refund(status=status, created=NOON + DAY, failure_reason="expired_or_canceled_card")
    (fact,) = as_evidence(refunds.read(refunded(failed))).facts
    assert (fact.kind, fact.bearing) == ("refund_failed", "hurts")
    assert str(fact.value).endswith(f"{status}: expired or canceled card")


def test_a_failed_refund_that_was_paid_again_is_forgotten() -> None:
    failed, again = a_refund(id="re_1", status="failed", created=NOON), a_refund(id="re_2", created=NOON + DAY)
    assert as_evidence(refunds.read(refunded(failed, again))).sole("refund_failed") is None
    less = a_refund(id="re_2", amount=100, created=NOON + DAY)
    assert as_evidence(refunds.read(refunded(failed, less))).sole("refund_failed")


def test_a_refund_that_failed_backs_no_sentence_on_a_refund() -> None:
    announced = build_fact("merchant_message", "We refunded 38.00 USD today.", "helpdesk:ticket/1:text")
    other = build_fact("refund_amount", Money(amount=3_800, currency="usd"), "shop:order/1:refunded")
    claims = (
        Claim(text="We refunded 38.00 USD.", facts=("merchant_message",)),
        Claim(text="We refunded 38.00 USD.", facts=("refund_amount",)),
    )
    known = Evidence(facts=(announced, other))
    assert not grounding.check(Rebuttal(claims=claims), known)
    failed = as_evidence(refunds.read(refunded(a_refund(status="failed", created=NOON + DAY))))
    assert len({each.claim for each in grounding.check(Rebuttal(claims=claims), known.plus(failed))}) == 2


def test_several_refunds_are_added_up() -> None:
    parts = [a_refund(id=f"re_{n}", amount=1_900, created=NOON + n * DAY) for n in (1, 2)]
    evidence = as_evidence(refunds.read(refunded(*parts)))
    assert evidence.sole("refund_covers_claim")
    assert [render(fact) for fact in evidence.of("refund_total")] == ["38.00 USD"]


def test_refunds_of_two_currencies_are_never_mixed() -> None:
    parts = [a_refund(id=f"re_{n}", amount=1_900, created=NOON + n * DAY, currency=c) for n, c in enumerate(CURRENCIES)]
    evidence = as_evidence(refunds.read(refunded(*parts)))
    assert [render(fact) for fact in evidence.of("refund_total")] == ["38.00 USD", "38.00 EUR"]
    three = as_evidence(
        refunds.read(
            refunded(*parts[:3]),
        )
    )
    assert [render(fact) for fact in three.of("refund_total")] == ["38.00 EUR"]
    assert three.sole("refund_covers_claim") is None


def test_a_refund_covers_a_claim_in_the_currency_that_the_customer_saw() -> None:
    seen = {"presentment_amount": 3_500, "presentment_currency": "eur"}
    paid = a_charge(refunds=a_list("", [a_refund(created=NOON + DAY, presentment_details=seen)]))
    for amount, covered in ((3_500, True), (3_501, False)):
        objects = build_objects(paid, claim={"amount": amount, "currency": "eur"})
        assert bool(as_evidence(refunds.read(objects)).sole("refund_covers_claim")) == covered


def released(amount: int, **changes: Any) -> dict[str, Any]:
    return a_refund(
        id="re_rest",
        amount=amount,
        created=NOON + 60,
        reason=None,
        balance_transaction=None,
        **{"destination_details": {"type": "card", "card": {"type": "reversal"}}, **changes},
    )


@pytest.mark.parametrize("details", [{"type": "card", "card": {"type": "reversal"}}, None])
def test_what_was_never_captured_is_no_refund(details: dict[str, Any] | None) -> None:
    rest = released(800, destination_details=details)
    objects = refunded(rest, amount_captured=3_000, amount_refunded=800)
    assert as_evidence(refunds.read(objects)).facts == ()
    assert render_all(payment.read(objects))["amount_paid"] == "30.00 USD"


def test_a_refund_of_what_was_captured_is_told_without_the_rest() -> None:
    objects = refunded(released(800), a_refund(amount=500), amount_captured=3_000, amount_refunded=1_300)
    evidence = as_evidence(refunds.read(objects))
    assert [render(fact) for fact in evidence.of("refund_amount")] == ["5.00 USD"]
    assert len(evidence.adverse) == 1


def test_refunds_that_are_not_listed_are_known_by_their_amount() -> None:
    listing = a_list("", [a_refund(amount=500, created=NOON + DAY)]) | {"has_more": True}
    evidence = as_evidence(refunds.read(build_objects(a_charge(refunds=listing, amount_refunded=1_500))))
    assert [fact.value for fact in evidence.adverse][1:] == ["10.00 USD refunded"]
    assert [gap.name for gap in evidence.gaps] == ["refunds"]


def test_a_refund_known_only_by_its_amount_still_counts_against_us() -> None:
    facts = render_all(refunds.read(build_objects(a_charge(amount_refunded=500))))
    assert facts == {"refund_before_dispute": "5.00 USD refunded"}


EXPIRED = {"captured": False, "amount_captured": 0, "amount_refunded": 3_800, "refunded": True}


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
        bought("ch_e", -4, **EXPIRED),
        bought("ch_f", -3, amount=10_000, amount_captured=7_000, amount_refunded=3_000),
    )
    assert facts["total_paid"] == "148.00 USD"


def test_earlier_payments_are_clean_paid_and_earlier() -> None:
    facts = history_facts(
        a_charge(),
        bought("ch_a", -60),
        bought("ch_b", -20, amount_refunded=1),
        bought("ch_c", -10, disputed=True),
        bought("ch_d", -9, status="failed", paid=False),
        bought("ch_e", 5),
        bought("ch_h", -29),
        bought("ch_f", -40, amount=4_000, amount_captured=3_800, amount_refunded=200),
        bought("ch_g", -7, **EXPIRED),
    )
    assert facts["prior_payments"] == "2"
    assert facts["disputed_payments"] == "1"
    assert facts["prior_since"] == render(build_fact("prior_since", PAID - timedelta(days=60), ""))


def test_other_disputes_of_a_customer_are_counted_for_people_alone() -> None:
    others = [bought(f"ch_{n}", -n, disputed=n < 3) for n in (1, 2, 3)]
    objects = build_objects(a_charge(disputed=True), charges=others)
    (fact,) = as_evidence(history.read(objects, ())).of("disputed_payments")
    assert (fact.value, fact.bearing) == (2, "neutral")


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
        bought("ch_o", 31.1),
        bought("ch_o", 1, amount=3_801, amount_captured=3_801),
        bought("ch_o", 1, amount_captured=3_799),
        bought("ch_o", 1, currency="eur"),
        bought("ch_o", 1, paid=False),
    ],
    ids=["too far", "another amount", "captured in part", "another currency", "unpaid"],
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
