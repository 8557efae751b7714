"""The sheets: sections by layout, order and attachments."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.case import Sheet
from disputes.dispute import FILE_FIELDS
from disputes.evidence import Attachment, Evidence, build_fact, render
from disputes.evidence.kinds import label
from disputes.packet import exhibits
from disputes.playbook import ExhibitRule
from tests.builders import BOOKS, a_dispute, everything, on_record, sample

DAY = datetime(2026, 3, 1, 9, 12, tzinfo=UTC)


def laid(evidence, reason="product_not_received", taken=()):
    sheets = exhibits.build_sheets(a_dispute(reason=reason), evidence, BOOKS.of(reason), taken=frozenset(taken))
    return {sheet.field: sheet for sheet in sheets}


def at(kind, value, days, ref):
    fact = build_fact(kind, value, "test", ref=ref)
    return fact.model_copy(update={"at": DAY + timedelta(days=days)} if days is not None else {})


def a_paper(field="service_documentation", content="1", **changes):
    plain = {"name": "scan.pdf", "key": f"du_1/{content}", "pages": 1, "bytes": 900, "sha256": content}
    return Attachment.model_validate({"field": field, **plain, **changes})


def texts(sheet):
    cells = [cell for section in sheet.sections for row in section.rows for cell in row]
    return [*cells, *(section.text for section in sheet.sections), *(cell for row in sheet.rows for cell in row)]


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", ["physical", "digital", "service"])
def test_every_fact_of_an_exhibit_is_shown(reason, product):
    evidence = everything(product)
    for field, sheet in laid(evidence, reason).items():
        exhibit = next(e for e in BOOKS.of(reason).exhibits if e.field == field)
        shown = "\n".join(texts(sheet))
        for kind in exhibit.rows:
            for part in render(sample(kind)).split("; "):
                assert part in shown


def test_the_receipt_lists_each_item_with_its_amount_and_the_total():
    items = build_fact("line_items", "2 x Trail Mug (38.00 USD); 1 x Gift (wrapped) (5.00 USD)", "test")
    receipt = laid(Evidence(facts=(items, sample("amount_paid"), sample("paid_at"))))["receipt"]
    (table,) = (section for section in receipt.sections if section.title == "Items")
    assert table.rows == (
        ("2 x Trail Mug", "38.00 USD"),
        ("1 x Gift (wrapped)", "5.00 USD"),
        ("Total paid", "1,234.56 USD"),
    )


def test_a_receipt_without_items_names_what_was_bought():
    receipt = laid(on_record("amount_paid paid_at product_description"))["receipt"]
    assert receipt.sections[0].rows[0] == ("Blue Ridge tent, 2 persons (SKU 88-1), 149.00 EUR", "")


def test_the_tracking_timeline_is_in_order_of_time_and_shows_the_full_address():
    events = (
        at("tracking_event", "Out for delivery", 2, "2"),
        at("tracking_event", "Arrived at the depot", 1, "1"),
        at("tracking_event", "Left the depot", None, "3"),
        build_fact("shipped_at", DAY, "test"),
        build_fact("delivered_at", DAY + timedelta(days=3), "test"),
    )
    sheet = laid(on_record("tracking_number shipping_address shipping_name").plus(Evidence(facts=events)))
    address, timeline = sheet["shipping_documentation"].sections
    assert ("Shipping address", "12 Main St\nApt 4\nNew York, NY, 10001, US") in address.rows
    assert [row[1] for row in timeline.rows] == [
        *("Handed to the carrier", "Arrived at the depot", "Out for delivery", "Delivered", "Left the depot")
    ]
    assert timeline.rows[0][0] == "1 March 2026 at 09:12 UTC"
    assert timeline.rows[-1][0] == exhibits.UNDATED


def test_messages_of_both_sides_stand_in_order_of_time():
    messages = (
        at("customer_message", "Where is it?", 1, "1"),
        at("customer_message", "Thank you, it is here.", 3, "3"),
        at("merchant_message", "It is on its way.", 2, "2"),
    )
    (log,) = laid(Evidence(facts=messages))["customer_communication"].sections
    assert [row[1:] for row in log.rows] == [
        ("Customer", "Where is it?"),
        ("We", "It is on its way."),
        ("Customer", "Thank you, it is here."),
    ]


@pytest.mark.parametrize("sign", ["refund_requested", "canceled_before_charge"])
def test_messages_that_prove_the_claim_are_not_filed(sign):
    fact = on_record("customer_message")
    assert "customer_communication" in laid(fact)
    assert "customer_communication" not in laid(fact.plus(on_record(sign)))


def test_two_payments_stand_side_by_side():
    (table,) = laid(everything(), "duplicate")["duplicate_charge_documentation"].sections
    assert table.heads == ("", "Disputed payment", "Other payment")
    assert ("Amount paid", "1,234.56 USD", "4,200 JPY") in table.rows
    assert ("Order number", "A-1042", "INV2026001") in table.rows


def test_a_payment_and_its_refund_stand_side_by_side():
    (table,) = laid(everything(), "credit_not_processed")["uncategorized_file"].sections
    assert ("Amount", "1,234.56 USD", "7.00 EUR") in table.rows


def test_a_policy_is_quoted():
    sheet = laid(everything(), "product_unacceptable")["refund_policy"]
    assert sheet.sections[0].text == "plain refund_policy"
    assert [label for label, _ in sheet.rows] == ["Terms accepted"]


def test_papers_stand_behind_the_facts_of_their_field():
    evidence = everything("digital").plus(Evidence(attachments=(a_paper(), a_paper("receipt", "2"))))
    sheets = laid(evidence)
    assert [paper.sha256 for paper in sheets["service_documentation"].attachments] == ["1"]
    assert [paper.sha256 for paper in sheets["receipt"].attachments] == ["2"]


def test_papers_alone_make_an_exhibit_after_the_others():
    sheets = laid(everything().plus(Evidence(attachments=(a_paper("customer_signature"), a_paper("passport")))))
    *_, last = sheets.values()
    assert last.field == "customer_signature"
    assert last.title == "Customer signature"
    assert last.mark == f"Exhibit {'ABCDEFGHI'[len(sheets) - 1]}"
    assert set(sheets) <= FILE_FIELDS


@pytest.mark.parametrize("field", ["customer_signature", "refund_policy", "cancellation_policy"])
def test_the_page_before_papers_alone_names_the_sale_and_each_paper(field):
    papers = Evidence(attachments=(a_paper(field), a_paper(field, "2", name="scan.jpg", pages=3)))
    sheet = laid(everything().plus(papers))[field]
    shown = dict(sheet.rows)
    for kind in (
        "order_id",
        "product_description",
        "amount_paid",
        "customer_name",
        "delivered_at",
        "delivery_signature",
    ):
        assert shown[label(kind)] == render(sample(kind))
    (section,) = sheet.sections
    assert (sheet.layout, section.heads) == ("record", ("Paper", "Pages"))
    assert section.rows == tuple((paper.name, str(paper.pages)) for paper in papers.attachments)


def test_the_page_before_papers_alone_shows_nothing_against_us():
    papers = Evidence(attachments=(a_paper("customer_signature"),))
    adverse = build_fact("refund_requested", value=True, source="test")
    sheet = laid(everything().plus(papers).plus(Evidence(facts=(adverse,))))["customer_signature"]
    assert label("refund_requested") not in dict(sheet.rows)


def test_what_stripe_holds_gets_no_sheet():
    paper = Evidence(attachments=(a_paper("receipt"),))
    assert "receipt" not in laid(everything().plus(paper), taken=("receipt",))


def test_a_sheet_that_must_stay_says_so():
    required = {field for field, sheet in laid(everything()).items() if sheet.required}
    assert required == set(BOOKS.of("product_not_received").keep)


def test_only_papers_can_be_pressed_and_only_so_far():
    with_papers = laid(Evidence(attachments=(a_paper(),)))["service_documentation"]
    steps = [with_papers]
    while exhibits.compress(steps[-1]) != steps[-1]:
        steps.append(exhibits.compress(steps[-1]))
    assert [sheet.compression for sheet in steps] == [0, 1, 2, 3]
    bare = with_papers.model_copy(update={"attachments": ()})
    assert exhibits.compress(bare) == bare


def test_a_sheet_that_slept_since_before_layouts_wakes_as_a_record():
    old = {"field": "receipt", "title": "Receipt", "mark": "Exhibit A", "rows": [["Order number", "7"]]}
    assert Sheet.model_validate(old).layout == "record"


def test_an_exhibit_may_only_wait_for_known_kinds():
    with pytest.raises(ValueError, match="moon_phase is no kind of fact"):
        ExhibitRule(field="receipt", title="R", needs=(), rows=(), unless=("moon_phase",))


def test_a_paper_is_known_by_its_content():
    first, same, other = a_paper(), a_paper(key="du_1/again"), a_paper(content="2")
    joined = Evidence(attachments=(first,)).plus(Evidence(attachments=(same, other)))
    assert joined.attachments == (first, other)
