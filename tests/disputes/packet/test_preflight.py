"""What is found before anything is staged, and how a packet is made to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import packet
from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import FILE_FIELDS
from disputes.letter.templates.markup import Predicate
from disputes.packet import preflight
from disputes.playbook import TEXT_FIELDS
from tests.builders import BOOKS, TEMPLATES, a_claim, a_dispute, a_letter, everything

FIELDS = sorted(FILE_FIELDS)
VISA, MASTERCARD = a_dispute(network="visa"), a_dispute(network="mastercard")


def a_sheet(number, *, required=False):
    return Sheet(
        field=FIELDS[number], title=f"Paper {number}", mark=f"Exhibit {chr(65 + number)}", rows=(), required=required
    )


def a_file(number, *, pages=1, size=10_000):
    return PacketFile(field=FIELDS[number], name=f"{number}.pdf", pages=pages, bytes=size)


def a_packet(*pages, required=(), sentence="We received a payment of 38.00 USD.", sizes=()):
    """A packet with one exhibit for each number of pages; those named by their place are required."""
    sheets = tuple(a_sheet(number, required=number in required) for number in range(len(pages)))
    size_of = dict(enumerate(sizes))
    files = tuple(a_file(number, pages=many, size=size_of.get(number, 10_000)) for number, many in enumerate(pages))
    letter = packet.write_letter(VISA, a_letter(a_claim(sentence)), sheets)
    return Packet(fields={packet.LETTER: letter}, files=files, sheets=sheets)


def texts(**fields):
    return preflight.check(Packet(fields=fields), VISA)


def marks(made):
    return [sheet.mark[-1] for sheet in made.sheets]


@pytest.mark.parametrize("field", sorted(TEXT_FIELDS - {"service_date", "shipping_date"}))
def test_a_text_over_its_limit_is_a_problem(field):
    most = packet.max_characters(field)
    assert texts(**{field: "x" * most}) == ()
    assert texts(**{field: "x" * (most + 1)}) == (f"{field} holds {most + 1} characters and may hold {most}.",)


def test_all_texts_together_have_a_limit():
    full = {field: "x" * packet.max_characters(field) for field in sorted(packet.LONG_FIELDS)[:7]}
    assert not [problem for problem in texts(**full, billing_address="x" * 5_000) if "together" in problem]
    problems = texts(**full, billing_address="x" * 5_000, customer_name="x" * 5_000, shipping_carrier="x")
    assert "The texts hold 150001 characters together and may hold 150000." in problems


def test_what_stripe_filled_in_counts_with_ours():
    prefilled = a_dispute(evidence=dict.fromkeys(packet.LONG_FIELDS - {"uncategorized_text"}, "x" * 20_000))
    problems = preflight.check(Packet(fields={"uncategorized_text": "x" * 10_001}), prefilled)
    assert problems[0] == "The texts hold 150001 characters together and may hold 150000."
    ours = preflight.check(
        Packet(fields={**dict.fromkeys(prefilled.evidence, ""), "uncategorized_text": "x"}), prefilled
    )
    assert ours == ()


@pytest.mark.parametrize("field", ["receipt", "moon"])
def test_a_text_where_stripe_takes_none_is_a_problem(field):
    assert texts(**{field: "text"}) == (f"{field} is not a text field of Stripe's evidence.",)


def test_an_empty_text_clears_any_field():
    assert texts(receipt="", customer_name="", service_date="") == ()


@pytest.mark.parametrize(
    "link", ["https://a.example", "HTTP://A.EXAMPLE", "see www.a.example", "WWW.a.example", "ftp://a"]
)
def test_a_link_is_a_problem(link):
    (problem,) = texts(customer_name=f"Zoe {link}")
    assert "link" in problem


@pytest.mark.parametrize("text", ["file_1MxYz2eZvKYlo2C", "see file_17"])
def test_a_file_id_in_a_text_is_a_problem(text):
    (problem,) = texts(product_description=text)
    assert "holds the file id file_1" in problem


def test_a_word_that_only_looks_like_a_file_id_is_none():
    assert texts(product_description="profile_17, file_cabinet") == ()


@pytest.mark.parametrize(
    "text", ["14 March 2026 at 09:12 UTC", "2026-03-14", "March 14, 2026", "14 Mar 2026 and 15 Mar 2026", ""]
)
def test_a_day_as_people_write_it_is_readable(text):
    assert texts(service_date=text, shipping_date=text) == ()


@pytest.mark.parametrize(
    "text",
    ["1773479520", "2026-03-14T09:12:00Z", "03/04/2026", "next Tuesday", "14 March", "31 February 2026", "x" * 40],
)
def test_a_date_nobody_can_read_is_a_problem(text):
    for field in ("service_date", "shipping_date"):
        assert texts(**{field: text}) == (f"{field} has to name a day as people write it, such as 14 March 2026.",)


@pytest.mark.parametrize(
    ("currency", "amount", "sentence"),
    [("usd", 3_800, "38.00 EUR"), ("jpy", 4_200, "4,200 USD"), ("eur", 3_800, "GBP 38")],
)
def test_the_disputed_amount_in_another_currency_is_a_problem(currency, amount, sentence):
    dispute = a_dispute(currency=currency, amount=amount)
    (problem,) = preflight.check(Packet(fields={"uncategorized_text": f"We received {sentence}."}), dispute)
    assert problem.startswith(f"uncategorized_text says {sentence}, and the dispute is over ")


@pytest.mark.parametrize(
    ("currency", "amount", "sentence"),
    [
        ("jpy", 4_200, "42.00 JPY"),
        ("kwd", 12_500, "125.00 KWD"),
        ("usd", 3_800, "3,800 USD"),
        ("usd", 3_800, "USD 3.80"),
    ],
)
def test_minor_units_counted_wrongly_are_a_problem(currency, amount, sentence):
    dispute = a_dispute(currency=currency, amount=amount)
    (problem,) = preflight.check(Packet(fields={"uncategorized_text": f"We received {sentence}."}), dispute)
    assert problem.startswith(f"uncategorized_text says {sentence}, and the dispute is over ")


def test_the_price_of_something_else_is_nothing_to_us():
    assert texts(product_description="Coffee from 9.9 USD a bag, 12 EUR a cup") == ()


@pytest.mark.parametrize(("currency", "amount"), [("jpy", 4_200), ("kwd", 12_500), ("usd", 3_800), ("isk", 100)])
def test_an_amount_as_we_write_it_is_right(currency, amount):
    dispute = a_dispute(currency=currency, amount=amount)
    made = packet.build(dispute, everything(), a_letter(), BOOKS.of("product_not_received"))
    assert preflight.check(made, dispute) == ()


def test_another_purchase_of_the_same_figure_may_stand_beside_the_right_one():
    assert texts(uncategorized_text="We received 38.00 USD, and 38.00 EUR for another order.") == ()


@pytest.mark.parametrize(("dispute", "most"), [(VISA, 49), (MASTERCARD, 19), (a_dispute(), 49)])
def test_a_network_takes_so_many_pages_and_not_one_more(dispute, most):
    made = a_packet(most - 1)
    assert preflight.check(made, dispute) == ()
    over = a_packet(most)
    assert preflight.check(over, dispute) == (f"The packet comes to {most + 1} pages and may have {most}.",)


def test_long_texts_cost_pages():
    made = a_packet(40).model_copy(
        update={"fields": {"access_activity_log": "x" * 20_000, "product_description": "x" * 8_000}}
    )
    assert preflight.measure(made, VISA).pages == 50
    assert preflight.check(made, VISA) == ("The packet comes to 50 pages and may have 49.",)


def test_all_files_together_have_a_limit():
    assert preflight.check(a_packet(1, 1, sizes=(2_250_000, 2_250_000)), VISA) == ()
    (problem,) = preflight.check(a_packet(1, 1, sizes=(2_250_000, 2_250_001)), VISA)
    assert problem == "The files hold 4,500,001 bytes together and may hold 4,500,000."


def test_a_field_takes_one_file():
    twice = Packet(files=(a_file(0), a_file(0)), sheets=(a_sheet(0),))
    assert preflight.check(twice, VISA) == (f"{FIELDS[0]} takes one file, and the packet has 2 for it.",)


def test_a_file_goes_in_a_file_field():
    stray = PacketFile(field="customer_name", name="a.pdf", pages=1, bytes=1)
    assert preflight.check(Packet(files=(stray,)), VISA) == ("customer_name is not a file field of Stripe's evidence.",)


def test_an_exhibit_without_a_file_is_a_problem():
    made = a_packet(1, 1)
    assert preflight.check(made.model_copy(update={"files": made.files[:1]}), VISA) == ("Exhibit B has no file.",)


def test_a_letter_cites_only_exhibits_there_are():
    assert preflight.check(a_packet(1, sentence="See Exhibit A, 38.00 USD."), VISA) == ()
    (problem,) = preflight.check(a_packet(1, sentence="See Exhibit C, 38.00 USD."), VISA)
    assert problem == "The letter cites Exhibit C, which is not in the packet."


def test_a_product_may_be_called_an_exhibit():
    made = a_packet(1, sentence="Our records describe the purchase as Exhibit Q, a poster.")
    named = made.model_copy(update={"fields": {**made.fields, "product_description": "Exhibit Q, a poster"}})
    assert preflight.check(named, VISA) == ()


def test_a_packet_that_fits_is_left_alone():
    made = a_packet(20, 20)
    assert preflight.fit(made, VISA) is made


def test_the_exhibit_of_least_value_goes_first_and_the_letter_no_longer_lists_it():
    fitted = preflight.fit(a_packet(20, 20, 20), VISA)
    assert marks(fitted) == ["A", "B"]
    assert [file.field for file in fitted.files] == FIELDS[:2]
    assert fitted.fields[packet.LETTER].endswith("Exhibit A: Paper 0\nExhibit B: Paper 1")
    assert fitted.left_out == ("Left out to fit: Exhibit C, Paper 2 (20 pages, 10,000 bytes).",)
    assert preflight.check(fitted, VISA) == ()


def test_an_exhibit_that_fits_stays_beside_a_more_worthy_one_that_does_not():
    fitted = preflight.fit(a_packet(10, 60, 5), VISA)
    assert marks(fitted) == ["A", "C"]
    assert fitted.fields[packet.LETTER].endswith("Exhibit A: Paper 0\nExhibit C: Paper 2")


def test_what_the_playbook_keeps_stays_whatever_it_is_worth():
    assert marks(preflight.fit(a_packet(30, 30, required={1}), VISA)) == ["B"]


def test_an_exhibit_a_sentence_cites_stays():
    fitted = preflight.fit(a_packet(30, 30, sentence="The parcel arrived, see Exhibit B."), VISA)
    assert marks(fitted) == ["B"]
    assert preflight.check(fitted, VISA) == ()


def test_what_is_too_big_with_the_required_alone_is_told():
    fitted = preflight.fit(a_packet(60, 5, required={0}), VISA)
    assert marks(fitted) == ["A"]
    assert preflight.check(fitted, VISA) == ("The packet comes to 61 pages and may have 49.",)


@pytest.mark.parametrize("staged", [VISA, a_dispute(evidence={FIELDS[0]: "file_1", FIELDS[1]: "file_2"})])
def test_what_stripe_may_hold_of_an_exhibit_left_out_is_cleared(staged):
    fitted = preflight.fit(a_packet(20, 40), staged)
    assert marks(fitted) == ["A"]
    assert fitted.fields[FIELDS[1]] == ""
    assert FIELDS[0] not in fitted.fields
    assert preflight.check(fitted, staged) == ()


def test_a_reviewer_changes_the_letter_of_a_packet_that_was_made_to_fit():
    fitted = preflight.fit(a_packet(20, 20, 20), VISA)
    changed = packet.amend(fitted, VISA, (a_claim("We add this."),), {})
    assert changed.fields[packet.LETTER].endswith("We add this.\n\nExhibit A: Paper 0\nExhibit B: Paper 1")


def test_after_stripe_counted_more_the_packet_gets_shorter_by_a_quarter():
    made = a_packet(5, 5, 5)
    shorter = preflight.tighten(made, VISA)
    assert shorter is not None
    assert marks(shorter) == ["A", "B"]
    assert preflight.measure(shorter, VISA).pages <= preflight.measure(made, VISA).pages * 3 / 4


def test_nothing_shorter_is_found_where_all_is_required():
    assert preflight.tighten(a_packet(5, 5, required={0, 1}), VISA) is None


def test_the_playbooks_leave_out_a_receipt_before_the_proof():
    dispute = a_dispute(network="mastercard")
    made = packet.build(dispute, everything(), a_letter(), BOOKS.of("product_not_received"))
    files = tuple(PacketFile(field=sheet.field, name="p.pdf", pages=8, bytes=1) for sheet in made.sheets)
    fitted = preflight.fit(made.model_copy(update={"files": files}), dispute)
    assert {"shipping_documentation", "service_documentation"} <= {sheet.field for sheet in fitted.sheets}
    assert "receipt" not in {sheet.field for sheet in fitted.sheets}


@pytest.mark.parametrize("reason", BOOKS.by_reason)
def test_an_exhibit_that_a_letter_says_is_enclosed_is_kept(reason):
    every = [template for topic in TEMPLATES.topics for template in topic.templates]
    fitting = [template for template in every if not template.reasons or reason in template.reasons]
    enclosed = {
        kind
        for template in fitting
        for sentence in template.sentences
        for node in sentence.nodes
        if isinstance(node, Predicate) and "enclose" in node.text
        for kind in node.kinds
    }
    assert enclosed & FILE_FIELDS & {rule.field for rule in BOOKS.of(reason).exhibits} <= set(BOOKS.of(reason).keep)


def test_an_exhibit_that_is_left_out_to_fit_is_no_longer_named_in_brackets():
    fitted = preflight.fit(a_packet(30, 30, sentence="The parcel (Exhibit B) came, paid with 38.00 USD."), VISA)
    assert marks(fitted) == ["A"]
    assert "The parcel came, paid" in fitted.fields[packet.LETTER]
    assert preflight.check(fitted, VISA) == ()


sizes = st.lists(
    st.tuples(st.integers(1, 30), st.integers(1, 3_000_000), st.booleans()), min_size=1, max_size=len(FIELDS)
)


@given(sizes, st.sampled_from([VISA, MASTERCARD]), st.sets(st.integers(0, 8), max_size=2))
def test_a_fitted_packet_is_within_the_limits_or_holds_only_what_must_stay(drawn, dispute, cited):
    sentence = " ".join(["38.00 USD.", *(f"See Exhibit {chr(65 + n)}." for n in cited if n < len(drawn))])
    required = {number for number, (_, _, must) in enumerate(drawn) if must}
    pages, sizes = [page for page, _, _ in drawn], [size for _, size, _ in drawn]
    made = a_packet(*pages, required=required, sentence=sentence, sizes=sizes)
    fitted = preflight.fit(made, dispute)
    must = {a_sheet(n).mark for n in required | {n for n in cited if n < len(drawn)}}
    left = {sheet.mark for sheet in fitted.sheets}
    assert must <= left
    assert left == must or preflight.check(fitted, dispute) == ()
    assert preflight.fit(fitted, dispute) == fitted
    assert [file.field for file in fitted.files] == [sheet.field for sheet in fitted.sheets]
    assert len(fitted.left_out) == len(made.sheets) - len(fitted.sheets)
    listed = [line.split(":")[0] for line in fitted.fields[packet.LETTER].splitlines() if line.startswith("Exhibit")]
    assert listed == [sheet.mark for sheet in fitted.sheets]


@given(sizes, st.sampled_from([VISA, MASTERCARD]))
def test_nothing_is_left_out_that_would_still_fit(drawn, dispute):
    required = {number for number, (_, _, must) in enumerate(drawn) if must}
    made = a_packet(*(p for p, _, _ in drawn), required=required, sizes=[size for _, size, _ in drawn])
    fitted = preflight.fit(made, dispute)
    base = preflight.measure(fitted, dispute)
    for sheet, file in zip(made.sheets, made.files, strict=True):
        if sheet not in fitted.sheets:
            pages, size = base.pages + file.pages, base.bytes + file.bytes
            assert pages > preflight.max_pages(dispute) or size > preflight.MAX_BYTES
