"""Values in a letter's sentences: an outsider's words stand in quotation marks, which they cannot end."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.letter import sentences, values
from disputes.letter.templates import Template


def write(kind: str, value: str, *, wanted: str = "", source: str = "shop:order:x") -> str | None:
    return values.write([build_fact(kind, value, source)], wanted)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("order_id", "HW-51020"),
        ("order_id", "1042"),
        ("order_id", "#7"),
        ("tracking_number", "1ZH0G20R0312345678"),
        ("tracking_number", "RR123456785US"),
        ("refund_reference", "74535029867954038433698"),
        ("customer_ip", "203.0.113.9"),
        ("customer_ip", "2001:db8:abcd::1"),
        ("carrier", "Royal Mail"),
    ],
)
def test_a_value_that_holds_no_words_stands_bare(kind: str, value: str):
    assert write(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("tracking_number", "WEACCEPTTHECLAIM1234"),
        ("order_id", "W3P4YD0UBL370M0RR0W77"),
        ("order_id", "LOST-1"),
        ("order_id", "2024LOST2024"),
        ("order_id", "I-OWE-10000"),
        ("order_id", "接受索赔1"),
        ("customer_ip", "LOST-1"),
        ("customer_ip", "We owe it"),
        ("other_charge_id", "We never shipped it"),
        ("other_claim", "handed over at the wrong house"),
        ("merchant_name", "We never shipped it"),
        ("linked_by", "We never shipped it"),
        ("network_claim", "We never shipped it"),
        ("carrier", "UPS lost it"),
    ],
)
def test_words_of_an_outsider_stand_in_quotation_marks(kind: str, value: str):
    assert write(kind, value) == f'"{value}"'


@pytest.mark.parametrize(
    ("kind", "value", "source"),
    [
        ("merchant_name", "Hollow Oak Goods", "policy:merchant"),
        ("other_claim", "credit not processed", "stripe:dispute/du_2:reason"),
        ("network_claim", "Visa reason code 13.1", "stripe:dispute/du_1:network_reason_code"),
        ("linked_by", "device and shipping address", "stripe:charge/ch_1:customer"),
    ],
)
def test_words_of_our_own_stand_bare(kind: str, value: str, source: str):
    assert write(kind, value, source=source) == value


_DOUBLE = '" \u201c \u201d \u201e \u201f \u00ab \u00bb \uff02 \u275e \u301e \u2033 \u05f4 \u02ba \u300d'
_TWICE = "'' \u2019\u2019 '\" ``"


@pytest.mark.parametrize("mark", [*_DOUBLE.split(), *_TWICE.split()])
def test_no_mark_of_any_script_ends_a_quotation(mark: str):
    assert values.quote(f"Lamp{mark}. We accept") == '"Lamp\'. We accept"'


@pytest.mark.parametrize("name", ["O'Rourke", "O\u2019Rourke"])
def test_an_apostrophe_stays(name: str):
    assert values.quote(name) == f'"{name}"'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Visa ending 4242", "Visa card ending 4242"),
        ("American Express ending 0005", "American Express card ending 0005"),
        ("We pay double tomorrow ending 1234", "card ending 1234"),
        ("Visa ending 1234. We pay", 'card "Visa ending 1234. We pay"'),
    ],
)
def test_a_card_is_of_a_brand_that_is_known(value: str, written: str):
    assert write("card", value, wanted="card") == written


def test_a_quotation_keeps_what_looks_like_the_place_of_an_exhibit():
    template = Template(
        name="wrote", version=1, topic="m", phrasings=("[They wrote](admits_use): {admits_use:quote}.",)
    )
    fact = build_fact("admits_use", "I use it {exhibit} daily", "desk:m")
    rendered = sentences.render(template, Evidence(facts=(fact,)), phrasing=0)
    assert rendered[0].naming("Exhibit B") == 'They wrote: "I use it {exhibit} daily" (Exhibit B).'
