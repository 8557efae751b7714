"""What a vendor's file can say since real answers were read: one invented vendor for each."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pypdf import PdfWriter

from disputes.errors import Invalid
from disputes.evidence import Evidence, Fact, render
from disputes.reading.html import read_html
from tests.builders import a_dispute
from tests.tools.sources.recording import NOON
from tests.tools.sources.shops import ORDER, a_shop, a_vendor, by_path, in_turn, json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, vendor_server
from tools import storage
from tools.sources.http_json.answer import search
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor


def a_pdf(pages: int = 1) -> bytes:
    writer, data = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(data)
    return data.getvalue()


def told(found: Evidence, kind: str) -> list[tuple[str, str]]:
    return [(fact.about, render(fact)) for fact in found.of(kind)]


async def test_an_answer_that_asks_to_wait_is_asked_for_once_more() -> None:
    order = ORDER | {"busy": "errors[?code == 'THROTTLED']", "error": "errors[0].message"}
    wait, shipped = (
        json_reply({"errors": [{"code": "THROTTLED", "message": "Throttled"}]}),
        json_reply({"carrier": "UPS"}),
    )
    async with a_shop(a_vendor(order), in_turn(wait, shipped)) as shop:
        assert told(await shop.ask(), "carrier") == [("parcel", "UPS")]
    async with a_shop(a_vendor(order), in_turn(wait, wait)) as shop:
        found = await shop.ask()
        assert [gap.why for gap in found.gaps] == ["Shop reported an error: Throttled."]


async def test_more_records_than_were_read_are_a_gap() -> None:
    listed = ORDER | {"path": "/orders", "each": "rows", "total": "count"}
    async with a_shop(a_vendor(listed), by_path(orders={"rows": [{"carrier": "UPS"}], "count": 137})) as shop:
        assert [gap.why for gap in (await shop.ask()).gaps] == ["Shop has 136 more records than were read."]
    async with a_shop(a_vendor(listed), by_path(orders={"rows": [{"carrier": "UPS"}], "count": 1})) as shop:
        assert (await shop.ask()).gaps == ()


async def test_keys_beyond_those_that_are_asked_for_are_a_gap() -> None:
    tickets = ORDER | {"name": "tickets", "facts": {}, "keys": {"ticket": "ids"}}
    ticket = {"name": "ticket", "needs": ["ticket"], "path": "/tickets/{ticket}", "facts": {"carrier": "carrier"}}
    answers = {"1001": {"ids": list(range(1, 8))}, **{str(n): {"carrier": f"Carrier {n} Ltd"} for n in range(1, 8)}}
    async with a_shop(a_vendor(tickets, ticket), by_path(**answers)) as shop:
        found = await shop.ask()
    assert len(found.of("carrier")) == 5
    assert [gap.why for gap in found.gaps] == ["Shop has 7 records to ask for ticket of, and 5 were asked for."]


async def test_values_that_say_nothing_are_no_facts() -> None:
    order = ORDER | {"facts": {"delivery_signature": "signed", "carrier": "carrier"}}
    vendor = a_vendor(order, nothing={"carrier": ["House Van"]})
    answer = {"signed": "Signature not required", "carrier": "house van"}
    async with a_shop(vendor, by_path(**{"1001": answer})) as shop:
        assert (await shop.ask()).facts == ()


async def test_two_records_of_one_tracking_number_are_two_parcels() -> None:
    tracker = {
        "name": "tracker",
        "needs": ["tracking_number"],
        "path": "/trackers",
        "each": "rows",
        "same": {"number": "tracking_number"},
        "facts": {"tracking_number": "number", "delivered_at": "delivered", "carrier": "carrier"},
    }
    rows = [{"number": "77 88", "carrier": "UPS"}, {"number": "7788", "delivered": "2024-01-02T10:00:00Z"}]
    rows[1]["number"] = "77 88"
    async with a_shop(a_vendor(tracker, keys=["tracking_number"]), by_path(trackers={"rows": rows})) as shop:
        found = await shop.ask(tracking_number="77 88")
    assert told(found, "carrier") == [("parcel:7788", "UPS")]
    assert [about for about, _ in told(found, "delivered_at")] == ["parcel:7788-2"]


async def test_parts_have_events_of_their_own_and_the_currency_of_their_order() -> None:
    parcels = {
        "sort": "parcel",
        "each": "parcels",
        "key": "number",
        "many": [{"kind": "tracking_event", "each": "events", "value": "what", "at": "when"}],
    }
    amount = {"amount": "total", "currency": "currency", "unit": "major"}
    refunds = {"sort": "refund", "each": "refunds", "key": "id", "facts": {"refund_amount": amount}}
    answer = {
        "currency": "EUR",
        "parcels": [
            {"number": "A-1", "events": [{"what": "Delivered", "when": "2026-10-02T09:12:00Z"}]},
            {"number": "B-2", "events": [{"what": "In transit", "when": "2026-10-03T09:12:00Z"}]},
        ],
        "refunds": [{"id": 1, "total": "10.00"}, {"id": 2, "total": "2.50"}],
    }
    order = ORDER | {"facts": {}, "entity": [parcels, refunds]}
    async with a_shop(a_vendor(order), by_path(**{"1001": answer})) as shop:
        found = await shop.ask()
    assert told(found, "tracking_event") == [("parcel:A1", "Delivered"), ("parcel:B2", "In transit")]
    assert told(found, "refund_amount") == [("refund:1", "10.00 EUR"), ("refund:2", "2.50 EUR")]


async def test_a_request_like_another_takes_what_it_does_not_say_itself() -> None:
    by_number = ORDER | {
        "path": "/search",
        "query": {"q": "{order_id}", "fields": "all"},
        "same": {"number": "order_id"},
    }
    by_email = {
        "name": "by_email",
        "like": "order",
        "needs": ["customer_email"],
        "query": {"q": "{customer_email}"},
        "same": {"email": "customer_email"},
        "instead_of": ["order"],
    }
    vendor = a_vendor(by_number, by_email, keys=["order_id", "customer_email"])
    async with a_shop(vendor, by_path(search={"email": "ada@example.com", "carrier": "UPS"})) as shop:
        found = await shop.ask(order_id="1001", customer_email="ada@example.com")
        asked = [call.query for call in shop.calls]
    assert asked == [{"q": "1001", "fields": "all"}, {"q": "ada@example.com", "fields": "all"}]
    assert told(found, "carrier") == [("parcel", "UPS")]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"like": "nobody"}, "a request is like nobody, which is none"),
        ({"instead_of": ["nobody"]}, "order stands in for nobody, which is no earlier request"),
        ({"document": [{"field": "letter", "name": "a.pdf"}]}, "letter is no file field of a Stripe dispute"),
        ({"document": [{"field": "receipt", "name": "a.pdf"}]}, "an answer that is a file has nothing else in it"),
        ({"each": "evry(rows, &done)"}, "evry"),
    ],
)
def test_a_wrong_request_is_named(changes: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        a_vendor(ORDER | changes)


def document(**more: Any) -> dict[str, Any]:
    field = {"field": "shipping_documentation", "name": "proof-of-delivery.pdf", **more}
    return {"name": "proof", "needs": ["order_id"], "path": "/proofs/{order_id}", "document": [field]}


async def test_a_file_in_base64_becomes_an_attachment(tmp_path: Path) -> None:
    files, written = storage.in_folder(tmp_path), base64.b64encode(a_pdf(2)).decode()
    answer = {"documents": [f"data:application/pdf;base64,{written}", written[:40] + "\n" + written[40:]]}
    async with a_shop(a_vendor(document(data="documents")), by_path(**{"1001": answer}), storage=files) as shop:
        found = await shop.ask()
    assert [(f.field, f.name, f.pages) for f in found.attachments] == [
        ("shipping_documentation", "proof-of-delivery.pdf", 2)
    ]
    assert await files.read(found.attachments[0].key) == a_pdf(2)
    assert found.gaps == ()


async def test_an_answer_that_is_a_file_becomes_an_attachment(tmp_path: Path) -> None:
    def answer(_: ReceivedCall) -> Reply:
        return Reply(200, a_pdf(), {"Content-Type": "application/pdf"})

    async with a_shop(a_vendor(document()), answer, storage=storage.in_folder(tmp_path)) as shop:
        assert [file.source for file in (await shop.ask()).attachments] == ["shop:proof-of-delivery.pdf"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("not Base64 at all!", "Shop: proof-of-delivery.pdf is not written in Base64."),
        (base64.b64encode(b"%PDF-1.7 broken").decode(), "Shop: proof-of-delivery.pdf"),
        (base64.b64encode(b"\x00\x01\x02" * 50).decode(), "Shop: proof-of-delivery.pdf"),
    ],
)
async def test_a_file_that_cannot_be_used_is_a_gap(tmp_path: Path, data: str, why: str) -> None:
    vendor = a_vendor(document(data="file"))
    async with a_shop(vendor, by_path(**{"1001": {"file": data}}), storage=storage.in_folder(tmp_path)) as shop:
        found = await shop.ask()
    assert found.attachments == ()
    assert [gap.why.startswith(why) for gap in found.gaps] == [True]


LOGIN = {
    "url": "https://login.example/token",
    "json": {"id": "{id}", "key": "{key}"},
    "token": "token",
    "option": "token",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "id": {"about": "an id", "default": ""},
    "key": {"about": "a key", "secret": True, "default": ""},
    "token": {"about": "a token", "secret": True, "default": ""},
}


def a_vendor_with_login() -> Vendor:
    return a_vendor(options=OPTIONS, login=LOGIN, headers={"X-Token": "{login}"})


async def calls_with(**options: str) -> list[ReceivedCall]:
    vendor = a_vendor_with_login()

    def answer(call: ReceivedCall) -> Reply:
        return json_reply({"token": "token-of-the-login"} if call.path == "/login" else {"carrier": "UPS"})

    async with vendor_server(answer) as server:
        source = HttpJsonSource(vendor, vendor.accept(options) or {}, now=lambda: NOON, base=server.url)
        known = Evidence(facts=(Fact(id="order_id", kind="order_id", value="1001", source="stripe:charge/x:y"),))
        await source.gather(a_dispute(), known)
        await source.aclose()
        return server.calls


async def test_a_merchants_own_token_spares_the_login() -> None:
    (call,) = await calls_with(token="own-token-1")
    assert call.headers["x-token"] == "own-token-1"


async def test_a_login_may_be_json() -> None:
    login, call = await calls_with(id="me", key="secret-key-1")
    assert login.json == {"id": "me", "key": "secret-key-1"}
    assert call.headers["x-token"] == "token-of-the-login"


def test_half_of_the_credentials_are_named() -> None:
    vendor = a_vendor_with_login()
    why = (
        r"SOURCES__SHOP__KEY is not set: Shop needs SOURCES__SHOP__ID and SOURCES__SHOP__KEY, or SOURCES__SHOP__TOKEN\."
    )
    with pytest.raises(Invalid, match=why):
        vendor.accept({"id": "me"})


@pytest.mark.parametrize(
    ("expression", "value", "result"),
    [
        ("every(@, &done)", [{"done": True}, {"done": True}], True),
        ("every(@, &done)", [{"done": True}, {"done": False}], False),
        ("every(@, &done)", [], False),
        ("any(@, &done)", [{"done": False}, {"done": "yes"}], True),
        ("any(@, &done)", [{}, {"done": ""}], False),
        ("every(@, &done)", None, None),
        ("html_text(@)", "<p>One</p><p>two &amp; three</p>", "One\ntwo & three"),
    ],
)
def test_functions_say_what_jmespath_cannot(expression: str, value: Any, result: Any) -> None:
    assert search(expression, value) == result


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<div>Hi,<br>it  came\n late.<script>alert(1)</script></div><style>p{}</style>", "Hi,\nit came late."),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("plain words", "plain words"),
        ("<p>never closed", "never closed"),
        ("<html><head><title>T</title></head><body>B</body></html>", "B"),
        ("", ""),
    ],
)
def test_html_is_read_as_people_see_it(page: str, text: str) -> None:
    assert read_html(page) == text
