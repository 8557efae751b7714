"""Tests of the shipped playbooks: sound, complete, and sure only of objective proof."""

import re
import tomllib
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, FactValue, build_fact
from disputes.evidence import kinds as facts
from disputes.money import Money
from disputes.playbook import PRODUCTS, Playbook, Playbooks, confidence, fold_code
from disputes.playbook.loading import FOLDER, load_playbooks
from tests.builders import TEMPLATES
from tests.disputes.playbook.network_codes import CODES, REASONS

SALE = "amount_paid paid_at card product_description"
DELIVERED = f"{SALE} delivered_at tracking_number"
USED = f"{SALE} last_used_at used_after_charge"
PAID_BACK = "other_refund_amount other_refund_reference other_refund_covers_claim"
OTHER = "separate_orders order_id other_order_id other_description other_amount other_paid_at"
REFUND = "refund_amount refund_reference refund_covers_claim"
CHECKS = "avs_match cvc_match customer_name customer_email"
PRIORS = "prior_payments prior_since customer_ip device_id"

PROVEN = {
    "delivered": ("product_not_received", "physical", DELIVERED),
    "signed": ("product_not_received", "physical", f"{SALE} delivered_at delivery_signature"),
    "used": ("product_not_received", "digital", USED),
    "used and counted": ("product_not_received", "digital", f"{USED} usage_count"),
    "service signed for": ("product_not_received", "service", f"{SALE} service_date delivery_signature"),
    "two orders": ("duplicate", "physical", f"{SALE} {OTHER}"),
    "other payment refunded": (
        "duplicate",
        "digital",
        f"{SALE} {PAID_BACK}",
    ),
    "refunded in full": ("credit_not_processed", "physical", f"{SALE} {REFUND}"),
    "authenticated": ("fraudulent", "physical", f"{SALE} three_d_secure"),
    "known customer": ("fraudulent", "digital", f"{SALE} {CHECKS} {PRIORS}"),
    "authenticated, unrecognized": ("unrecognized", "physical", f"{SALE} three_d_secure"),
    "known customer, unrecognized": ("unrecognized", "digital", f"{SALE} {CHECKS} {PRIORS} statement_descriptor"),
    "renewal in use": ("subscription_canceled", "digital", f"{USED} subscription_id subscription_started_at renewals"),
}
THIN = {
    "shipped only": ("product_not_received", "physical", f"{SALE} shipped_at carrier tracking_number"),
    "delivered by word": ("product_not_received", "physical", f"{SALE} delivered_at order_id"),
    "used, when unknown": ("product_not_received", "digital", f"{SALE} last_used_at usage_count"),
    "service date only": ("product_not_received", "service", f"{SALE} service_date"),
    "other payment, no orders": ("duplicate", "physical", f"{SALE} other_amount other_paid_at other_charge_id"),
    "refund without reference": ("credit_not_processed", "physical", f"{SALE} refund_amount refunded_at"),
    "refund too small": ("credit_not_processed", "physical", f"{SALE} refund_amount refund_reference"),
    "checks alone": ("fraudulent", "digital", f"{SALE} {CHECKS} customer_ip device_id"),
    "history alone": ("fraudulent", "digital", f"{SALE} prior_payments prior_since"),
    "descriptor alone": ("unrecognized", "digital", f"{SALE} statement_descriptor receipt_email"),
    "terms alone": (
        "subscription_canceled",
        "digital",
        f"{SALE} subscription_id terms_accepted_at cancellation_policy",
    ),
    "description alone": (
        "product_unacceptable",
        "physical",
        f"{SALE} order_id line_items delivered_at tracking_number",
    ),
}


@pytest.fixture(scope="module")
def books() -> Playbooks:
    return load_playbooks()


def sample(kind: str) -> Fact:
    values: dict[str, FactValue | datetime] = {
        "money": Money(amount=3_800, currency="usd"),
        "time": datetime(2026, 3, 14, 9, 12, tzinfo=UTC),
        "count": 1,
        "flag": True,
        "text": f"a plain {kind.replace('_', ' ')}",
    }
    return build_fact(kind, values[facts.form(kind)], "test")


def on_record(product: str, kinds: str) -> Evidence:
    return Evidence(facts=(build_fact("product_type", product, "test"), *map(sample, kinds.split())))


def total_confidence(book: Playbook, evidence: Evidence, code: str | None = None) -> float:
    dispute = Dispute(
        id="du_1",
        status="needs_response",
        reason=book.reason,
        amount=3_800,
        currency="usd",
        created=datetime(2026, 3, 20, tzinfo=UTC),
        network_code=code,
    )
    return confidence.total(confidence.weigh(dispute, evidence, book))


def test_every_stripe_reason_has_a_playbook_in_a_file_of_its_name(books):
    assert set(REASONS) <= set(books.by_reason)
    assert sorted(books.by_reason) == sorted(path.stem for path in FOLDER.glob("[!_]*.toml"))


def test_every_playbook_has_a_version_a_review_and_a_source(books):
    for book in books.by_reason.values():
        assert re.fullmatch(r"\d{4}\.\d{1,2}\.\d+", book.version)
        assert book.reviewed.year >= 2026
        assert "docs.stripe.com/disputes/" in book.source
        assert book.claim.endswith(".")
        assert book.answer.endswith(".")


def test_every_point_is_proven_by_a_full_record(books):
    record = Evidence(facts=tuple(sample(kind) for kind in facts.KINDS if kind not in facts.ADVERSE))
    for book in books.by_reason.values():
        assert [point.name for point in book.points if point.find_proof(record) is None] == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_point_that_an_answer_needs_can_be_told_by_a_signed_template(books, product):
    told = {k for topic in TEMPLATES.topics for t in topic.templates for s in t.sentences for k in s.kinds}
    for book in books.by_reason.values():
        needed = [point for point in book.order_points(product, None) if point.required or point.decisive]
        assert [point.name for point in needed if not _told(point) <= told] == []


def _told(point):
    """The kinds that a letter has to tell: a flag follows from the others."""
    return {kind for kind in point.needs if facts.form(kind) != "flag"}


def test_a_required_point_says_what_is_missing_and_only_a_required_one_can_be_fatal(books):
    for book in books.by_reason.values():
        for point in book.points:
            assert not point.required or re.fullmatch(r"[A-Z][^.]+\.", point.missing)
            assert point.required or not point.fatal


def _claimed(book):
    """Return what a customer reports that is the claim itself, so that it says nothing new."""
    return {
        "product_not_received": {"reports_nonreceipt"},
        "product_unacceptable": {"reports_fault", "reports_wrong_item", "reports_not_as_described"},
        "duplicate": {"reports_duplicate"},
        "subscription_canceled": {"reports_cancel"},
        "fraudulent": {"denies_purchase"},
        "unrecognized": {"denies_purchase"},
        # A refund answers this claim wherever the goods are by now.
        "credit_not_processed": set(
            "reports_return reports_cancel return_requested_at returned order_canceled_at delivered_elsewhere "
            "signed_by_other parcel_missing not_delivered_last delivered_out_of_order carrier_event_unknown "
            "used_before_only used_by_other used_in_vain delivery_failed".split()
        ),
    }.get(book.reason, set())


def test_every_adverse_kind_weighs_in_every_playbook_but_where_it_is_the_claim_or_the_proof(books):
    for book in books.by_reason.values():
        proof = {"refund_before_dispute", "refund_requested"} if book.reason == "credit_not_processed" else set()
        assert {harm.kind for harm in book.adverse_rules} == facts.ADVERSE - _claimed(book) - proof


def test_no_stripe_field_is_filled_twice(books):
    for book in books.by_reason.values():
        told = [topic.fields.items() for topic in TEMPLATES.topics]
        assert not {f for fields in told for f, reasons in fields if not reasons or book.reason in reasons} & set(
            book.fields
        )
        unconditional = [exhibit for exhibit in book.exhibits if not exhibit.unless]
        assert len({exhibit.field for exhibit in unconditional}) == len(unconditional)


def test_two_exhibits_of_one_field_exclude_each_other(books):
    table = books.of("general").model_dump(by_alias=True)
    twin = {**table["exhibit"][0], "unless": ("wallet",)}
    with pytest.raises(ValidationError, match="exclude each other"):
        Playbook.model_validate({**table, "exhibit": [*table["exhibit"], twin]})


def test_a_playbook_leaves_out_only_what_is_common():
    shared = tomllib.loads((FOLDER / "_common.toml").read_text("utf-8"))
    common = {
        row[key] for table, key in (("point", "name"), ("exhibit", "field"), ("harm", "kind")) for row in shared[table]
    }
    for path in FOLDER.glob("[!_]*.toml"):
        assert set(tomllib.loads(path.read_text("utf-8")).get("without", [])) <= common


DISCOVER = {"rg", "rm", "rn2", "dp", "pm", "ap", "ua2"}
"""Discover's letters (Dispute Rules Manual), which issuers still write beside the figures of the reference."""


def test_a_network_code_is_in_the_playbook_of_its_reason_and_in_no_other(books):
    by_reason = {reason: folded_codes(reason) for reason in REASONS}
    for reason, book in books.by_reason.items():
        codes = {fold_code(code) for code in book.codes} - DISCOVER
        assert codes == by_reason[reason] if reason in by_reason else not codes & set().union(*by_reason.values())


def folded_codes(reason: str) -> set[str]:
    return {fold_code(code.replace("_", " ")) for codes in CODES.values() for code in codes.get(reason, "").split()}


@pytest.mark.parametrize("network", CODES)
def test_no_network_code_belongs_to_two_reasons(network):
    codes = [fold_code(code) for listed in CODES[network].values() for code in listed.split()]
    assert len(codes) == len(set(codes))


def test_a_sub_reason_takes_codes_of_its_own_playbook_once(books):
    for book in books.by_reason.values():
        codes = [fold_code(code) for sub in book.sub_reasons for code in sub.codes]
        assert len(codes) == len(set(codes))
        assert set(codes) <= set(map(fold_code, book.codes + book.umbrella))


@pytest.mark.parametrize(
    ("reason", "first", "second"),
    [
        ("credit_not_processed", "13.6", "13.7"),
        ("product_unacceptable", "13.3", "13.4"),
        ("product_unacceptable", "13.4", "13.5"),
        ("duplicate", "12.6.1", "12.6.2"),
        ("fraudulent", "10.3", "10.4"),
        ("fraudulent", "10.4", "10.5"),
    ],
)
def test_network_claims_under_one_reason_are_answered_in_another_order(books, reason, first, second):
    leading, other = books.of(reason).find_sub_reason(first), books.of(reason).find_sub_reason(second)
    assert leading.claim != other.claim
    assert books.of(reason).order_points(None, first) != books.of(reason).order_points(None, second)


@pytest.mark.parametrize(("reason", "product", "kinds"), PROVEN.values(), ids=list(PROVEN))
def test_objective_proof_is_sure_enough_to_file(books, reason, product, kinds):
    assert total_confidence(books.of(reason), on_record(product, kinds)) >= 0.8


@pytest.mark.parametrize(("reason", "product", "kinds"), THIN.values(), ids=list(THIN))
def test_thin_evidence_is_never_sure_enough(books, reason, product, kinds):
    book = books.of(reason)
    assert total_confidence(book, on_record(product, kinds), book.codes[0]) < 0.8


@pytest.mark.parametrize("product", [*PRODUCTS, None])
def test_nothing_is_sure_without_a_decisive_point(books, product):
    for book in books.by_reason.values():
        points = book.order_points(product, None)
        weight = sum(point.weight for point in points if not point.decisive)
        capped = confidence.UNPROVEN_CAP if any(point.decisive for point in points) else 1.0
        assert min(capped, weight / book.target) < 0.8


def test_vague_claims_stay_below_their_threshold_on_a_usual_delivery(books):
    usual = f"{DELIVERED} {CHECKS} order_id receipt_email shipped_at carrier shipping_address line_items"
    for reason in ("general", "product_unacceptable"):
        assert total_confidence(books.of(reason), on_record("physical", usual), books.of(reason).codes[0]) < 0.9


@pytest.mark.parametrize(
    ("reason", "adverse"),
    [
        ("product_not_received", "refund_before_dispute"),
        ("subscription_canceled", "canceled_before_charge"),
        ("fraudulent", "cvc_mismatch"),
    ],
)
def test_a_fact_against_us_takes_a_proven_case_to_a_person(books, reason, adverse):
    product, kinds = next((p, k) for r, p, k in PROVEN.values() if r == reason)
    assert total_confidence(books.of(reason), on_record(product, f"{kinds} {adverse}")) < 0.8


def test_a_refund_is_the_proof_of_a_credit(books):
    evidence = on_record("physical", f"{SALE} {REFUND} refund_before_dispute refund_requested")
    assert total_confidence(books.of("credit_not_processed"), evidence, "13.6") >= 0.8


def test_goods_never_delivered_lose_and_a_file_never_delivered_does_not(books):
    points = {p: books.of("product_not_received").order_points(p, "13.1") for p in PRODUCTS}
    assert [point.name for point in points["physical"] if point.fatal] == ["arrived"]
    assert not [point for p in ("digital", "service") for point in points[p] if point.fatal]


BROKEN = {
    "unknown kind": '[[point]]\nname = "p"\nneeds = ["moon"]\nweight = 1\n',
    "adverse fact": '[[point]]\nname = "p"\nneeds = ["not_shipped"]\nweight = 1\n',
    "sentence of a point": '[[point]]\nname = "p"\nsentence = "We saw it."\nneeds = ["paid_at"]\nweight = 1\n',
    "text in a file field": '[fields]\nreceipt = "card"\n',
    "sheet in a text field": '[[exhibit]]\nfield = "customer_name"\ntitle = "T"\nneeds = ["card"]\nrows = ["card"]\n',
    "harm that is none": '[[harm]]\nkind = "card"\npenalty = 0.1\nwhy = "W."\n',
    "unknown key": 'colour = "blue"\n',
    "bad TOML": "this is not TOML\n",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_playbook_is_refused_with_one_sentence_that_names_the_file(tmp_path, broken):
    (tmp_path / "_common.toml").write_text("")
    good = (
        'reason = "odd"\ntitle = "Odd"\nversion = "2026.11.1"\nreviewed = 2026-11-21\nsource = "S"\nclaim = "C."\n'
        'answer = "A."\ntarget = 100\n'
    )
    (tmp_path / "general.toml").write_text(good.replace("odd", "general"))
    (tmp_path / "odd.toml").write_text(good)
    assert sorted(load_playbooks(tmp_path).by_reason) == ["general", "odd"]
    (tmp_path / "odd.toml").write_text(good + broken)
    with pytest.raises(Invalid, match=r"^The playbook odd\.toml [^\n]+\.$"):
        load_playbooks(tmp_path)
