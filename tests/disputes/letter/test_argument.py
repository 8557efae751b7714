"""Tests of the argument of a letter: order by weight, how long it gets, and which exhibits it names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disputes.case import Claim
from disputes.dispute import Stage
from disputes.evidence import Evidence, build_fact
from disputes.letter import argument, coverage, exhibit_marks
from disputes.letter.argument import MAX_PARAGRAPHS, Argument, Choice
from disputes.letter.templates import Templates
from disputes.packet import assembly
from disputes.playbook import PRODUCTS
from tests.builders import AUTHOR, BOOKS, TEMPLATES, a_case, a_full_case, a_letter, on_record, sample

REASONS = sorted(BOOKS.by_reason)
MOST_WORDS = 350
PLACES = {topic.topic: topic.place for topic in TEMPLATES.topics}
KINDS = sorted({kind for t in TEMPLATES.topics for each in t.templates for s in each.sentences for kind in s.kinds})
STATUSES: dict[Stage, dict[str, str]] = {
    "chargeback": {},
    "inquiry": {"status": "warning_needs_response"},
    "appeal": {"status": "appeal_needs_response"},
    "compliance": {"case_type": "compliance"},
}


def plan(case, **changes):
    return AUTHOR.plan(case, **changes)


def plan_with(case, sheets, templates=TEMPLATES):
    return argument.plan(case.dispute, case.evidence, BOOKS.of(case.dispute.reason), templates, sheets)


def body(planned: Argument):
    return [paragraph for paragraph in planned.paragraphs if PLACES[paragraph.topic] == "body"]


def marks(claims: tuple[Claim, ...]):
    return [mark for claim in claims for mark in exhibit_marks.find(claim.text)]


records = st.sets(st.sampled_from(KINDS)).map(
    lambda kinds: Evidence(facts=tuple(sample(kind) for kind in sorted({*kinds, "dispute_amount"})))
)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_letter_opens_with_what_is_disputed_and_closes_with_what_we_ask(reason, product):
    places = [PLACES[paragraph.topic] for paragraph in plan(a_full_case(reason, product)).paragraphs]
    assert places[0] == "opening"
    assert places[-1] == "closing"
    assert set(places[1:-1]) == {"body"}


@settings(max_examples=60)
@given(records, st.sampled_from(REASONS), st.sampled_from(PRODUCTS))
def test_what_the_bank_asks_first_stands_first_and_the_rest_follows_by_weight(record, reason, product):
    facts = (build_fact("product_type", product, "test"), *record.facts)
    planned = body(plan(a_case(reason=reason).model_copy(update={"evidence": Evidence(facts=facts)})))
    order = [(p.rank, -p.weight) for p in planned]
    assert order == sorted(order)


def test_one_paragraph_in_part_weighs_that_part():
    whole, part = ("delivered_at tracking_number", "delivered_at")
    weights = [
        max(
            p.weight for p in body(plan(a_case().model_copy(update={"evidence": on_record(f"dispute_amount {kinds}")})))
        )
        for kinds in (whole, part)
    ]
    assert weights[0] >= weights[1] > 0


@settings(max_examples=60)
@given(records, st.sampled_from(REASONS), st.sampled_from(PRODUCTS), st.sampled_from(sorted(STATUSES)))
def test_no_letter_has_more_words_than_a_bank_reads(record, reason, product, stage):
    facts = (build_fact("product_type", product, "test"), *record.facts)
    case = a_case(reason=reason, **STATUSES[stage]).model_copy(update={"evidence": Evidence(facts=facts)})
    planned = plan(case)
    assert planned.words <= MOST_WORDS
    assert len(body(planned)) <= MAX_PARAGRAPHS + _needed(case)


def _needed(case):
    """How many points an answer needs: their paragraphs stay, however many there are."""
    points = BOOKS.of(case.dispute.reason).find_points(case.dispute, case.evidence)
    return sum(point.required or point.decisive for point in points)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_full_record_of_long_values_is_shortened_and_keeps_what_an_answer_needs(reason, product):
    long = "Walnut desk with a drawer and a lamp of brass " * 5
    case = a_full_case(reason, product)
    facts = tuple(
        fact.model_copy(update={"value": long}) if fact.kind in {"product_description", "line_items"} else fact
        for fact in case.evidence.facts
    )
    case = case.model_copy(update={"evidence": Evidence(facts=facts)})
    planned = plan(case)
    letter = a_letter(*planned.claims)
    assert planned.words <= MOST_WORDS
    assert coverage.find_missing_points(case.dispute, letter, case.evidence, BOOKS.of(reason)) == ()


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_each_paragraph_names_the_exhibit_of_the_packet_that_shows_it_and_no_other(reason, product):
    case = a_full_case(reason, product)
    sheets = assembly.plan_sheets(case, BOOKS.of(reason))
    named = marks(plan(case).claims)
    assert named
    assert set(named) <= {sheet.mark for sheet in sheets}


def test_a_letter_beside_a_packet_without_exhibits_names_none():
    case = a_full_case()
    assert marks(plan_with(case, ()).claims) == []
    one = assembly.plan_sheets(case, BOOKS.of(case.dispute.reason))[:1]
    assert set(marks(plan_with(case, one).claims)) <= {one[0].mark}


def test_opening_and_closing_name_no_exhibit():
    planned = plan(a_full_case())
    framing = [p for p in planned.paragraphs if PLACES[p.topic] != "body"]
    assert marks(tuple(claim for paragraph in framing for claim in paragraph.write(1))) == []


def a_parcel(number, day, *, whole=True):
    facts = [build_fact("tracking_number", number, "test", of=number)]
    if whole:
        facts.append(build_fact("delivered_at", f"2026-03-{day}T10:02:00Z", "test", of=number))
    return facts


def parcels(*facts):
    record = on_record("dispute_amount paid_at")
    every = [
        build_fact("product_type", "physical", "test"),
        *record.facts,
        *(each for group in facts for each in group),
    ]
    return a_case().model_copy(update={"evidence": Evidence(facts=tuple(every))})


def test_several_parcels_are_told_together_with_all_their_days_and_numbers():
    letter = " ".join(claim.text for claim in plan(parcels(a_parcel("1Z0001", 18), a_parcel("1Z0002", 20))).claims)
    for value in ("18 March 2026 and 20 March 2026", "1Z0001 and 1Z0002"):
        assert value in letter


def test_a_parcel_that_has_not_arrived_is_not_told_as_one_that_has():
    claims = plan(parcels(a_parcel("1Z0001", 18), a_parcel("1Z0002", 20, whole=False))).claims
    letter = " ".join(claim.text for claim in claims)
    assert "18 March 2026" in letter
    assert "1Z0002" not in letter


def test_nothing_on_record_is_no_letter():
    assert plan(a_case().model_copy(update={"evidence": Evidence()})) == Argument()


def test_a_template_that_nobody_signed_stands_in_no_letter():
    unsigned = Templates(topics=TEMPLATES.topics)
    assert plan_with(a_full_case(), (), unsigned) == Argument()


@pytest.mark.parametrize("stage", STATUSES)
def test_each_stage_opens_and_closes_in_its_own_words(stage):
    claims = plan(a_full_case(**STATUSES[stage])).claims
    every = [found for claim in claims if (found := TEMPLATES.find(claim.template.partition("/")[0]))]
    assert all(stage in template.stages for template in every)
    assert claims[0].topic == "opening"
    assert claims[-1].topic == "closing"


def test_a_choice_without_anything_in_it_is_no_choice():
    assert plan(a_full_case(), choice=Choice()) == plan(a_full_case())
