"""A letter under an umbrella code answers the neighbour claims as well, when their facts are on record."""

from pathlib import Path

import pytest

from disputes import packet
from disputes.case import Case, Rebuttal
from disputes.errors import Invalid
from disputes.evidence import Evidence, build_fact, render
from disputes.letter import coverage
from disputes.playbook import PRODUCTS, Point, Product, confidence
from disputes.playbook.loading import FOLDER, load_playbooks
from tests.builders import AUTHOR, a_dispute, on_record

BOOKS = load_playbooks()
SALE = "dispute_amount amount_paid paid_at card order_id product_description customer_name customer_email product_type"

CLAIMS: dict[str, dict[str, dict[Product, str]]] = {
    "4853": {
        "product_not_received": {
            "physical": "delivered_at tracking_number",
            "digital": "last_used_at used_after_charge",
            "service": "service_date delivery_signature",
        },
        "product_unacceptable": {
            "physical": "line_items delivered_at tracking_number delivery_signature terms_accepted_at",
            "digital": "line_items",
            "service": "line_items service_date delivery_signature terms_accepted_at",
        },
        "credit_not_processed": dict.fromkeys(PRODUCTS, "refund_amount refund_reference refund_covers_claim"),
        "subscription_canceled": dict.fromkeys(
            PRODUCTS, "subscription_id subscription_started_at period_start period_end renewals"
        ),
    },
    "4834": {
        "duplicate": dict.fromkeys(
            PRODUCTS, "separate_orders order_id other_order_id other_description other_amount other_paid_at"
        ),
        "general": dict.fromkeys(PRODUCTS, "line_items invoice_number"),
    },
}
"""By umbrella code and claim: the kinds that answer it."""

NEIGHBOURS = [
    (reason, code, claim, product)
    for code, claims in CLAIMS.items()
    for reason, book in BOOKS.by_reason.items()
    if code in book.umbrella
    for claim in claims
    if claim != reason
    for product in PRODUCTS
]


def a_case(reason: str, product: Product, *, kinds: str = "", code: str | None = None) -> Case:
    named = {*SALE.split(), *kinds.split()} - {"product_type"}
    evidence = on_record(*sorted(named)).plus(Evidence(facts=(build_fact("product_type", product, "test"),)))
    return Case(dispute=a_dispute(reason=reason, network_code=code), evidence=evidence)


def neighbour_points(case: Case) -> list[Point]:
    """The proven points that a letter makes under its code alone, as answers to a neighbour's claim."""
    book = BOOKS.of(case.dispute.reason)
    own = book.model_copy(update={"neighbours": {}}).find_points(case.dispute, case.evidence)
    every = book.find_points(case.dispute, case.evidence)
    return [point for point in every if point not in own and point.find_proof(case.evidence)]


def test_every_umbrella_code_has_its_claims_here() -> None:
    codes = {code for book in BOOKS.by_reason.values() for code in book.umbrella}
    assert codes == set(CLAIMS)
    for code, claims in CLAIMS.items():
        assert {reason for reason, book in BOOKS.by_reason.items() if code in book.umbrella} >= set(claims) - {
            "general"
        }


@pytest.mark.parametrize(("reason", "code", "claim", "product"), NEIGHBOURS)
def test_a_letter_answers_the_neighbour_claim(reason: str, code: str, claim: str, product: Product) -> None:
    kinds = CLAIMS[code][claim][product]
    case = a_case(reason, product, kinds=kinds, code=code)
    letter = Rebuttal(claims=AUTHOR.plan(case).claims)
    every = BOOKS.of(reason).find_points(case.dispute, case.evidence)
    points = [each for each in every if set(each.needs) <= set(kinds.split()) and each.find_proof(case.evidence)]
    assert points
    assert [each.name for each in points if not coverage.makes_point(letter, case.evidence, each)] == []


@pytest.mark.parametrize(("reason", "code", "claim", "product"), NEIGHBOURS)
def test_a_neighbours_points_add_nothing_to_the_confidence_and_are_never_asked_for(
    reason: str, code: str, claim: str, product: Product
) -> None:
    case = a_case(reason, product, kinds=CLAIMS[code][claim][product], code=code)
    book = BOOKS.of(reason)
    alone = book.model_copy(update={"neighbours": {}})
    assert (
        confidence.weigh(case.dispute, case.evidence, book)[0].value
        == confidence.weigh(case.dispute, case.evidence, alone)[0].value
    )
    beside = set(book.find_points(case.dispute, case.evidence)) - set(alone.find_points(case.dispute, case.evidence))
    assert not [point for point in beside if point.weight or point.required or point.decisive or point.fatal]


def test_another_code_of_the_same_reason_makes_no_neighbours_points() -> None:
    kinds = CLAIMS["4853"]["subscription_canceled"]["physical"]
    assert neighbour_points(a_case("product_not_received", "physical", kinds=kinds, code="4853"))
    assert neighbour_points(a_case("product_not_received", "physical", kinds=kinds, code="4855")) == []


def test_no_sentence_is_written_twice_under_an_umbrella_code() -> None:
    every = " ".join(kinds for claims in CLAIMS.values() for products in claims.values() for kinds in products.values())
    for reason, code, _, product in NEIGHBOURS:
        texts = [claim.text for claim in AUTHOR.plan(a_case(reason, product, kinds=every, code=code)).claims]
        assert len(set(texts)) == len(texts), (reason, code, product)


def test_the_field_of_a_neighbours_sentence_is_filled_as_well() -> None:
    kinds = CLAIMS["4853"]["credit_not_processed"]["physical"]
    case = a_case("product_not_received", "physical", kinds=kinds, code="4853")
    letter = Rebuttal(claims=AUTHOR.plan(case).claims)
    built = packet.build(case.dispute, case.evidence, letter, BOOKS.of("product_not_received"))
    assert render(case.evidence.of("refund_reference")[0]) in built.fields["refund_refusal_explanation"]


@pytest.mark.parametrize("line", ['product_unheard = ["used"]', 'duplicate = ["no_such_point"]', "duplicate = 7"])
def test_a_neighbour_that_is_not_there_stops_the_start(tmp_path: Path, line: str) -> None:
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"))
    common = (tmp_path / "_common.toml").read_text()
    (tmp_path / "_common.toml").write_text(common.replace("[neighbours.4853]", f"[neighbours.4853]\n{line}"))
    with pytest.raises(Invalid, match=r"^The playbook _common\.toml is wrong"):
        load_playbooks(tmp_path)
