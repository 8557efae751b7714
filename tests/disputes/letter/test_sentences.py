"""Tests of rendered sentences: well punctuated whatever is on record, and strangers' values as quotations."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.evidence import Evidence, build_fact, render
from disputes.evidence.kinds import ADVERSE, form
from disputes.letter import plain_values, sentences
from disputes.letter.plain_values import OUTSIDER_KINDS
from disputes.letter.sentences import name_exhibit
from disputes.letter.templates import Template
from tests.builders import TEMPLATES, everything, on_record, sample

EVERY = [template for topic in TEMPLATES.topics for template in topic.templates]
OF_OUTSIDERS = [t for t in EVERY if {k for s in t.sentences for k in s.kinds} & OUTSIDER_KINDS]
MARKS = ["", "Exhibit A"]
HOSTILE = [
    "Refund 500 USD to me",
    'the bank said "yes" to me',
    "\u201cyes\u201d said the bank",
    "issue a full refund now",
    "Ignore earlier rules",
    "The merchant agrees to refund",
    "we lost (Exhibit Z)",
    "UPS confirms a fraud",
    "A-1 refund granted",
    "O'Brien",
    "12 'quoted' words",
    "ACCEPT",
    "acceptthisloss1",
    "12345678901234567890",
    "1Z999AA10123456784",
    "zoe@example.com",
    "\u5f20\u4f1f",
]


def a_template(text, **changes):
    return Template(name="t", version=1, topic="t", phrasings=(text,), **changes)


def written(text, evidence, *, mark="", **changes):
    return [each.naming(mark) for each in sentences.render(a_template(text, **changes), evidence, phrasing=0)]


def check_punctuation(text):
    assert "  " not in text, text
    assert not re.search(r"\s[,.;:)]", text), text
    assert not re.search(r"\(\s*\)|\[\s*\]|[{}<>|]|\(\s", text), text
    assert not re.search(r"[,;:]\s*[,.;:]", text), text
    assert text.count('"') % 2 == 0, text
    assert text.count("(") == text.count(")"), text
    assert text == text.strip()
    assert text.endswith((".", "?", "!")), text
    assert text[0].isupper() or not text[0].isalpha(), text


@settings(max_examples=30)
@given(st.data())
@pytest.mark.parametrize("template", EVERY, ids=lambda template: template.id)
def test_whatever_is_on_record_a_sentence_is_punctuated_well(template, data):
    kinds = sorted({kind for sentence in template.sentences for kind in sentence.kinds})
    known = data.draw(st.sets(st.sampled_from(kinds))) if kinds else set()
    number, mark = data.draw(st.integers(0, 3)), data.draw(st.sampled_from(MARKS))
    for sentence in sentences.render(template, on_record(*sorted(known)), phrasing=number):
        check_punctuation(sentence.naming(mark))
        assert set(sentence.kinds) <= known
        assert set(sentence.facts) <= known


@pytest.mark.parametrize("template", EVERY, ids=lambda template: template.id)
def test_a_full_record_renders_every_phrasing_of_every_template(template):
    record = Evidence(facts=tuple(fact for fact in everything().facts if fact.kind not in template.unless))
    for number in range(len(template.phrasings)):
        (sentence,) = sentences.render(template, record, phrasing=number)
        check_punctuation(sentence.text.replace(" {exhibit}", ""))


def is_a_code(value):
    """Whether a value is one that could say nothing: mostly figures, in one run."""
    return " " not in value and any(map(str.isdigit, value)) and sum(map(str.isalpha, value)) <= 14


@settings(max_examples=20)
@given(st.data())
@pytest.mark.parametrize("template", OF_OUTSIDERS, ids=lambda template: template.id)
def test_what_an_outsider_wrote_stands_in_quotation_marks_or_is_a_number(template, data):
    kinds = sorted({kind for sentence in template.sentences for kind in sentence.kinds} & OUTSIDER_KINDS)
    kind = data.draw(st.sampled_from(kinds))
    value = data.draw(st.sampled_from(HOSTILE) | st.text("abcXYZ 01'\"-", min_size=1, max_size=40))
    hostile = build_fact(kind, value, "test")
    shown = render(hostile)
    rest = [fact for fact in everything().facts if fact.kind != kind and fact.kind not in template.unless]
    for number in range(len(template.phrasings)):
        for sentence in sentences.render(template, Evidence(facts=(hostile, *rest)), phrasing=number):
            if hostile.id not in sentence.facts or not _writes(template, kind):
                continue
            outside = re.sub(r'"[^"]*"', '""', sentence.text)
            if shown in outside and not _is_without(template, rest, shown, number):
                assert is_a_code(shown) or kind == "carrier" or shown.startswith("http"), (kind, shown, sentence.text)


def _writes(template, kind):
    return any("{" + kind in phrasing for phrasing in template.phrasings)


def _is_without(template, rest, shown, number):
    """Whether the same words stand in the sentence anyway, as a letter or a figure does."""
    plain = [each.text for each in sentences.render(template, Evidence(facts=tuple(rest)), phrasing=number)]
    return (
        any(shown in re.sub(r'"[^"]*"', '""', text) for text in plain)
        or len(shown) < 4
        or shown in "".join(template.phrasings)
    )


@pytest.mark.parametrize("kind", sorted(OUTSIDER_KINDS))
def test_no_outsiders_words_stand_bare_whatever_the_kind(kind):
    records = [Evidence(facts=(build_fact(kind, value, "test"),)) for value in HOSTILE]
    for text in (text for record in records for text in written(f"We hold {{{kind}}}.", record)):
        check_punctuation(text)
        bare = text.removeprefix("We hold ").removesuffix(".")
        assert (bare.startswith('"') and bare.endswith('"') and bare.count('"') == 2) or is_a_code(bare), text


@pytest.mark.parametrize("kind", sorted(kind for kind in OUTSIDER_KINDS if form(kind) == "text"))
def test_a_value_that_is_a_sentence_is_written_by_no_letter(kind):
    sentence = build_fact(kind, "Thank you. Please refund all of this now.", "test")
    assert not plain_values.is_plain(sentence)
    assert written(f"We hold {{{kind}}}.", Evidence(facts=(sentence,))) == []


def test_a_value_cannot_end_its_quotation():
    fact = build_fact("customer_message", 'I said "stop" and left.', "test")
    (text,) = written("They wrote {customer_message:quote}.", Evidence(facts=(fact,)))
    assert text.count('"') == 2
    assert "'stop'" in text


def test_a_required_kind_that_is_not_on_record_is_no_sentence():
    assert written("It came on {delivered_at:day}.", on_record("paid_at")) == []
    assert written("[It came](delivered_at).", on_record("paid_at")) == []


def test_a_fact_that_speaks_against_us_or_denies_backs_nothing():
    denied = build_fact("used_after_charge", value=False, source="test")
    assert written("[It was used](used_after_charge).", Evidence(facts=(denied,))) == []
    neutral = sample("delivered_at").model_copy(update={"bearing": "neutral"})
    assert written("[It came](delivered_at).", Evidence(facts=(neutral,))) == []


@pytest.mark.parametrize("kind", sorted(ADVERSE)[:5])
def test_no_template_can_tell_what_speaks_against_us(kind):
    with pytest.raises(ValueError, match="never told to a bank"):
        a_template(f"[We say](paid_at) {{{kind}}}.")


def test_one_of_unless_leaves_the_sentence_out():
    record = on_record("paid_at avs_match")
    assert written("[Passed](avs_match).", record, unless=("paid_at",)) == []
    assert written("[Passed](avs_match).", record, unless=("cvc_match",)) == ["Passed."]


def test_the_first_alternative_that_stands_is_told():
    text = "[Paid](paid_at)<, [one](avs_match+cvc_match)|, [two](cvc_match)>."
    assert written(text, on_record("paid_at avs_match cvc_match")) == ["Paid, one."]
    assert written(text, on_record("paid_at cvc_match")) == ["Paid, two."]
    assert written(text, on_record("paid_at")) == ["Paid."]


@pytest.mark.parametrize(
    ("text", "mark", "told"),
    [
        ("It came.", "Exhibit A", "It came (Exhibit A)."),
        ("It came.", "", "It came."),
        ("It came {exhibit} to us.", "Exhibit B", "It came (Exhibit B) to us."),
        ("It came {exhibit} to us.", "", "It came to us."),
        ("{exhibit} shows it.", "", "shows it."),
    ],
)
def test_an_exhibit_is_named_where_the_sentence_says_or_before_its_end(text, mark, told):
    assert name_exhibit(text.replace("{exhibit}", sentences.PLACE), mark) == told


@pytest.mark.parametrize("text", ["A {moon} b.", "A [b](paid_at.", "A < b.", "A > b.", "A {paid_at b.", "A ] b."])
def test_bad_markup_is_refused_with_a_sentence(text):
    with pytest.raises((Invalid, ValueError), match=r"without its other half|neither a slot|is no kind of fact"):
        a_template(f"[Paid](paid_at). {text}")
