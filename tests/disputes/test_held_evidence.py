"""Who put what on a dispute: Rebut by what it staged, Stripe by its own fields, and a person all the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.dispute import Appeal
from disputes.held_evidence import PREFILLED, HeldEvidence, hash_value, read, sort
from tests.builders import a_dispute

METHOD, ENHANCED = "intended_submission_method", "enhanced_evidence"
OTHER = ("uncategorized_text", "shipping_tracking_number", "receipt", "brand_new_field")
NAMES = st.sampled_from(sorted(PREFILLED) + list(OTHER))
TEXTS = st.text(min_size=1, max_size=12)
EVIDENCE = st.dictionaries(NAMES, TEXTS)


def staged(evidence: dict[str, str]) -> dict[str, list[str]]:
    return {name: [hash_value(value)] for name, value in evidence.items()}


def names(held: HeldEvidence) -> list[str]:
    return sorted([*held.their_values, *held.prefilled, *held.ours])


@given(evidence=EVIDENCE, ours=EVIDENCE, before=EVIDENCE)
def test_everything_that_stands_there_is_exactly_ones(
    evidence: dict[str, str], ours: dict[str, str], before: dict[str, str]
):
    held = sort(a_dispute(evidence=evidence), staged(ours), before=a_dispute(evidence=before))
    assert names(held) == sorted(evidence)
    assert held.their_values.items() <= evidence.items()


@given(evidence=EVIDENCE)
def test_what_was_staged_is_ours_wherever_it_stands(evidence: dict[str, str]):
    assert sort(a_dispute(evidence=evidence), staged(evidence)).ours == tuple(evidence)


@given(evidence=EVIDENCE)
def test_without_a_record_all_but_stripes_own_fields_are_somebodys(evidence: dict[str, str]):
    held = sort(a_dispute(evidence=evidence), {})
    assert set(held.their_values) == set(evidence) - PREFILLED


@given(name=NAMES, ours=TEXTS, change=TEXTS)
def test_any_change_of_ours_makes_it_theirs(name: str, ours: str, change: str):
    before = a_dispute(evidence={name: ours})
    changed = {name: ours + change}
    assert sort(a_dispute(evidence=changed), staged({name: ours}), before=before).their_values == changed


@given(name=st.sampled_from(sorted(PREFILLED)), before=TEXTS, now=TEXTS)
def test_stripes_own_is_stripes_until_it_changes(name: str, before: str, now: str):
    held = sort(a_dispute(evidence={name: now}), {}, before=a_dispute(evidence={name: before}))
    assert (name in held.their_values) == (before != now)


@given(name=st.sampled_from(sorted(PREFILLED)), now=TEXTS)
def test_what_was_once_theirs_stays_theirs(name: str, now: str):
    shown = a_dispute(evidence={name: now})
    known = sort(shown, {}, before=a_dispute(evidence={name: now + "x"}))
    assert sort(shown, {}, before=shown, known=known).their_values == {name: now}


def test_our_words_in_another_field_are_theirs():
    elsewhere = {"refund_policy_disclosure": "Our words."}
    assert sort(a_dispute(evidence=elsewhere), staged({"uncategorized_text": "Our words."})).their_values == elsewhere


@pytest.mark.parametrize("method", ["smart_disputes", "prefer_smart_disputes"])
def test_an_answer_by_stripe_is_somebodys_choice_unless_it_was_ours(method: str):
    dispute = a_dispute(submission_method=method)
    assert sort(dispute, {}, before=a_dispute(submission_method="manual")).their_values == {METHOD: method}
    assert sort(dispute, staged({METHOD: method})).ours == (METHOD,)


def test_a_preference_that_stood_there_from_the_beginning_is_the_accounts_own():
    preferred = a_dispute(submission_method="prefer_smart_disputes")
    assert sort(preferred, {}).prefilled == (METHOD,)
    assert sort(preferred, {}, before=preferred).prefilled == (METHOD,)
    assert sort(a_dispute(submission_method="smart_disputes"), {}).their_values == {METHOD: "smart_disputes"}


@pytest.mark.parametrize("method", ["manual", "prefer_manual", None, ""])
def test_an_answer_by_hand_is_nobodys_choice(method: str | None):
    assert read(a_dispute(submission_method=method)) == {}


@pytest.mark.parametrize("kind", ["visa_compliance", "mastercard_compliance"])
def test_an_acknowledged_fee_is_never_stripes_own(kind: str):
    held = sort(a_dispute(enhanced={kind: {"fee_acknowledged": True}}), {})
    assert list(held.their_values) == [ENHANCED]
    assert not names(sort(a_dispute(enhanced={kind: {"fee_acknowledged": False}}), {}))


@pytest.mark.parametrize("empty", [{}, {"visa_compelling_evidence_3": {"disputed_transaction": None}}, {"x": [{}, ""]}])
def test_enhanced_evidence_without_anything_in_it_is_none(empty: Any):
    assert read(a_dispute(enhanced=empty)) == {}


def test_earlier_payments_are_stripes_until_they_change():
    def ce3(words: str) -> Any:
        return {"visa_compelling_evidence_3": {"disputed_transaction": {"product_description": words}}}

    before = a_dispute(enhanced=ce3("A chair"))
    assert sort(before, {}).prefilled == (ENHANCED,)
    held = sort(a_dispute(enhanced=ce3("Two chairs")), {}, before=before)
    assert list(held.their_values) == [ENHANCED]
    assert "Two chairs" in held.their_values[ENHANCED]


def test_an_appeal_is_told_by_all_of_it():
    appeal = Appeal(reason="Read it again.", files=("file_1",))
    dispute = a_dispute(status="appeal_needs_response", appeal=appeal, evidence={"receipt": "file_9"})
    assert sort(dispute, {}).their_values == {"appeal": "Read it again.\nfile_1"}
    assert sort(dispute, staged({"appeal": "Read it again.\nfile_1"})).ours == ("appeal",)
    assert sort(dispute, staged({"appeal": "Read it again."})).ours == ()


@pytest.mark.parametrize("value", ["", " ", "\ud800", "x" * 100_000])
def test_any_text_has_a_hash_of_its_own(value: str):
    assert hash_value(value) != hash_value(value + " ")
