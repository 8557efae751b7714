"""Verdicts: parsing, checking and applying them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Claim, Verdict
from disputes.errors import Invalid
from disputes.review import verdict
from tests.builders import NOON, a_case, a_claim, a_letter
from tests.disputes.test_dispute import NOISE

GROUNDED = "We received a payment of 1,234.56 USD."
LETTER = json.dumps([{"text": GROUNDED, "facts": ["amount_paid"]}])
SHOWN = {"decision": "approve", "letter": LETTER, "fields": "{}", "fee_acknowledged": "false", "note": ""}


def inbox(kind, args=None):
    return [{"type": kind, "args": args}]


def edited(**changes):
    return inbox("edit", {"action": "file_dispute_du_1", "args": {**SHOWN, **changes}})


def read(answer):
    return verdict.parse(answer, NOON)


def test_accept_approves_what_was_shown():
    assert read(inbox("accept")) == Verdict(decision="approve", by="agent inbox", at=NOON)
    sent_back = inbox("accept", {"action": "file_dispute_du_1", "args": SHOWN})
    assert verdict.parse(sent_back, NOON, shown=SHOWN) == Verdict(decision="approve", by="agent inbox", at=NOON)


def test_accept_with_other_arguments_than_were_shown_is_no_consent():
    changed = inbox("accept", {"action": "file_dispute_du_1", "args": {**SHOWN, "fee_acknowledged": "true"}})
    with pytest.raises(Invalid, match="not those that were shown"):
        verdict.parse(changed, NOON, shown=SHOWN)


def test_response_sends_the_case_back_with_a_note():
    decided = read(inbox("response", "Say more about the \x00delivery."))
    assert (decided.decision, decided.note) == ("redraft", "Say more about the delivery.")


def test_ignore_rejects():
    assert read(inbox("ignore")).decision == "reject"


def test_an_edited_letter_is_an_edit_even_where_the_decision_still_says_approve():
    decided = read(edited(letter=json.dumps([{"text": "We shipped.", "facts": ["paid_at"]}])))
    assert decided.decision == "edit"
    assert decided.letter == (Claim(text="We shipped.", facts=("paid_at",)),)


def test_edited_arguments_come_back_as_strings():
    decided = read(edited(fields='{"customer_name": "Zoe"}', fee_acknowledged=" True ", note="seen"))
    assert (decided.fields, decided.fee_acknowledged, decided.note) == ({"customer_name": "Zoe"}, True, "seen")


@pytest.mark.parametrize("argument", ["false", "", "yes", "1"])
def test_only_the_word_true_agrees_to_a_fee(argument):
    assert not read(edited(fee_acknowledged=argument)).fee_acknowledged


@pytest.mark.parametrize("decision", ["reject", "accept_loss", "redraft"])
def test_an_edit_may_take_another_decision(decision):
    assert read(edited(decision=decision)).decision == decision


def test_blank_arguments_change_nothing():
    decided = read(edited(letter="  ", fields=""))
    assert (decided.decision, decided.letter, decided.fields) == ("edit", None, {})


def test_an_inbox_cannot_say_who_decided_or_when():
    decided = read(edited(by="the owner", at="2020-01-01T00:00:00Z", version="9"))
    assert (decided.by, decided.at, decided.version) == ("agent inbox", NOON, 0)


def test_an_answer_may_come_without_its_list():
    assert read({"type": "ignore", "args": None}).decision == "reject"


def test_our_own_verdict_is_read_as_it_was_stored():
    stored = Verdict(decision="edit", note="n", letter=(a_claim(),), fields={"a": "b"}, by="ada", at=NOON, version=3)
    assert read(stored.model_dump(mode="json")) == stored


def test_the_text_of_a_verdict_is_cleaned():
    letter = [{"text": "Card 4242 4242 4242 4242\u202e", "facts": ["paid_at\ud800"]}]
    decided = read({"decision": "edit", "note": "a\x00b", "letter": letter, "fields": {"customer_name": "Z\x00"}})
    assert decided.letter == (Claim(text="Card [card ending 4242]", facts=("paid_at",)),)
    assert (decided.note, decided.fields) == ("ab", {"customer_name": "Z"})


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        [],
        "accept",
        7,
        [{"type": "accept"}, {"type": "accept"}],
        [["accept"]],
        {"type": "approve"},
        {"type": ["edit"]},
        {"type": None},
        {},
        {"decision": "burn"},
        {"decision": "edit", "letter": "text"},
        {"decision": "edit", "fields": {"a": 1}},
        edited(decision="burn"),
        edited(letter="not json"),
        edited(letter='{"text": "x"}'),
        edited(letter='["just words"]'),
        edited(letter="[" * 100_000),
        edited(fields="[1]"),
        edited(fields="7"),
    ],
    ids=lambda garbage: str(garbage)[:40],
)
def test_garbage_is_refused_with_one_sentence(garbage):
    with pytest.raises(Invalid, match=r"^[A-Z][^\n]*\.$"):
        read(garbage)


@given(NOISE, st.sampled_from(["accept", "edit", "response", "ignore", "other"]))
def test_any_answer_is_a_verdict_or_invalid(noise, kind):
    for answer in (noise, [noise], {"type": kind, "args": noise}, {"type": kind, "args": {"args": noise}}):
        try:
            decided = read(answer)
        except Invalid:
            continue
        decided.model_dump_json().encode()


def test_a_sound_approval_can_be_carried_out():
    assert verdict.check(a_case(), Verdict(decision="approve")) == ()


def test_an_edit_must_rest_on_facts():
    claims = (a_claim("We received 99.00 USD."),)
    assert verdict.check(a_case(), Verdict(decision="edit", letter=claims)) == (
        "Claim 1: 99.00 USD stands in no fact that is cited.",
    )


def test_an_edit_to_an_empty_letter_is_refused():
    assert verdict.check(a_case(), Verdict(decision="edit", letter=())) == ("Claim 1: the letter says nothing.",)


def test_a_field_stripe_does_not_have_is_refused():
    problems = verdict.check(a_case(), Verdict(decision="edit", fields={"receipt": "file_1"}))
    assert problems == ("receipt: no text field of Stripe's evidence has this name.",)


def test_an_edit_must_keep_stripes_limits():
    problems = verdict.check(a_case(), Verdict(decision="edit", fields={"customer_name": "x" * 5_001}))
    assert problems == ("customer_name holds 5001 characters and may hold 5000.",)


def test_nothing_is_approved_without_a_packet():
    case = a_case().model_copy(update={"packet": None})
    assert verdict.check(case, Verdict(decision="approve")) == (
        "There is no packet to file; ask for a new draft first.",
    )
    assert verdict.apply(case, Verdict(decision="approve")) == case


@pytest.mark.parametrize("decision", ["approve", "edit"])
def test_a_compliance_case_is_contested_only_where_the_fee_is_agreed_to(decision):
    case = a_case(case_type="compliance")
    (problem,) = verdict.check(case, Verdict(decision=decision))
    assert "500 USD" in problem
    assert verdict.check(case, Verdict(decision=decision, fee_acknowledged=True)) == ()


@pytest.mark.parametrize("decision", ["reject", "accept_loss", "redraft"])
def test_giving_up_a_compliance_case_needs_no_fee(decision):
    assert verdict.check(a_case(case_type="compliance"), Verdict(decision=decision)) == ()


def test_an_appeal_cannot_be_closed():
    assert verdict.check(a_case(status="appeal_needs_response"), Verdict(decision="accept_loss")) != ()


def test_an_approval_keeps_the_letter_and_notes_the_fee():
    case = a_case(case_type="compliance", network="visa")
    approval = Verdict(decision="approve", fee_acknowledged=True, letter=(a_claim("Other."),), by="ada")
    changed = verdict.apply(case, approval)
    assert changed.rebuttal is not None
    kept = [claim.model_copy(update={"attested_by": ""}) for claim in changed.rebuttal.claims]
    assert kept == list(case.rebuttal.claims)
    assert changed.packet == case.packet.model_copy(update={"fee_acknowledged": True})


def test_an_approval_attests_what_no_template_says_and_leaves_the_rest():
    signed = a_claim().model_copy(update={"template": "payment@1"})
    attested = a_claim("Before.").model_copy(update={"attested_by": "bob"})
    case = a_case(letter=a_letter(signed, attested, a_claim("Written by hand.")))
    changed = verdict.apply(case, Verdict(decision="approve", by="ada"))
    assert changed.rebuttal is not None
    assert [claim.attested_by for claim in changed.rebuttal.claims] == ["", "bob", "ada"]


def test_a_fee_is_noted_only_where_there_is_one():
    case = a_case()
    assert verdict.apply(case, Verdict(decision="approve", fee_acknowledged=True)).packet == case.packet


def test_an_edit_replaces_the_letter_and_only_the_fields_it_names():
    claims = (a_claim("We received a payment of 1,234.56 USD, in full."),)
    changed = verdict.apply(
        a_case(), Verdict(decision="edit", letter=claims, fields={"customer_name": "Zoe"}, by="ada")
    )
    assert changed.rebuttal is not None
    assert changed.packet is not None
    assert changed.rebuttal.claims == claims
    assert changed.rebuttal.writer == "ada"
    assert changed.packet.fields["customer_name"] == "Zoe"
    assert claims[0].text in changed.packet.fields["uncategorized_text"]


@pytest.mark.parametrize("decision", ["reject", "accept_loss", "redraft"])
def test_other_decisions_change_nothing_in_the_case(decision):
    assert verdict.apply(a_case(), Verdict(decision=decision, fields={"customer_name": "Zoe"})) == a_case()


def test_what_no_rule_can_judge_is_filed_once_a_reviewer_attests_it_under_the_name_of_who_is_signed_in():
    written = Claim(text="The parcel was wrapped with great care.", facts=("amount_paid",))
    case = a_case()
    refused = verdict.check(case, Verdict(decision="edit", letter=(written,), by="ada"))
    assert "no rule can judge this" in refused[0]
    attested = written.model_copy(update={"attested_by": "somebody else"})
    decided = Verdict(decision="edit", letter=(attested,), by="ada")
    assert verdict.check(case, decided) == ()
    letter = verdict.apply(case, decided).rebuttal
    assert letter
    assert [claim.attested_by for claim in letter.claims] == ["ada"]


def test_what_is_wrong_is_not_made_right_by_an_attestation():
    wrong = Claim(text="We received 9.99 USD.", facts=("amount_paid",), attested_by="ada")
    assert "9.99 USD" in verdict.check(a_case(), Verdict(decision="edit", letter=(wrong,), by="ada"))[0]
