"""Tests of the confidence: its bounds, what raises and lowers it, and its factors."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import ConfidenceFactor
from disputes.evidence import Evidence, build_fact
from disputes.evidence import kinds as facts
from disputes.playbook import confidence
from tests.builders import BOOKS, a_dispute, on_record, sample

HELPING = sorted(kind for kind in facts.KINDS if kind not in facts.ADVERSE and kind != "product_type")
HARMFUL = sorted(facts.ADVERSE)
PRODUCTS = st.sampled_from(["physical", "digital", "service", "unheard of", None])


def with_kinds(kinds, product=None):
    types = (build_fact("product_type", product, "test"),) if product else ()
    return Evidence(facts=(*types, *map(sample, kinds)))


def weighed(reason, evidence, code=None):
    return confidence.weigh(a_dispute(reason=reason, network_code=code), evidence, BOOKS.of(reason))


@given(
    st.sampled_from(sorted(BOOKS.by_reason)), st.sets(st.sampled_from(HELPING + HARMFUL)), PRODUCTS, st.text(max_size=6)
)
def test_the_parts_lie_between_0_and_1_and_multiply_to_the_total(reason, kinds, product, code):
    parts = weighed(reason, with_kinds(kinds, product), code)
    assert all(0 <= part.value <= 1 and part.why for part in parts)
    assert confidence.total(parts) == pytest.approx(prod(part.value for part in parts), abs=0.005 + 1e-9)


@given(
    st.sampled_from(sorted(BOOKS.by_reason)),
    st.sets(st.sampled_from(HELPING)),
    st.sets(st.sampled_from(HARMFUL), min_size=1),
    PRODUCTS,
)
def test_a_fact_against_us_never_raises_the_confidence(reason, kinds, harms, product):
    without = confidence.total(weighed(reason, with_kinds(kinds, product)))
    assert confidence.total(weighed(reason, with_kinds([*kinds, *harms], product))) <= without


@given(st.sampled_from(sorted(BOOKS.by_reason)), st.sets(st.sampled_from(HELPING)), st.sampled_from(HELPING), PRODUCTS)
def test_one_more_fact_for_us_never_lowers_it(reason, kinds, more, product):
    before = confidence.total(weighed(reason, with_kinds(kinds, product)))
    assert confidence.total(weighed(reason, with_kinds(kinds | {more}, product))) >= before


def test_nothing_on_record_is_no_confidence():
    assert confidence.total(weighed("product_not_received", Evidence())) == 0


def test_without_a_decisive_point_the_proof_is_capped():
    thin = "amount_paid paid_at card order_id product_description line_items invoice_number receipt_email delivered_at"
    more = "carrier shipped_at shipping_address billing_address shipping_matches_billing customer_name customer_email"
    proof, *_ = weighed("product_not_received", on_record(thin, more))
    assert proof.value == confidence.UNPROVEN_CAP
    assert "decisive" in proof.why


@pytest.mark.parametrize(
    ("reason", "code", "fit"),
    [
        ("product_not_received", "13.1", 1.0),
        ("product_not_received", "c8", 1.0),
        ("product_not_received", None, 0.95),
        ("product_not_received", "4853", 0.9),
        ("duplicate", "4834", 0.9),
        ("product_not_received", "10.4", 0.8),
        ("haunted", "13.1", 0.7),
        ("haunted", None, 0.7),
    ],
)
def test_the_fit_depends_on_the_network_reason_code(reason, code, fit):
    (part,) = [part for part in weighed(reason, on_record("amount_paid"), code) if part.name == "fit"]
    assert part.value == fit


def test_a_refund_of_the_whole_claim_answers_a_faulty_product_and_one_of_a_part_does_not():
    part = Evidence(facts=(build_fact("refund_before_dispute", "7.00 EUR refunded", "a", ref="1"),))
    whole = part.plus(Evidence(facts=(build_fact("refund_covers_claim", value=True, source="a"),)))
    counted = [[p.name for p in weighed("product_unacceptable", evidence)] for evidence in (part, whole)]
    assert ["refund_before_dispute" in names for names in counted] == [True, False]
    assert "refund_before_dispute" in [p.name for p in weighed("fraudulent", whole)]


def test_each_adverse_kind_counts_once_and_has_a_reason():
    book = BOOKS.of("product_not_received")
    twice = Evidence(facts=tuple(build_fact("not_shipped", value=True, source="a", ref=ref) for ref in ("1", "2")))
    (harm,) = [part for part in weighed("product_not_received", twice) if part.name == "not_shipped"]
    (penalty,) = [harm.penalty for harm in book.adverse_rules if harm.kind == "not_shipped"]
    assert harm.value == pytest.approx(1 - penalty)
    assert harm.why.endswith(".")


def test_a_total_has_two_places():
    parts = (ConfidenceFactor(name="a", value=0.3333, why="w"), ConfidenceFactor(name="b", value=0.5, why="w"))
    assert confidence.total(parts) == 0.17
    assert confidence.total(()) == 1.0
