"""Parsing of Stripe dispute objects, also malformed ones."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import dispute
from disputes.errors import Invalid
from disputes.money import Money
from tests.builders import NOON, a_dispute

NOISE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "status reason amount currency balance_transactions charge payment_intent payment_method_details evidence "
    "evidence_details created livemode enhanced_eligibility_types is_charge_refundable intended_submission_method"
).split()


def raw(**changes):
    plain = {"object": "dispute", "id": "du_1", "status": "needs_response", "reason": "fraudulent"}
    return {**plain, "amount": 3_800, "currency": "usd", "created": 1_700_000_000, **changes}


def parsed(**changes):
    return dispute.parse(raw(**changes))


@given(st.dictionaries(st.sampled_from(KEYS), NOISE))
def test_any_shape_is_a_dispute_or_invalid(noise):
    read = None
    with suppress(Invalid):
        read = dispute.parse(raw(**noise))
    if read:
        assert dispute.Dispute.model_validate_json(read.model_dump_json()) == read
        assert "\\u0000" not in json.dumps(read.model_dump(mode="json"))


@given(NOISE, NOISE)
def test_what_is_not_a_dispute_object_is_refused(kind, dispute_id):
    with pytest.raises(Invalid, match="not a Stripe dispute"):
        dispute.parse(raw(object=kind))
    if not isinstance(dispute_id, str):
        with pytest.raises(Invalid, match="not a Stripe dispute"):
            dispute.parse(raw(id=dispute_id))


@pytest.mark.parametrize("odd", ["", "du 1", "du_1\x00", "../du_1", "du_1\n", "d" * 300])
def test_an_id_that_could_not_be_stripes_is_refused(odd):
    with pytest.raises(Invalid):
        parsed(id=odd)


@pytest.mark.parametrize("odd", [None, "3800", True, 38.5, -1, 10**30])
def test_an_amount_is_never_guessed(odd):
    with pytest.raises(Invalid, match="names no amount"):
        parsed(amount=odd)


@pytest.mark.parametrize("odd", [None, "", 7, "\u200b"])
def test_a_currency_is_never_guessed(odd):
    with pytest.raises(Invalid, match="names no amount and currency"):
        parsed(currency=odd)


@pytest.mark.parametrize("odd", [None, 0, -5, "soon", True, 10**15])
def test_a_deadline_that_is_no_time_is_none(odd):
    read = parsed(evidence_details={"due_by": odd})
    assert read.due_by is None


def test_a_deadline_is_aware_utc():
    read = parsed(evidence_details={"due_by": int((NOON + timedelta(hours=30)).timestamp())})
    assert read.due_by == NOON + timedelta(hours=30)


@pytest.mark.parametrize(
    ("charge", "charge_id"), [("ch_1", "ch_1"), ({"id": "ch_2"}, "ch_2"), (None, None), ({}, None)]
)
def test_a_charge_may_be_an_id_expanded_or_missing(charge, charge_id):
    assert parsed(charge=charge).charge == charge_id


def test_ids_that_are_all_digits_are_not_taken_for_cards():
    assert parsed(charge="ch_4000000000000002").charge == "ch_4000000000000002"


def test_what_stripe_adds_later_is_kept_as_it_is():
    read = parsed(status="appeal_won_maybe", reason="haunted", payment_method_details={"type": "seashells"})
    assert (read.status, read.reason, read.method, read.network) == ("appeal_won_maybe", "haunted", "seashells", None)


def test_missing_words_have_a_careful_default():
    read = parsed(status=None, reason=None)
    assert (read.status, read.reason) == ("unknown", "general")
    assert read.created == datetime.fromtimestamp(1_700_000_000, UTC)


def test_card_details_are_read():
    card = {"brand": "visa", "network": "cartes_bancaires", "network_reason_code": "10.4", "case_type": "chargeback"}
    read = parsed(payment_method_details={"type": "card", "card": card})
    assert (read.network, read.network_code, read.case_type) == ("cartes_bancaires", "10.4", "chargeback")


def test_a_klarna_code_is_the_network_code():
    read = parsed(payment_method_details={"type": "klarna", "klarna": {"reason_code": "Goods not received"}})
    assert (read.method, read.network_code) == ("klarna", "Goods not received")


def test_evidence_keeps_texts_only_and_clean():
    evidence = {"customer_name": "Zo\x00e", "receipt": None, "shipping": {"a": 1}, "customer_signature": ""}
    assert parsed(evidence=evidence).evidence == {"customer_name": "Zoe"}


def test_value_is_what_was_withdrawn():
    rows = [{"amount": -3_521, "currency": "EUR"}, {"amount": 3_521, "currency": "eur"}]
    assert parsed(balance_transactions=rows).value == Money(amount=3_521, currency="eur")


def test_value_of_an_inquiry_is_its_share_of_the_charge():
    paid = {"amount": 7_000, "currency": "EUR", "exchange_rate": 0.92}
    charge = {"id": "ch_1", "amount": 7_600, "balance_transaction": paid}
    assert parsed(charge=charge, balance_transactions=[]).value == Money(amount=3_500, currency="eur")


@pytest.mark.parametrize("row", [{}, {"amount": 0, "currency": "usd"}, {"amount": -5}, {"amount": True}, 7, None])
def test_a_row_that_says_nothing_gives_no_value(row):
    assert parsed(balance_transactions=[row]).value is None


def test_huge_numbers_do_not_break_the_value():
    paid = {"amount": 10**14, "currency": "eur", "exchange_rate": 10**400}
    charge = {"id": "ch_1", "amount": 3, "balance_transaction": paid}
    assert parsed(amount=10**15, charge=charge).value is None
    assert parsed(amount=3, charge=charge).value == Money(amount=10**14, currency="eur")


NESTED = st.dictionaries(st.sampled_from(("enhanced_evidence", "appeal", "card", "supporting_files")), NOISE)


@given(NESTED, st.dictionaries(st.sampled_from(("enhanced_eligibility", "status")), NOISE | NESTED))
def test_no_form_of_enhanced_evidence_or_appeal_breaks_it(evidence, details):
    read = parsed(evidence=evidence, evidence_details=details)
    assert dispute.Dispute.model_validate_json(read.model_dump_json()) == read


def test_what_stripe_holds_and_says_of_enhanced_evidence_is_read():
    other = {"email": "a@example.com\x00", "none": None, "n": 1.5}
    enhanced = {"visa_compliance": {"fee_acknowledged": True}, "x": other}
    asks = {"status": "requires_action", "required_actions": ["missing_customer_identifiers", 7]}
    eligibility = {"visa_compliance": {"status": "fee_acknowledged"}, "odd": {}, "ce3": asks}
    read = parsed(evidence={"enhanced_evidence": enhanced}, evidence_details={"enhanced_eligibility": eligibility})
    assert read.enhanced["visa_compliance"] == {"fee_acknowledged": True}
    assert read.enhanced["x"] == {"email": "a@example.com", "none": None, "n": None}
    assert {kind: answer.status for kind, answer in read.eligibility.items()} == {
        "visa_compliance": "fee_acknowledged",
        "ce3": "requires_action",
    }
    assert read.eligibility["ce3"].required_actions == ("missing_customer_identifiers",)


def test_a_card_number_in_enhanced_evidence_is_masked():
    bought = {"visa_compelling_evidence_3": {"disputed_transaction": {"product_description": "4242 4242 4242 4242"}}}
    read = parsed(evidence={"enhanced_evidence": bought})
    assert "4242 4242" not in read.model_dump_json()
    assert "card ending 4242" in read.model_dump_json()


def test_an_appeal_is_read_with_its_files_in_their_order():
    card = {"reason_for_filing": "The bank overlooked the signature.", "supporting_files": ["file_2", "file_1"]}
    read = parsed(evidence={"appeal": {"card": card}})
    assert (read.appeal.reason, read.appeal.files) == (card["reason_for_filing"], ("file_2", "file_1"))
    assert parsed(evidence={"appeal": None}).appeal == dispute.Appeal()


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, "chargeback"),
        ({"status": "warning_needs_response"}, "inquiry"),
        ({"status": "warning_needs_response", "case_type": "compliance"}, "inquiry"),
        ({"status": "appeal_needs_response"}, "appeal"),
        ({"status": "appeal_needs_response", "reason": "noncompliant"}, "appeal"),
        ({"case_type": "compliance"}, "compliance"),
        ({"reason": "noncompliant"}, "compliance"),
        ({"eligible": ("visa_compliance",)}, "compliance"),
        ({"eligible": ("mastercard_compliance",)}, "compliance"),
        ({"eligible": ("visa_compelling_evidence_3",)}, "chargeback"),
        ({"status": "something_new"}, "chargeback"),
    ],
)
def test_a_stage_is_told_by_status_case_type_reason_and_eligibility(changes, stage):
    assert a_dispute(**changes).stage == stage


@pytest.mark.parametrize("name", ["receipt", "service_documentation"])
def test_the_id_of_a_file_is_kept_whatever_its_digits_look_like(name):
    for number in ("4242424242424242", "1Sim4012888888881881", "12345678901234567890"):
        assert parsed(evidence={name: f"file_{number}"}).evidence == {name: f"file_{number}"}


def test_what_is_no_file_id_is_masked_in_a_file_field_too():
    assert "4242424242424242" not in str(parsed(evidence={"receipt": "card 4242424242424242"}).evidence)
