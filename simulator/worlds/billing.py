"""Builders of Stripe's checkout, invoice and subscription objects."""

from simulator.objects import NOON, StripeObject, an_address, unset


def a_list(url: str, data: list[StripeObject]) -> StripeObject:
    """Build Stripe's list object with all its items on one page."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def a_checkout_session(**changes: object) -> StripeObject:
    """Build a completed checkout of 38.00 USD; its `line_items` are a list already expanded."""
    session = unset(
        "allow_promotion_codes client_reference_id collected_information customer customer_details"
        " customer_email invoice payment_intent payment_link setup_intent shipping_cost submit_type"
        " subscription url"
    ) | {
        "id": "cs_test_example",
        "object": "checkout.session",
        "amount_subtotal": 3_800,
        "amount_total": 3_800,
        "automatic_tax": {"enabled": False} | unset("liability provider status"),
        "billing_address_collection": "required",
        "cancel_url": "https://shop.example.com/cart",
        "consent": {"promotions": None, "terms_of_service": "accepted"},
        "consent_collection": {"terms_of_service": "required"} | unset("payment_method_reuse_agreement promotions"),
        "created": NOON,
        "currency": "usd",
        "custom_fields": [],
        "custom_text": unset("after_submit shipping_address submit terms_of_service_acceptance"),
        "expires_at": NOON + 86_400,
        "line_items": a_list("/v1/checkout/sessions/cs_test_example/line_items", [an_item()]),
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_method_types": ["card"],
        "payment_status": "paid",
        "shipping_options": [],
        "status": "complete",
        "success_url": "https://shop.example.com/thanks",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
    return session | changes


def an_item(**changes: object) -> StripeObject:
    """Build one line item of a checkout."""
    item = {
        "id": "li_example",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": 3_800,
        "amount_tax": 0,
        "amount_total": 3_800,
        "currency": "usd",
        "description": "Walnut desk lamp",
        "metadata": {},
        "price": None,
        "quantity": 1,
    }
    return item | changes


def an_invoice(**changes: object) -> StripeObject:
    """Build a paid subscription invoice of 29.00 USD."""
    account = {"account_country": "US", "account_name": "Hollow Oak Goods", "issuer": {"type": "self"}}
    bill_to = {
        "customer": "cus_example",
        "customer_address": an_address(),
        "customer_email": "ida.marlow@example.com",
        "customer_name": "Ida Marlow",
    }
    invoice = unset("application description due_date parent receipt_number statement_descriptor") | {
        "id": "in_example",
        "object": "invoice",
        "attempt_count": 1,
        "attempted": True,
        "auto_advance": False,
        "automatic_tax": {"enabled": False} | unset("disabled_reason liability provider status"),
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": NOON,
        "currency": "usd",
        "default_tax_rates": [],
        "discounts": [],
        "hosted_invoice_url": "https://invoices.example.com/in_example",
        "invoice_pdf": "https://invoices.example.com/in_example/pdf",
        "lines": a_list("/v1/invoices/in_example/lines", [an_invoice_line()]),
        "livemode": False,
        "metadata": {},
        "number": "HOLLOW01-0002",
        "payment_settings": unset("default_mandate payment_method_options payment_method_types"),
        "period_end": NOON,
        "period_start": NOON - 30 * 86_400,
        "status": "paid",
        "status_transitions": {"finalized_at": NOON, "paid_at": NOON} | unset("marked_uncollectible_at voided_at"),
    }
    return invoice | account | bill_to | paid_in_full(2_900) | changes


def paid_in_full(amount: int) -> StripeObject:
    """Build the amounts of an invoice paid in one go, minor units."""
    full_amounts = ("amount_due", "amount_paid", "subtotal", "total")
    zero_amounts = (
        "amount_overpaid",
        "amount_paid_off_stripe",
        "amount_remaining",
        "amount_shipping",
        "ending_balance",
        "post_payment_credit_notes_amount",
        "pre_payment_credit_notes_amount",
        "starting_balance",
    )
    return dict.fromkeys(full_amounts, amount) | dict.fromkeys(zero_amounts, 0)


def an_invoice_line(**changes: object) -> StripeObject:
    """Build one period of a subscription on an invoice."""
    line = {
        "id": "il_example",
        "object": "line_item",
        "amount": 2_900,
        "currency": "usd",
        "description": "1 x Field Notes Cloud (at $29.00 / month)",
        "discountable": True,
        "discounts": [],
        "invoice": "in_example",
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"end": NOON + 30 * 86_400, "start": NOON},
        "quantity": 1,
        "subtotal": 2_900,
    }
    return line | changes


def an_invoice_payment(**changes: object) -> StripeObject:
    """Build the link between a paid invoice and the payment intent that paid it."""
    payment = {
        "id": "inpay_example",
        "object": "invoice_payment",
        "amount_paid": 2_900,
        "amount_requested": 2_900,
        "created": NOON,
        "currency": "usd",
        "invoice": "in_example",
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": "pi_example"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": NOON},
    }
    return payment | changes


def a_subscription(**changes: object) -> StripeObject:
    """Build a monthly subscription that is active and was never cancelled."""
    subscription = unset(
        "application application_fee_percent cancel_at canceled_at days_until_due default_payment_method"
        " default_source ended_at latest_invoice on_behalf_of pending_setup_intent pending_update schedule"
        " test_clock transfer_data trial_end trial_start"
    ) | {
        "id": "sub_example",
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": NOON,
        "billing_mode": {"type": "classic", "flexible": None},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": unset("comment feedback reason"),
        "collection_method": "charge_automatically",
        "created": NOON,
        "currency": "usd",
        "customer": "cus_example",
        "default_tax_rates": [],
        "description": "Field Notes Cloud",
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": a_list("/v1/subscription_items?subscription=sub_example", [a_subscription_item()]),
        "livemode": False,
        "metadata": {},
        "start_date": NOON,
        "status": "active",
    }
    return subscription | changes


def a_subscription_item(**changes: object) -> StripeObject:
    """Build the one priced item of a monthly subscription of 29.00 USD."""
    item = {
        "id": "si_example",
        "object": "subscription_item",
        "created": NOON,
        "current_period_end": NOON + 30 * 86_400,
        "current_period_start": NOON,
        "discounts": [],
        "metadata": {},
        "price": a_monthly_price(),
        "quantity": 1,
        "subscription": "sub_example",
        "tax_rates": [],
    }
    return item | changes


def a_monthly_price(**changes: object) -> StripeObject:
    """Build a licensed price of 29.00 USD each month."""
    price = unset("lookup_key tiers_mode transform_quantity") | {
        "id": "price_example",
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": NOON,
        "currency": "usd",
        "livemode": False,
        "metadata": {},
        "nickname": "Field Notes Cloud, monthly",
        "product": "prod_example",
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "type": "recurring",
        "unit_amount": 2_900,
        "unit_amount_decimal": "2900",
    }
    return price | changes
