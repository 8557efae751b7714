"""Values of other systems, parsed by kind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from disputes.evidence import kinds
from disputes.money import Money
from tools.sources import values

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00",
        "2026-11-21 12:00:00",
        "2026-11-21T14:00:00.000+02:00",
        "2026-11-21T07:00:00-0500",
        "Sat, 21 Nov 2026 12:00:00 +0000",
        1_795_262_400,
        "1795262400",
        1_795_262_400_000,
        1_795_262_400.0,
    ],
)
def test_every_way_of_writing_a_time_is_read(written: Any) -> None:
    assert values.parse("shipped_at", written) == NOON


@pytest.mark.parametrize("written", [None, "", "soon", True, [], {}, 0, -5, 1e300, "9" * 14, "2026-13-01", "Sat, 99"])
def test_other_texts_are_no_time(written: Any) -> None:
    assert values.parse_time(written) is None


@pytest.mark.parametrize(
    ("figure", "currency", "unit", "minor"),
    [
        ("42.00", "USD", "major", 4_200),
        (42, "usd", "major", 4_200),
        (0.1 + 0.2, "eur", "major", 30),
        ("4200", "JPY", "major", 4_200),
        ("12.5", "KWD", "major", 12_500),
        (4_200, "USD", "minor", 4_200),
    ],
)
def test_an_amount_becomes_minor_units(figure: Any, currency: str, unit: str, minor: int) -> None:
    assert values.parse_amount(figure, currency, unit=unit) == Money(amount=minor, currency=currency.lower())


@pytest.mark.parametrize(
    ("figure", "currency"),
    [
        ("42.005", "USD"),
        ("42.50", "JPY"),
        (0, "USD"),
        (-5, "USD"),
        ("1,000.00", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("1e30", "USD"),
        (True, "USD"),
        (None, "USD"),
        ([5], "USD"),
        ("5", None),
        ("5", "US"),
        ("5", 840),
    ],
)
def test_other_values_are_no_amount(figure: Any, currency: Any) -> None:
    assert values.parse_amount(figure, currency, unit="major") is None


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("renewals", 3, 3),
        ("renewals", "3", 3),
        ("renewals", 3.0, 3),
        ("renewals", 3.5, None),
        ("renewals", 0, None),
        ("renewals", True, None),
        ("separate_orders", True, True),
        ("separate_orders", "true", None),
        ("separate_orders", False, None),
        ("carrier", 5, "5"),
        ("carrier", True, None),
        ("carrier", "  UPS\n Ground ", "UPS Ground"),
        ("carrier", ["UPS", None, "", "DHL"], "UPS, DHL"),
        ("carrier", {"name": "UPS"}, None),
        ("product_type", "Physical", "physical"),
        ("product_type", "gift card", None),
        ("customer_message", "One\n\nTwo", "One\n\nTwo"),
        ("refund_amount", "5", None),
    ],
)
def test_a_value_is_read_by_the_form_of_its_kind(kind: str, raw: Any, value: Any) -> None:
    parsed = values.parse(kind, raw)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(("kind", "longest"), [("carrier", 300), ("customer_message", 2_000)])
def test_a_text_is_cut_and_a_card_in_it_masked(kind: str, longest: int) -> None:
    assert len(str(values.parse(kind, "x" * 100_000))) == longest
    assert values.parse(kind, "paid with 4242424242424242") == "paid with [card ending 4242]"


@pytest.mark.parametrize("kind", sorted(kinds.KEYS))
def test_a_key_stays_whole_however_it_looks_and_a_card_in_a_text_of_its_place_goes(kind: str) -> None:
    assert values.parse(kind, " 4242424242424242\x00\n") == "4242424242424242"
    assert values.parse(kind, 4000000000000002) == "4000000000000002"
    assert values.parse(kind, ["4000000000000002", "4242424242424242"]) == "4000000000000002, 4242424242424242"
    assert len(str(values.parse(kind, "9" * 1_000))) == 300
    assert values.parse(kind, "paid with 4242 4242 4242 4242") == "paid with [card ending 4242]"
    assert values.parse(kind, " \n") is None


def test_a_day_ahead_may_be_a_missing_zone_and_two_are_not() -> None:
    assert not values.is_ahead("shipped_at", datetime(2026, 11, 22, 11, tzinfo=UTC), NOON)
    assert values.is_ahead("shipped_at", datetime(2026, 11, 23, tzinfo=UTC), NOON)
    assert not values.is_ahead("period_end", datetime(2026, 12, 23, tzinfo=UTC), NOON)
