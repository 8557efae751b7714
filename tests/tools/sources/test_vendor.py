"""Errors in a vendor's file, and the options it takes."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from disputes.errors import Invalid
from tests.tools.sources.shops import ORDER, a_vendor
from tools.sources.http_json import vendor
from tools.sources.options import Offer

TOKEN = {"about": "a token", "secret": True}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"facts": {"shiped_at": "shipped"}}, "shiped_at is not a kind of fact"),
        ({"facts": {"shipped_at": "shipped["}}, "is not JMESPath"),
        ({"facts": {"refund_amount": "refund"}}, "refund_amount is money and needs a table"),
        ({"facts": {"carrier": {"amount": "a", "currency": "c", "unit": "minor"}}}, "carrier is no money"),
        ({"needs": []}, "at least 1 item"),
        ({"needs": ["ticket"]}, "order needs ticket, which nothing gives"),
        ({"path": "/orders/{order_id}/{customer_email}"}, "names {customer_email} without needing it"),
        ({"query": {"q": "{customer_email}"}}, "names {customer_email} without needing it"),
        ({"json": {"a": [{"b": "{ticket}"}]}}, "names {ticket} without needing it"),
        ({"same": {"name": "customer_email"}}, "which the request does not need"),
        ({"differs": {"name": "customer_email"}}, "differs names customer_email"),
        ({"only": {"carrier": "ups("}}, "is no regular expression"),
        ({"only": {"courier": "ups"}}, "courier is not a kind of fact"),
        ({"instead_of": ["search"]}, "which is no earlier request"),
        ({"next": {"page": "page"}}, "is not a spot such as"),
        ({"next": {"page": "query.page", "link": True}}, "paging is one of"),
        ({"metod": "GET"}, "Extra inputs"),
    ],
)
def test_a_request_that_cannot_work_is_rejected_on_reading(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        a_vendor(ORDER | change)
    assert message in str(wrong.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base": "http://shop.example"}, "does not begin with https://"),
        ({"base": "https://{token}.example"}, "has no pattern"),
        ({"base": "https://{nobody}.example"}, "has no pattern"),
        ({"login": {"url": "https://{token}/login", "form": {}, "token": "t"}}, "without a pattern"),
        ({"keys": ["order"]}, "order is not a kind of fact"),
        ({"keys": []}, "at least 1 item"),
    ],
)
def test_a_vendor_that_could_send_a_token_to_another_host_is_rejected_on_reading(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        a_vendor(**change)
    assert message in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "cannot be read"),
        ('name = "other"', "is wrong at title"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_name(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "shop.toml").write_text(text)
    with pytest.raises(Invalid, match=r"^The vendor shop.toml ") as wrong:
        vendor.load(tmp_path)
    assert message in str(wrong.value)


def test_the_name_of_a_file_is_that_of_its_vendor(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text((vendor.VENDORS / "shopify.toml").read_text("utf-8"))
    with pytest.raises(Invalid, match="calls itself shopify"):
        vendor.load(tmp_path)


def test_the_vendor_that_contributing_shows_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text("utf-8")
    (shown,) = re.findall(r"^```toml\n(name = .*?)^```", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "shop.toml").write_text(shown)
    assert vendor.load(tmp_path)["shop"].kinds == ("shipped_at", "carrier", "refund_amount")


def an_offer(**options: dict[str, Any]) -> Offer:
    return Offer.model_validate({"name": "shop", "title": "Shop", "adds": "orders", "options": options})


def test_a_source_without_settings_is_off() -> None:
    assert an_offer(token=TOKEN).accept({}) is None


def test_an_option_with_a_default_need_not_be_given() -> None:
    offer = an_offer(token=TOKEN, version={"about": "a version", "default": "2"})
    assert offer.required == ("token",)
    assert offer.accept({"token": "t"}) == {"token": "t", "version": "2"}
    assert offer.accept({"token": "t", "version": "3"}) == {"token": "t", "version": "3"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shop": "acme"}, "SOURCES__SHOP__TOKEN is not set: Shop needs it beside SOURCES__SHOP__SHOP."),
        ({"shop": "a/b", "token": "hidden1"}, "SOURCES__SHOP__SHOP is wrong: it must be a shop."),
        ({"shop": "acme", "token": "hidden1\nX: y"}, "SOURCES__SHOP__TOKEN is wrong: it must be a token."),
        ({"shop": "acme", "token": "hidden1é"}, "SOURCES__SHOP__TOKEN is wrong: it must be a token."),
        (
            {"shop": "acme", "token": "hidden1", "tokn": "hidden1"},
            "SOURCES__SHOP__TOKN is unknown: Shop takes SOURCES__SHOP__SHOP, SOURCES__SHOP__TOKEN.",
        ),
    ],
)
def test_a_wrong_option_is_one_sentence_without_its_value(settings: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid) as wrong:
        an_offer(shop={"about": "a shop", "pattern": "[a-z]+"}, token=TOKEN).accept(settings)
    assert str(wrong.value) == message


@pytest.mark.parametrize("name", sorted(vendor.load()))
def test_a_shop_checks_whose_order_it_found(name: str) -> None:
    shop = vendor.load()[name]
    keys = {"order_id", "payment_reference"}
    finding = [r for r in shop.requests if keys & set(r.needs)] if "line_items" in shop.kinds else []
    assert [r.name for r in finding if not r.owner] == []


@pytest.mark.parametrize("name", sorted(vendor.load()))
def test_a_vendor_cites_its_documentation_and_checks_what_it_searched_for(name: str) -> None:
    checked = vendor.load()[name]
    assert checked.reference
    assert all(page.startswith("https://") for page in checked.reference)
    assert any(option.secret for option in checked.options.values())
    for request in checked.requests:
        searched = {*request.query.values()} if request.method == "GET" else {str(request.json_body)}
        keys = {need for need in request.needs if need in checked.keys and any(need in str(s) for s in searched)}
        by_payment = {"payment_reference"} if request.owner and request.owner.required else set()
        # What also needs a key of a record that was checked is no search.
        told = set(request.needs) & {name for other in checked.requests for name in other.keys}
        checks = keys <= set(request.same.values()) | by_payment
        assert told or checks, f"{request.name} searches, and checks nothing it found"
