"""What a verdict does with fields of others: each named, kept or replaced, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Choice, Packet, Sheet
from disputes.held_evidence import BESIDE, HeldEvidence, TheirEvidence
from disputes.packet.second_writer import caution, check, decide

ENHANCED, METHOD, LETTER = "enhanced_evidence", "intended_submission_method", "uncategorized_text"
FIELDS = ("uncategorized_text", "shipping_tracking_number", "receipt", "service_date")
CHOICES: st.SearchStrategy[Choice] = st.sampled_from(("keep", "replace"))
THEIRS = st.dictionaries(st.sampled_from(FIELDS), st.text(min_size=1, max_size=8))


def held(**theirs: str) -> HeldEvidence:
    return HeldEvidence(theirs=tuple(TheirEvidence(field=name, value=value) for name, value in theirs.items()))


def ours(**fields: str) -> Packet:
    sheets = (Sheet(field="receipt", title="Receipt", mark="Exhibit A", rows=()),)
    return Packet(fields=fields, sheets=sheets, enhanced={"visa_compelling_evidence_3": {}})


def test_nothing_of_others_asks_for_nothing():
    assert not list(check(held(), {}))
    assert caution(held()) == ""
    assert decide(ours(**{LETTER: "We."}), held(), {}) == ours(**{LETTER: "We."})


@given(theirs=THEIRS, choices=st.dictionaries(st.sampled_from(FIELDS), CHOICES))
def test_only_a_choice_on_each_and_on_no_other_passes(theirs: dict[str, str], choices: dict[str, Choice]):
    problems = " ".join(check(held(**theirs), choices))
    assert (problems == "") == (set(theirs) == set(choices))
    assert all(name in problems for name in set(theirs) ^ set(choices))


@given(theirs=THEIRS, fields=st.dictionaries(st.sampled_from(FIELDS), st.text(min_size=1)), data=st.data())
def test_each_field_is_ours_theirs_or_empty_and_never_two(
    theirs: dict[str, str], fields: dict[str, str], data: st.DataObject
):
    choices: dict[str, Choice] = {name: data.draw(CHOICES) for name in theirs}
    packet = ours(**{name: text for name, text in fields.items() if name != "receipt"})
    made = decide(packet, held(**theirs), choices)
    sent = {*made.fields, *(sheet.field for sheet in made.sheets)}
    for name, choice in choices.items():
        assert (name in sent) == (choice == "replace")
        assert made.kept.get(name) == (theirs[name] if choice == "keep" else None)
    replaced = {name for name, choice in choices.items() if choice == "replace"}
    unfilled = replaced - set(packet.fields) - {"receipt"}
    assert {name for name, value in made.fields.items() if value == ""} == unfilled
    untouched = packet.fields.keys() - choices.keys()
    assert all(name == LETTER or made.fields[name] == packet.fields[name] for name in untouched)


def test_what_stands_beside_the_fields_is_no_text_that_is_emptied():
    theirs = held(**{ENHANCED: '{"a": true}', METHOD: "smart_disputes"})
    made = decide(ours(), theirs, {ENHANCED: "replace", METHOD: "replace"})
    assert not made.fields.keys() & BESIDE
    assert set(made.replaced) == {ENHANCED, METHOD}


def test_earlier_payments_of_theirs_that_are_kept_end_ours():
    assert decide(ours(), held(**{ENHANCED: "{}"}), {ENHANCED: "keep"}).enhanced == {}


def test_smart_disputes_cannot_be_kept_beside_an_answer():
    assert list(check(held(**{METHOD: "smart_disputes"}), {METHOD: "keep"}))


@pytest.mark.parametrize("name", [*FIELDS, ENHANCED, METHOD, "appeal"])
def test_whoever_wrote_anything_is_named(name: str):
    assert name.replace("_", " ") in caution(held(**{name: "x"}))
