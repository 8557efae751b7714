"""The resources of the simulated API, with the filters of their lists."""

from dataclasses import dataclass, field

from simulator.fields import value_at
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
    """One kind of object: its path, the noun and parameter of its 404, its list filters and retrieve parameters."""

    kind: str
    path: str
    noun: str
    param: str
    filters: dict[str, ListFilter] = field(default_factory=dict)
    extra: dict[str, Parameter] = field(default_factory=dict)

    def list_parameters(self) -> HashParameter:
        """Return the parameters of a list request."""
        return HashParameter({**PAGING, **{name: list_filter.parameter for name, list_filter in self.filters.items()}})

    def retrieve_parameters(self) -> HashParameter:
        """Return the parameters of a retrieve request."""
        return HashParameter({"expand": ListParameter(TextParameter()), **self.extra})


PAGING: dict[str, Parameter] = {
    "limit": IntegerParameter(),
    "starting_after": TextParameter(),
    "ending_before": TextParameter(),
    "expand": ListParameter(TextParameter()),
}


_created = {"created": filters.time("created")}
_customer = {"customer": filters.text_field("customer"), "customer_account": filters.text_field("customer_account")}
_payment = {"charge": filters.text_field("charge"), "payment_intent": filters.text_field("payment_intent")}
_collection = ListFilter(ChoiceParameter(("charge_automatically", "send_invoice")), filters.equals("collection_method"))
_purposes = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "document_provider_identity_document finance_report_run financial_account_statement identity_document "
    "identity_document_downloadable issuing_regulatory_reporting pci_document platform_terms_of_service selfie "
    "sigma_scheduled_query tax_document_user_upload terminal_android_apk terminal_reader_splashscreen "
    "terminal_wifi_certificate terminal_wifi_private_key"
)
_payment_parameters = HashParameter(
    {
        "payment_intent": TextParameter(),
        "payment_record": TextParameter(),
        "type": ChoiceParameter(("payment_intent", "payment_record")),
    },
    ("type",),
)
_subscription_statuses = "active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid"

ACCOUNTS = Resource("account", "/v1/accounts", "account", "account", {**_created})
"""The accounts that own what is stored, as a platform lists those connected to it."""
RESOURCES = (
    Resource("dispute", "/v1/disputes", "dispute", "dispute", {**_payment, **_created}),
    Resource(
        "charge",
        "/v1/charges",
        "charge",
        "charge",
        {
            "customer": filters.text_field("customer"),
            "payment_intent": filters.text_field("payment_intent"),
            "transfer_group": filters.text_field("transfer_group"),
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
        {"email": filters.text_field("email"), "test_clock": filters.text_field("test_clock"), **_created},
    ),
    Resource(
        "file",
        "/v1/files",
        "file",
        "file",
        {"purpose": ListFilter(ChoiceParameter(tuple(_purposes.split())), filters.equals("purpose")), **_created},
    ),
    Resource(
        "event",
        "/v1/events",
        "event",
        "id",
        {
            "type": ListFilter(TextParameter(), lambda event, kind: filters.event_type_matches(event, [kind])),
            "types": ListFilter(ListParameter(TextParameter()), filters.event_type_matches),
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
                lambda obj, tax: value_at(obj, "automatic_tax.enabled") == tax["enabled"],
            ),
            "collection_method": _collection,
            "current_period_end": filters.item_time("current_period_end"),
            "current_period_start": filters.item_time("current_period_start"),
            "price": filters.item_text("price.id"),
            "status": ListFilter(ChoiceParameter(tuple(_subscription_statuses.split())), filters.subscription_status),
            "test_clock": filters.text_field("test_clock"),
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
            "due_date": filters.time("due_date"),
            "status": filters.status("draft", "open", "paid", "uncollectible", "void"),
            "subscription": filters.text_field("parent.subscription_details.subscription"),
        },
    ),
    Resource(
        "invoice_payment",
        "/v1/invoice_payments",
        "invoice_payment",
        "invoice_payment",
        {
            **_created,
            "invoice": filters.text_field("invoice"),
            "payment": ListFilter(_payment_parameters, filters.payment_matches),
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
                lambda obj, details: value_at(obj, "customer_details.email") == details["email"],
            ),
            "payment_intent": filters.text_field("payment_intent"),
            "payment_link": filters.text_field("payment_link"),
            "status": filters.status("complete", "expired", "open"),
            "subscription": filters.text_field("subscription"),
        },
    ),
    Resource(
        "balance_transaction",
        "/v1/balance_transactions",
        "balance transaction",
        "id",
        {
            **_created,
            "currency": filters.text_field("currency"),
            "payout": filters.text_field("payout"),
            "source": ListFilter(TextParameter(), filters.source_matches),
            "type": filters.text_field("type"),
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
    Resource("webhook_endpoint", "/v1/webhook_endpoints", "webhook endpoint", "webhook_endpoint"),
)
