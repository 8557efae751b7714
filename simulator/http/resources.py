from dataclasses import dataclass, field

from simulator.fields import dig
from simulator.http import filters
from simulator.http.filters import ListFilter
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    HashParameter,
    IntegerParameter,
    ListParameter,
    Parameter,
    TextParameter,
)


@dataclass(frozen=True)
class Resource:
    """One kind of object: its path, the noun and parameter of its 404, what its list filters and retrieve accepts."""

    kind: str
    path: str
    noun: str
    param: str
    filters: dict[str, ListFilter] = field(default_factory=dict)
    extra: dict[str, Parameter] = field(default_factory=dict)

    def listing(self) -> HashParameter:
        """Give the shape of the list parameters."""
        return HashParameter({**PAGING, **{name: each.shape for name, each in self.filters.items()}})

    def single(self) -> HashParameter:
        """Give the shape of the retrieve parameters."""
        return HashParameter({"expand": ListParameter(TextParameter()), **self.extra})


PAGING: dict[str, Parameter] = {
    "limit": IntegerParameter(),
    "starting_after": TextParameter(),
    "ending_before": TextParameter(),
    "expand": ListParameter(TextParameter()),
}


_created = {"created": filters.moment("created")}
_customer = {"customer": filters.text("customer"), "customer_account": filters.text("customer_account")}
_payment = {"charge": filters.text("charge"), "payment_intent": filters.text("payment_intent")}
_collection = ListFilter(ChoiceParameter(("charge_automatically", "send_invoice")), filters.at("collection_method"))
_purposes = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "document_provider_identity_document finance_report_run financial_account_statement identity_document "
    "identity_document_downloadable issuing_regulatory_reporting pci_document platform_terms_of_service selfie "
    "sigma_scheduled_query tax_document_user_upload terminal_android_apk terminal_reader_splashscreen "
    "terminal_wifi_certificate terminal_wifi_private_key"
)
_payments_shape = HashParameter(
    {
        "payment_intent": TextParameter(),
        "payment_record": TextParameter(),
        "type": ChoiceParameter(("payment_intent", "payment_record")),
    },
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
            "customer": filters.text("customer"),
            "payment_intent": filters.text("payment_intent"),
            "transfer_group": filters.text("transfer_group"),
            **_created,
        },
    ),
    Resource(
        "payment_intent",
        "/v1/payment_intents",
        "payment_intent",
        "intent",
        {**_customer, **_created},
        {"client_secret": TextParameter()},
    ),
    Resource(
        "customer",
        "/v1/customers",
        "customer",
        "customer",
        {"email": filters.text("email"), "test_clock": filters.text("test_clock"), **_created},
    ),
    Resource(
        "file",
        "/v1/files",
        "file",
        "file",
        {"purpose": ListFilter(ChoiceParameter(tuple(_purposes.split())), filters.at("purpose")), **_created},
    ),
    Resource(
        "event",
        "/v1/events",
        "event",
        "id",
        {
            "type": ListFilter(TextParameter(), lambda event, kind: filters.named(event, [kind])),
            "types": ListFilter(ListParameter(TextParameter()), filters.named),
            "delivery_success": ListFilter(
                BooleanParameter(), lambda event, done: (event["pending_webhooks"] == 0) == done
            ),
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
            "automatic_tax": ListFilter(
                HashParameter({"enabled": BooleanParameter()}, ("enabled",)),
                lambda thing, tax: dig(thing, "automatic_tax.enabled") == tax["enabled"],
            ),
            "collection_method": _collection,
            "current_period_end": filters.period("current_period_end"),
            "current_period_start": filters.period("current_period_start"),
            "price": filters.item("price.id"),
            "status": ListFilter(ChoiceParameter(tuple(_sub_states.split())), filters.standing),
            "test_clock": filters.text("test_clock"),
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
            "due_date": filters.moment("due_date"),
            "status": filters.status("draft", "open", "paid", "uncollectible", "void"),
            "subscription": filters.text("parent.subscription_details.subscription"),
        },
    ),
    Resource(
        "invoice_payment",
        "/v1/invoice_payments",
        "invoice_payment",
        "invoice_payment",
        {
            **_created,
            "invoice": filters.text("invoice"),
            "payment": ListFilter(_payments_shape, filters.paid),
            "status": filters.status("canceled", "open", "paid"),
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
            "customer_details": ListFilter(
                HashParameter({"email": TextParameter()}, ("email",)),
                lambda thing, who: dig(thing, "customer_details.email") == who["email"],
            ),
            "payment_intent": filters.text("payment_intent"),
            "payment_link": filters.text("payment_link"),
            "status": filters.status("complete", "expired", "open"),
            "subscription": filters.text("subscription"),
        },
    ),
    Resource(
        "balance_transaction",
        "/v1/balance_transactions",
        "balance transaction",
        "id",
        {
            **_created,
            "currency": filters.text("currency"),
            "payout": filters.text("payout"),
            "source": ListFilter(TextParameter(), filters.source),
            "type": filters.text("type"),
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
