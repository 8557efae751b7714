"""The choice of two earlier payments, and the findings when there is none."""

import pytest

from disputes.ce3 import selection
from disputes.ce3.prefill import CE3
from disputes.ce3.selection import Ce3Choice
from tests.disputes.ce3.payments import HOME, a_fraud, a_history, a_payment, chosen, inside, missed

KNOWN = {
    "customer_purchase_ip": "203.0.113.7",
    "customer_device_id": "device-0123456789",
    "customer_email_address": "zoe@example.com",
    "shipping_address": HOME,
}
WHERE = {"city": "Portland", "country": "US", "line1": "12 Main St", "line2": "Apt 4"} | {
    "postal_code": "97201",
    "state": "OR",
}


def familiar(**changes):
    """A customer known by address, device, e-mail and home, with two sound earlier payments."""
    priors = (a_payment("ch_1", days=130, **KNOWN), a_payment("ch_2", days=200, **{**KNOWN, **changes}))
    return a_history(*priors, **KNOWN)


def findings(history, dispute=None):
    return {(finding.datum, finding.charge): finding for finding in missed(history, dispute).findings}


def test_writes_what_stripe_asks_for():
    shared = {**KNOWN, "shipping_address": WHERE, "product_description": "Walnut lamp"}
    answer = selection.find(a_fraud(), familiar())
    assert answer == Ce3Choice(
        priors=("ch_1", "ch_2"),
        elements=("customer_purchase_ip", "device", "shipping_address", "customer_email_address"),
        why="The payments ch_1 and ch_2 share the purchase IP address and the device and the shipping address and "
        "the customer's e-mail address with the disputed one.",
        enhanced_evidence={
            CE3: {
                "disputed_transaction": {**shared, "merchandise_or_services": "merchandise"},
                "prior_undisputed_transactions": [{"charge": "ch_1", **shared}, {"charge": "ch_2", **shared}],
            }
        },
    )


def test_sends_only_what_all_three_payments_share():
    ours = inside(chosen(familiar(customer_email_address="ida@example.com")).enhanced_evidence)
    rows = (ours["disputed_transaction"], *ours["prior_undisputed_transactions"])
    assert not any("customer_email_address" in row for row in rows)
    assert {row["customer_purchase_ip"] for row in rows} == {"203.0.113.7"}


def test_writes_what_is_the_same_in_one_spelling():
    loose = {"customer_purchase_ip": "::ffff:203.0.113.7", "customer_email_address": " Zoe@Example.com"}
    home = HOME.model_copy(update={"line1": "12 MAIN  st", "country": "us"})
    assert chosen(familiar(**loose, shipping_address=home)).enhanced_evidence == chosen(familiar()).enhanced_evidence


def test_a_description_is_cut_to_what_stripe_takes():
    long = "lamp " * 2_000
    sent = inside(chosen(familiar(product_description=long)).enhanced_evidence)
    assert len(sent["prior_undisputed_transactions"][1]["product_description"]) == 5_000


@pytest.mark.parametrize(
    "changes",
    [
        {"network": "mastercard", "network_code": "4837", "eligible": ()},
        {"network_code": "13.1", "eligible": ()},
        {"network_code": None, "eligible": ()},
        {"status": "warning_needs_response"},
        {"case_type": "compliance"},
    ],
)
def test_other_disputes_are_not_answered_with_earlier_payments(changes):
    (finding,) = findings(familiar(), a_fraud(**changes)).values()
    assert (finding.datum, finding.charge) == ("network_code", "ch_disputed")


@pytest.mark.parametrize(
    "changes", [{"network_code": " 10.4 ", "eligible": ()}, {"network_code": None}, {"status": "under_review"}]
)
def test_visas_code_or_stripes_word_makes_it_worth_looking(changes):
    assert isinstance(selection.find(a_fraud(**changes), familiar()), Ce3Choice)


def test_may_be_staged_only_while_stripe_says_that_it_is_eligible():
    assert selection.is_stageable(a_fraud())
    assert not selection.is_stageable(a_fraud(eligible=()))
    assert not selection.is_stageable(a_fraud(eligible=("visa_compliance",)))
    assert not selection.is_stageable(a_fraud(status="under_review"))


@pytest.mark.parametrize(
    ("changes", "datum", "why"),
    [
        ({"disputed": True}, "disputed", "was disputed itself."),
        ({"fraud_reported": True}, "fraud_reported", "was reported as fraud."),
        ({"refunded": True}, "refunded", "was given back."),
        ({"paid": False}, "paid", "was not paid."),
        ({"amount": 0}, "amount", "only checked the card and moved no money."),
        ({"card": "card-2"}, "card", "was made with another card."),
        ({"card": ""}, "card", "has no card on record that could be compared."),
        ({"charge": "pi_2"}, "charge", "is not a card charge of Stripe's."),
        ({"charge": "ch_disputed"}, "charge", "is the disputed one."),
        ({"paid_at": None}, "paid_at", "has no date on record."),
        ({"days": 119}, "paid_at", "is 119 days older than the disputed one, where 120 to 364 count."),
        ({"days": -2}, "paid_at", "was made after the disputed one."),
        ({"product_description": " "}, "product_description", "does not say what was bought."),
    ],
)
def test_says_why_an_earlier_payment_does_not_count(changes, datum, why):
    sound, flawed = (
        a_payment("ch_1", days=130, **KNOWN),
        a_payment(**{"charge": "ch_2", "days": 200, **KNOWN, **changes}),
    )
    by_datum = findings(a_history(sound, flawed, **KNOWN))
    finding = by_datum.pop((datum, flawed.charge))
    assert finding.why.startswith(f"The payment {flawed.charge}")
    assert finding.why.endswith(why)
    assert bool(finding.store) == (datum in {"card", "product_description"})
    assert set(by_datum) == {("prior_payments", "ch_disputed")}


def test_names_the_payment_by_its_day():
    late = a_payment("ch_2", days=119, **KNOWN)
    finding = findings(a_history(late, **KNOWN))["paid_at", "ch_2"]
    assert finding.why.startswith("The payment ch_2 of 24 July 2026 is 119 days older")


def test_a_customer_without_a_past_is_told_in_one_finding():
    (finding,) = findings(a_history(**KNOWN)).values()
    assert finding.why.startswith("Of the customer's 0 other payments none counts, and 2 are needed")


def test_of_many_payments_that_do_not_count_the_newest_are_named():
    by_datum = findings(a_history(*(a_payment(f"ch_{n:02}", days=n) for n in range(1, 51)), **KNOWN))
    assert [charge for _, charge in by_datum] == ["ch_disputed", *(f"ch_{n:02}" for n in range(1, 11))]


def test_names_the_datum_the_charge_and_what_to_store():
    bare = {"customer_device_id": "", "shipping_address": {}, "customer_email_address": ""}
    finding = findings(familiar(**bare))["customer_device_id", "ch_2"]
    assert finding.why == "On the payment ch_2 of 4 May 2026 the device id is not on record."
    assert finding.store.startswith("Note a device id (15 characters or more)")


def test_asks_only_for_a_main_element_where_none_matches():
    by_datum = findings(familiar(customer_purchase_ip="", customer_device_id="short"))
    assert set(by_datum) == {("customer_purchase_ip", "ch_2"), ("customer_device_id", "ch_2")}
    assert "is shorter than the 15 characters" in by_datum["customer_device_id", "ch_2"].why


def test_asks_for_everything_where_nothing_matches():
    priors = (a_payment("ch_1", days=130), a_payment("ch_2", days=140))
    answer = missed(a_history(*priors))
    assert "nothing matches" in answer.why
    assert {finding.charge for finding in answer.findings} == {"ch_disputed", "ch_1", "ch_2"}
    assert {finding.datum for finding in answer.findings} == {
        *KNOWN,
        "customer_account_id",
    }


def test_a_value_that_differs_is_named_without_advice():
    other = {"customer_device_id": "device-9876543210", "shipping_address": {}, "customer_email_address": ""}
    finding = findings(familiar(**other))["customer_device_id", "ch_2"]
    assert finding.why == "On the payment ch_2 of 4 May 2026 the device id is another than on the disputed one."
    assert finding.store == ""


def test_asks_for_the_device_field_that_fewer_payments_lack():
    other = {"shipping_address": {}, "customer_email_address": ""}
    priors = [a_payment(f"ch_{n}", days=130, **other, customer_purchase_ip="203.0.113.7") for n in (1, 2)]
    printed = {"customer_device_fingerprint": "fingerprint-0123456789"}
    history = a_history(*(prior.model_copy(update=printed) for prior in priors), customer_purchase_ip="203.0.113.7")
    by_datum = findings(history)
    assert ("customer_device_fingerprint", "ch_disputed") in by_datum
    assert not any(datum == "customer_device_id" for datum, _ in by_datum)


def test_what_the_disputed_payment_lacks_itself_is_named():
    history = familiar()
    undescribed = history.disputed.model_copy(update={"product_description": ""})
    by_datum = findings(history.model_copy(update={"disputed": undescribed, "sort": None}))
    assert set(by_datum) == {("product_description", "ch_disputed"), ("merchandise_or_services", "ch_disputed")}
    assert all(finding.store for finding in by_datum.values())


def test_findings_show_no_customer_data():
    text = " ".join(
        finding.why for finding in findings(familiar(customer_purchase_ip="", customer_device_id="")).values()
    )
    assert not any(value in text for value in ("203.0.113.7", "device-0123456789", "zoe@", "Main St"))


def test_every_kind_of_product_has_a_word_of_stripes():
    assert selection.SORTS == {"physical": "merchandise", "digital": "services", "service": "services"}


def test_of_pairs_that_match_alike_the_one_with_more_main_elements_wins():
    mains = {**KNOWN, "customer_email_address": "", "shipping_address": {}}
    newer = [
        a_payment(f"ch_{n}", days=120 + n, **{**KNOWN, "customer_device_id": "", "shipping_address": {}})
        for n in (1, 2)
    ]
    older = [a_payment(f"ch_{n}", days=120 + n, **mains) for n in (3, 4)]
    assert chosen(a_history(*newer, *older, **KNOWN)).priors == ("ch_3", "ch_4")


def test_more_matching_elements_beat_more_main_ones():
    many = {**KNOWN, "customer_device_id": ""}
    mains = {**KNOWN, "customer_email_address": "", "shipping_address": {}}
    newer = [a_payment(f"ch_{n}", days=120 + n, **mains) for n in (1, 2)]
    older = [a_payment(f"ch_{n}", days=120 + n, **many) for n in (3, 4)]
    assert chosen(a_history(*newer, *older, **KNOWN)).priors == ("ch_3", "ch_4")


def test_values_that_match_nothing_do_not_make_an_older_pair_better():
    other = {**KNOWN, "customer_account_id": "user-2"}
    newer = [a_payment(f"ch_{n}", days=120 + n, **KNOWN) for n in (1, 2)]
    older = [a_payment(f"ch_{n}", days=120 + n, **other) for n in (3, 4)]
    assert chosen(a_history(*newer, *older, **KNOWN)).priors == ("ch_1", "ch_2")


def test_of_pairs_that_fail_alike_the_one_with_more_on_record_is_told():
    other = {"customer_device_id": "device-9876543210"}
    newer = [a_payment(f"ch_{n}", days=120 + n) for n in (1, 2)]
    older = [a_payment(f"ch_{n}", days=120 + n, **other) for n in (3, 4)]
    named = missed(a_history(*newer, *older, **KNOWN)).findings
    assert {finding.charge for finding in named} == {"ch_disputed", "ch_3", "ch_4"}
