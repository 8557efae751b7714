"""Which items a dispute is about."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import Evidence, Item, disputed_part
from disputes.evidence.disputed_part import MAX_QUANTITY, MAX_ROWS
from tests.builders import a_dispute


def an_item(name, amount, quantity=1, currency="usd"):
    return Item(name=name, quantity=quantity, amount=amount, currency=currency, source="stripe:item/li_1:description")


TRAY, NAPKINS, MUGS = an_item("Oak tray", 3_000), an_item("Linen napkins", 1_200), an_item("Mug", 2_700, 3)


def find(amount, *items, captured=None):
    paid = sum(item.amount for item in items) if captured is None else captured
    return disputed_part.find(a_dispute(amount=amount, captured=paid), items)


def told(part):
    return part.way, [(item.quantity, item.name, item.amount) for item in part.items]


def test_one_item_of_two_is_named():
    assert told(find(1_200, TRAY, NAPKINS)) == ("items", [(1, "Linen napkins", 1_200)])


def test_two_items_of_three_are_named_in_their_order():
    assert told(find(5_700, TRAY, NAPKINS, MUGS)) == ("items", [(1, "Oak tray", 3_000), (3, "Mug", 2_700)])


def test_some_of_several_equal_things_are_counted():
    assert told(find(1_800, TRAY, MUGS)) == ("items", [(2, "Mug", 1_800)])


def test_equal_rows_are_one_thing_bought_twice():
    assert told(find(1_200, TRAY, NAPKINS, NAPKINS)) == ("items", [(1, "Linen napkins", 1_200)])


def test_the_whole_payment_is_no_matter_of_items():
    assert told(find(4_200, TRAY, NAPKINS)) == ("whole", [])
    assert told(find(5_000, TRAY, NAPKINS)) == ("whole", [])
    assert told(find(3_000, captured=3_000)) == ("whole", [])


def test_nothing_is_told_without_items_or_where_none_fits():
    assert find(1_200, captured=4_200).way == "unknown"
    assert find(1_300, TRAY, NAPKINS).way == "unknown"
    assert find(0, TRAY, NAPKINS).way == "unknown"


def test_two_items_of_one_price_are_not_told_apart():
    assert find(1_200, TRAY, NAPKINS, an_item("Candle", 1_200)).way == "unknown"
    assert find(3_000, TRAY, an_item("Shelf", 1_800), NAPKINS).way == "unknown"


def test_shipping_leaves_an_item_told_only_where_nothing_with_shipping_fits():
    assert told(find(1_200, TRAY, NAPKINS, captured=4_700)) == ("items", [(1, "Linen napkins", 1_200)])
    candle = an_item("Candle", 700)
    assert find(1_200, TRAY, NAPKINS, candle, captured=5_400).way == "unknown", "or the candle and its shipping"
    assert find(1_700, TRAY, NAPKINS, captured=4_700).way == "unknown", "shipping is no item"
    assert find(500, TRAY, an_item("Hook", 500), captured=4_000).way == "unknown", "or the shipping alone"


def test_a_tax_that_no_row_holds_is_told_by_no_other_item():
    tray, rack = an_item("Oak tray", 1_000), an_item("Rack", 1_200)
    assert find(1_200, tray, rack, captured=2_640).way == "unknown", "or the tray with its tax of 20 %"


def test_after_a_discount_no_price_is_what_was_paid():
    assert find(1_200, TRAY, NAPKINS, captured=4_000).way == "unknown"


def test_a_part_that_was_captured_is_of_no_item():
    assert find(3_000, an_item("Beech stool", 10_000), captured=7_000).way == "unknown"


def test_what_does_not_divide_evenly_is_rounded_either_way():
    three = an_item("Mug", 1_000, 3)
    assert told(find(333, TRAY, three)) == ("items", [(1, "Mug", 333)])
    assert told(find(334, TRAY, three)) == ("items", [(1, "Mug", 334)])
    assert find(332, TRAY, three).way == "unknown"


def test_a_gift_that_cost_nothing_is_part_of_no_amount():
    assert told(find(1_200, TRAY, NAPKINS, an_item("Sample", 0)))[0] == "items"


@pytest.mark.parametrize(
    "odd",
    [an_item("Voucher", -500), an_item("Kettle", 900, currency="eur"), an_item("Nails", 900, MAX_QUANTITY + 1)],
    ids=["less than nothing", "another currency", "very many"],
)
def test_a_row_that_cannot_be_counted_leaves_it_unknown(odd):
    assert find(1_200, TRAY, NAPKINS, odd, captured=5_100).way == "unknown"


def test_what_was_captured_may_be_unknown():
    dispute = a_dispute(amount=1_200, captured=None)
    assert told(disputed_part.find(dispute, (TRAY, NAPKINS)))[0] == "items"


def test_the_work_is_bounded():
    rows = [an_item(f"Thing {number}", 7**number % 9_973 * 97, 97) for number in range(1, MAX_ROWS + 1)]
    assert find(123_456, *rows).way == "unknown"
    assert find(1_000, *(an_item(f"Thing {number}", 1_000 + number) for number in range(MAX_ROWS + 1))).way == "unknown"


def test_twenty_different_items_are_searched():
    rows = [an_item(f"Thing {number}", 2**number) for number in range(MAX_ROWS)]
    part = find(2**19 + 2**7 + 1, *rows)
    assert [item.name for item in part.items] == ["Thing 0", "Thing 7", "Thing 19"]


def test_the_first_source_that_lists_items_is_believed():
    ours, theirs = Evidence(items=(TRAY,)), Evidence(items=(NAPKINS,))
    assert ours.plus(theirs).items == (TRAY,)
    assert Evidence().plus(theirs).items == (NAPKINS,)


ROWS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), min_size=1, max_size=5).map(
    lambda rows: [an_item(f"Thing {at}", price * count, count) for at, (price, count) in enumerate(rows)]
)


def choices(rows, amount):
    """Every choice of numbers of items that comes to an amount, found by trying all."""
    counts = product(*(range(row.quantity + 1) for row in rows))
    price = [row.amount // row.quantity for row in rows]
    return [each for each in counts if sum(map(int.__mul__, each, price)) == amount]


@given(ROWS, st.integers(1, 60), st.integers(0, 9))
def test_what_is_named_adds_up_and_nothing_else_does(rows, amount, extra):
    part = find(amount, *rows, captured=sum(row.amount for row in rows) + extra)
    if part.way == "items":
        assert sum(item.amount for item in part.items) == amount
        assert len(choices(rows, amount)) == 1
        assert all(0 < item.quantity <= row.quantity for item in part.items for row in rows if row.name == item.name)


@given(ROWS, st.integers(1, 60))
def test_a_choice_that_alone_fits_is_found_and_two_never_are(rows, amount):
    paid = sum(row.amount for row in rows)
    fits = choices(rows, amount)
    way = find(amount, *rows).way
    assert way == ("whole" if amount >= paid else "items" if len(fits) == 1 else "unknown")


@given(st.lists(st.tuples(st.integers(-5, 10**15), st.integers(-1, 200)), max_size=25), st.integers(0, 10**15))
def test_any_rows_are_answered(rows, amount):
    items = [an_item("Thing", price, count) for price, count in rows]
    part = disputed_part.find(a_dispute(amount=amount, captured=None), items)
    assert part.way != "items" or sum(item.amount for item in part.items) == amount
