from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.expansion import envelope
from simulator.fields import INDEXED, dig
from simulator.refusal import malformed, missing
from simulator.shapes import Choice, Flag, Hash, Many, Moment, Shape, Text, Thing, Whole
from simulator.stage import Stage
from simulator.state import Caller, render

MOST = 100
Test = Callable[[Thing, Any], bool]


@dataclass(frozen=True)
class Filter:
    """One list parameter: its shape and which objects pass it."""

    shape: Shape
    passes: Test


@dataclass(frozen=True)
class Resource:
    """One kind of object: its path, the noun and parameter of its 404, what its list filters and retrieve accepts."""

    kind: str
    path: str
    noun: str
    param: str
    filters: dict[str, Filter] = field(default_factory=dict)
    extra: dict[str, Shape] = field(default_factory=dict)

    def listing(self) -> Hash:
        """Give the shape of the list parameters."""
        return Hash({**PAGING, **{name: each.shape for name, each in self.filters.items()}})

    def single(self) -> Hash:
        """Give the shape of the retrieve parameters."""
        return Hash({"expand": Many(Text()), **self.extra})


PAGING: dict[str, Shape] = {
    "limit": Whole(),
    "starting_after": Text(),
    "ending_before": Text(),
    "expand": Many(Text()),
}


def page(things: list[Thing], params: Thing, noun: str, url: str) -> Thing:
    """Give one page of objects that are already in order; limits are 1 to 100, 10 unless given."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= MOST:
        raise malformed(f"Limit must be between 1 and {MOST} (it is {limit}).", "limit", "parameter_invalid_integer")
    if "starting_after" in params:
        things = things[_place(things, params["starting_after"], noun, "starting_after") + 1 :]
    if "ending_before" in params:
        things = things[: _place(things, params["ending_before"], noun, "ending_before")]
        return envelope([render(thing) for thing in things[-limit:]], url, more=len(things) > limit)
    return envelope([render(thing) for thing in things[:limit]], url, more=len(things) > limit)


def _place(things: list[Thing], identity: str, noun: str, param: str) -> int:
    for index, thing in enumerate(things):
        if thing["id"] == identity:
            return index
    raise missing(noun, identity, param)


async def retrieve(stage: Stage, resource: Resource, identity: str, caller: Caller) -> Thing:
    """Give one object of a resource."""
    return stage.world.get(resource.kind, identity, caller, noun=resource.noun, param=resource.param)


async def browse(stage: Stage, resource: Resource, params: Thing, caller: Caller) -> Thing:
    """Give one page of a resource, newest first."""
    given = {name: value for name, value in params.items() if name in resource.filters}
    exact = {name: value for name, value in given.items() if name in INDEXED}
    things = stage.world.every(resource.kind, caller, **exact)
    for name, value in given.items():
        if name not in exact:
            things = [thing for thing in things if resource.filters[name].passes(thing, value)]
    if resource.kind == "subscription" and "status" not in given:
        things = [thing for thing in things if thing.get("status") != "canceled"]
    return page(things, params, resource.noun, resource.path)


def _at(path: str) -> Test:
    return lambda thing, value: dig(thing, path) == value


def _moment(path: str) -> Filter:
    return Filter(Moment(), lambda thing, bounds: _within(dig(thing, path), bounds))


def _within(value: object, bounds: Thing) -> bool:
    if not isinstance(value, int):
        return False
    lowest = max(bounds.get("gte", value), bounds.get("gt", value - 1) + 1)
    return bool(lowest <= value <= min(bounds.get("lte", value), bounds.get("lt", value + 1) - 1))


def _text(path: str) -> Filter:
    return Filter(Text(), _at(path))


def _status(*values: str) -> Filter:
    return Filter(Choice(values), _at("status"))


def _any_item(path: str) -> Filter:
    def passes(thing: Thing, value: str) -> bool:
        return any(dig(item, path) == value for item in (thing.get("items") or {}).get("data", []))

    return Filter(Text(), passes)


def _subscription_status(thing: Thing, value: str) -> bool:
    ended = thing.get("status") in ("canceled", "incomplete_expired")
    return value == "all" or (ended if value == "ended" else thing.get("status") == value)


def _period(name: str) -> Filter:
    def passes(thing: Thing, bounds: Thing) -> bool:
        return any(_within(item.get(name), bounds) for item in (thing.get("items") or {}).get("data", []))

    return Filter(Moment(), passes)


def _source(thing: Thing, value: str) -> bool:
    """Match the source; for a dispute Stripe gives an empty page although its transactions name it."""
    return not value.startswith(("du_", "dp_")) and thing.get("source") == value


def _paid_by(thing: Thing, payment: Thing) -> bool:
    return all(dig(thing, f"payment.{name}") == value for name, value in payment.items())


def _named(event: Thing, kinds: list[str]) -> bool:
    return any(event["type"] == kind or (kind.endswith("*") and event["type"].startswith(kind[:-1])) for kind in kinds)


_created = {"created": _moment("created")}
_customer = {"customer": _text("customer"), "customer_account": _text("customer_account")}
_payment = {"charge": _text("charge"), "payment_intent": _text("payment_intent")}
_collection = Filter(Choice(("charge_automatically", "send_invoice")), _at("collection_method"))
_purposes = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "document_provider_identity_document finance_report_run financial_account_statement identity_document "
    "identity_document_downloadable issuing_regulatory_reporting pci_document platform_terms_of_service selfie "
    "sigma_scheduled_query tax_document_user_upload terminal_android_apk terminal_reader_splashscreen "
    "terminal_wifi_certificate terminal_wifi_private_key"
)
_payments_shape = Hash(
    {"payment_intent": Text(), "payment_record": Text(), "type": Choice(("payment_intent", "payment_record"))},
    ("type",),
)
_sub_states = "active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid"

RESOURCES = (
    Resource("dispute", "/v1/disputes", "dispute", "dispute", {**_payment, **_created}),
    Resource(
        "charge",
        "/v1/charges",
        "charge",
        "charge",
        {
            "customer": _text("customer"),
            "payment_intent": _text("payment_intent"),
            "transfer_group": _text("transfer_group"),
            **_created,
        },
    ),
    Resource(
        "payment_intent",
        "/v1/payment_intents",
        "payment_intent",
        "intent",
        {**_customer, **_created},
        {"client_secret": Text()},
    ),
    Resource(
        "customer",
        "/v1/customers",
        "customer",
        "customer",
        {"email": _text("email"), "test_clock": _text("test_clock"), **_created},
    ),
    Resource(
        "file",
        "/v1/files",
        "file",
        "file",
        {"purpose": Filter(Choice(tuple(_purposes.split())), _at("purpose")), **_created},
    ),
    Resource(
        "event",
        "/v1/events",
        "event",
        "id",
        {
            "type": Filter(Text(), lambda event, kind: _named(event, [kind])),
            "types": Filter(Many(Text()), _named),
            "delivery_success": Filter(Flag(), lambda event, done: (event["pending_webhooks"] == 0) == done),
            **_created,
        },
    ),
    Resource("refund", "/v1/refunds", "refund", "refund", {**_payment, **_created}),
    Resource(
        "subscription",
        "/v1/subscriptions",
        "subscription",
        "subscription_exposed_id",
        {
            **_customer,
            **_created,
            "automatic_tax": Filter(
                Hash({"enabled": Flag()}, ("enabled",)),
                lambda thing, tax: dig(thing, "automatic_tax.enabled") == tax["enabled"],
            ),
            "collection_method": _collection,
            "current_period_end": _period("current_period_end"),
            "current_period_start": _period("current_period_start"),
            "price": _any_item("price.id"),
            "status": Filter(Choice(tuple(_sub_states.split())), _subscription_status),
            "test_clock": _text("test_clock"),
        },
    ),
    Resource(
        "invoice",
        "/v1/invoices",
        "invoice",
        "invoice",
        {
            **_customer,
            **_created,
            "collection_method": _collection,
            "due_date": _moment("due_date"),
            "status": _status("draft", "open", "paid", "uncollectible", "void"),
            "subscription": _text("parent.subscription_details.subscription"),
        },
    ),
    Resource(
        "invoice_payment",
        "/v1/invoice_payments",
        "invoice_payment",
        "invoice_payment",
        {
            **_created,
            "invoice": _text("invoice"),
            "payment": Filter(_payments_shape, _paid_by),
            "status": _status("canceled", "open", "paid"),
        },
    ),
    Resource(
        "checkout.session",
        "/v1/checkout/sessions",
        "checkout.session",
        "session",
        {
            **_customer,
            **_created,
            "customer_details": Filter(
                Hash({"email": Text()}, ("email",)),
                lambda thing, who: dig(thing, "customer_details.email") == who["email"],
            ),
            "payment_intent": _text("payment_intent"),
            "payment_link": _text("payment_link"),
            "status": _status("complete", "expired", "open"),
            "subscription": _text("subscription"),
        },
    ),
    Resource(
        "balance_transaction",
        "/v1/balance_transactions",
        "balance transaction",
        "id",
        {
            **_created,
            "currency": _text("currency"),
            "payout": _text("payout"),
            "source": Filter(Text(), _source),
            "type": _text("type"),
        },
    ),
    Resource(
        "radar.early_fraud_warning",
        "/v1/radar/early_fraud_warnings",
        "early fraud warning",
        "early_fraud_warning",
        {**_payment, **_created},
    ),
    Resource("review", "/v1/reviews", "review", "review", {**_created}),
)
