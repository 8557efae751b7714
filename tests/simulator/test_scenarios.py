"""What holds for every scenario: ids, amounts, deadlines, metadata and fictional people."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.scenarios import SCENARIOS, world_file

NOW = datetime(2026, 11, 21, 9, 30, 15, tzinfo=UTC)
DAY = 86_400
TODAY_ENDS = int(datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC).timestamp())
SERVED = re.compile(r"(du|ch|pi|cus|txn|re|cs_test|in|inpay|sub|si|il|li)_[0-9a-z]{8,}")
TIMES = {"shipped_at", "delivered_at", "service_date", "last_used_at", "terms_accepted_at", "cancel_requested_at"}

CONTENT = {
    "not_received_delivered": ("product_not_received", 3_800, "needs_response"),
    "not_received_mid": ("product_not_received", 12_600, "needs_response"),
    "not_received_unshipped": ("product_not_received", 8_400, "needs_response"),
    "not_received_high": ("product_not_received", 94_000, "needs_response"),
    "duplicate_two_orders": ("duplicate", 6_400, "needs_response"),
    "duplicate_refunded": ("duplicate", 4_500, "needs_response"),
    "credit_refunded": ("credit_not_processed", 3_000, "needs_response"),
    "credit_unrefunded": ("credit_not_processed", 5_800, "needs_response"),
    "fraud_small_3ds": ("fraudulent", 2_400, "needs_response"),
    "fraud_mid": ("fraudulent", 18_000, "needs_response"),
    "fraud_undescribed": ("fraudulent", 16_500, "needs_response"),
    "fraud_ce3_refused": ("fraudulent", 18_000, "needs_response"),
    "fraud_high": ("fraudulent", 125_000, "needs_response"),
    "unrecognized_small": ("unrecognized", 1_500, "needs_response"),
    "subscription_active": ("subscription_canceled", 2_900, "needs_response"),
    "subscription_canceled_before": ("subscription_canceled", 2_900, "needs_response"),
    "not_as_described": ("product_unacceptable", 8_500, "needs_response"),
    "refunded_already": ("product_not_received", 4_000, "needs_response"),
    "general_unclear": ("general", 3_300, "needs_response"),
    "inquiry_delivered": ("product_not_received", 5_200, "warning_needs_response"),
    "klarna_inquiry": ("product_not_received", 6_100, "warning_needs_response"),
    "compliance_visa": ("noncompliant", 7_000, "needs_response"),
    "bank_return": ("insufficient_funds", 4_400, "lost"),
    "prevented": ("fraudulent", 1_900, "prevented"),
    "past_due": ("product_not_received", 3_600, "needs_response"),
    "already_won": ("product_not_received", 5_600, "won"),
    "already_answered": ("product_not_received", 4_700, "under_review"),
    "jpy_delivered": ("product_not_received", 4_200, "needs_response"),
    "kwd_delivered": ("product_not_received", 12_500, "needs_response"),
    "appeal_open": ("product_not_received", 8_800, "appeal_needs_response"),
    "charge_missing": ("product_not_received", 4_800, "needs_response"),
    "no_deadline": ("product_not_received", 4_200, "needs_response"),
    "connect_delivered": ("product_not_received", 3_800, "needs_response"),
    "captured_in_part": ("product_not_received", 7_000, "needs_response"),
    "presented_in_euros": ("product_not_received", 3_800, "needs_response"),
    "refund_failed": ("credit_not_processed", 4_500, "needs_response"),
}
QUEUES = {
    "submit": {"auto-evidence"},
    "review": {"manual-review", "high-value-escalation", "subscription-cancel"},
    "record": {""},
}

every_scenario = pytest.mark.parametrize("name", sorted(SCENARIOS))
every_charged_scenario = pytest.mark.parametrize("name", sorted(SCENARIOS.keys() - {"charge_missing"}))


def built(name, tag="1"):
    return SCENARIOS[name].build(NOW, tag)


def of(objects, kind) -> list[dict[str, Any]]:
    return [obj for obj in objects if obj["object"] == kind]


def only(objects, kind) -> dict[str, Any]:
    (obj,) = of(objects, kind)
    return obj


def disputed(objects) -> dict[str, Any]:
    return next(charge for charge in of(objects, "charge") if charge["id"] == only(objects, "dispute")["charge"])


def leaves(part) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield key, value
            yield from leaves(value)
    elif isinstance(part, list):
        for value in part:
            yield "", value
            yield from leaves(value)


def identified(objects) -> list[str]:
    return [obj["id"] for obj in objects]


def moment(text) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_the_promised_scenarios_are_there_and_no_other():
    assert SCENARIOS.keys() == CONTENT.keys()


@every_scenario
def test_has_one_dispute_with_the_reason_amount_and_status_of_its_story(name):
    dispute = only(built(name), "dispute")
    assert (dispute["reason"], dispute["amount"], dispute["status"]) == CONTENT[name]


@every_scenario
def test_ends_in_a_queue_of_its_route(name):
    scenario = SCENARIOS[name]
    assert scenario.name == name
    assert scenario.queue in QUEUES[scenario.route]
    assert scenario.story.endswith(".")


@every_scenario
def test_is_the_same_story_when_told_twice_yet_shares_no_part(name):
    first, second = built(name), built(name)
    assert first == second
    before = json.dumps(second)
    for obj in first:
        for part in [value for _, value in leaves(obj) if isinstance(value, dict)]:
            part["spoilt"] = True
    assert json.dumps(second) == before


def test_ids_are_unique_within_a_story_across_tags_and_across_scenarios():
    ids = [key for name in SCENARIOS for tag in ("1", "2", "a/1") for key in identified(built(name, tag))]
    assert len(ids) == len(set(ids))


def test_the_moment_told_changes_times_but_not_ids():
    schedule = SCENARIOS["fraud_mid"].build(NOW + timedelta(days=3), "1")
    assert identified(schedule) == identified(built("fraud_mid"))
    assert only(schedule, "dispute")["created"] - only(built("fraud_mid"), "dispute")["created"] == 3 * DAY


@every_charged_scenario
def test_every_id_it_mentions_is_an_object_of_the_story(name):
    objects = built(name)
    known_ids = set(identified(objects)) | {value for key, value in leaves(objects) if key == "id"}
    mentioned = {value for _, value in leaves(objects) if isinstance(value, str) and SERVED.fullmatch(value)}
    assert mentioned
    assert mentioned <= known_ids


def test_the_missing_charge_is_nowhere():
    objects = built("charge_missing")
    assert only(objects, "dispute")["charge"].startswith("ch_")
    assert {obj["object"] for obj in objects} == {"dispute", "balance_transaction"}


@every_charged_scenario
def test_payment_charge_and_ledger_agree_on_the_amounts(name):
    objects = built(name)
    rows = {row["id"]: row for row in of(objects, "balance_transaction")}
    intents = {intent["id"]: intent for intent in of(objects, "payment_intent")}
    for charge in of(objects, "charge"):
        row, intent = rows[charge["balance_transaction"]], intents[charge["payment_intent"]]
        refunds = [refund for refund in of(objects, "refund") if refund["charge"] == charge["id"]]
        assert charge["amount"] == intent["amount"] >= charge["amount_captured"] == intent["amount_received"]
        assert charge["amount_refunded"] == sum(r["amount"] for r in refunds if r["status"] == "succeeded")
        assert charge["amount_refunded"] >= charge["amount"] - charge["amount_captured"]
        assert charge["refunded"] == (charge["amount_refunded"] == charge["amount"])
        assert round(charge["amount_captured"] * (row["exchange_rate"] or 1)) == row["amount"]
        assert (intent["latest_charge"], row["source"]) == (charge["id"], charge["id"])
    for row in rows.values():
        assert row["net"] == row["amount"] - row["fee"]
        assert row["fee"] == sum(part["amount"] for part in row["fee_details"])
    for refund in [refund for refund in of(objects, "refund") if refund["balance_transaction"]]:
        assert rows[refund["balance_transaction"]]["amount"] == -refund["amount"]


@every_charged_scenario
def test_the_dispute_takes_its_amount_and_fee_unless_no_money_moved(name):
    objects = built(name)
    dispute, charge = only(objects, "dispute"), disputed(objects)
    assert dispute["amount"] <= charge["amount"]
    assert dispute["currency"] == charge["currency"]
    assert charge["disputed"]
    standalone = {row["id"]: row for row in of(objects, "balance_transaction")}
    assert all(standalone[row["id"]].items() >= row.items() for row in dispute["balance_transactions"])
    if dispute["status"].startswith("warning_") or dispute["status"] == "prevented":
        assert dispute["balance_transactions"] == []
        return
    withdrawal = dispute["balance_transactions"][0]
    assert withdrawal["amount"] == -round(dispute["amount"] * (withdrawal["exchange_rate"] or 1))
    assert (withdrawal["currency"], withdrawal["fee"], withdrawal["source"]) == ("usd", 1_500, dispute["id"])


@every_scenario
def test_checkouts_invoices_and_subscriptions_agree_with_their_charge(name):
    objects = built(name)
    charges = {charge["payment_intent"]: charge for charge in of(objects, "charge")}
    for session in of(objects, "checkout.session"):
        charge = charges[session["payment_intent"]]
        lines = session["line_items"]["data"]
        assert session["amount_total"] == sum(line["amount_total"] for line in lines) == charge["amount"]
        assert session["currency"] == charge["currency"]
        assert session["client_reference_id"] == charge["metadata"]["order_id"]
    for payment in of(objects, "invoice_payment"):
        charge = charges[payment["payment"]["payment_intent"]]
        (invoice,) = (invoice for invoice in of(objects, "invoice") if invoice["id"] == payment["invoice"])
        (line,) = invoice["lines"]["data"]
        assert payment["amount_paid"] == invoice["amount_paid"] == line["amount"] == charge["amount"]
        (item,) = only(objects, "subscription")["items"]["data"]
        assert item["price"]["unit_amount"] == charge["amount"]


@every_scenario
def test_metadata_is_short_strings_the_same_on_charge_and_payment_with_times_in_the_past(name):
    objects = built(name)
    intents = {intent["id"]: intent for intent in of(objects, "payment_intent")}
    for charge in of(objects, "charge"):
        notes = charge["metadata"]
        assert intents[charge["payment_intent"]]["metadata"] == notes
        assert {"order_id", "product_type"} <= notes.keys()
        assert all(isinstance(value, str) and len(value) <= 500 for value in notes.values())
        assert all(moment(notes[key]) < NOW for key in TIMES & notes.keys())


@every_scenario
def test_people_and_addresses_are_made_up(name):
    text = json.dumps(built(name))
    assert all(mail.endswith("@example.com") for mail in re.findall(r"[\w.-]+@[\w.-]+", text))
    assert all(ip.startswith("203.0.113.") for ip in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text))
    assert all(host.endswith("example.com") for host in re.findall(r"https://([\w.-]+)", text))
    assert all(number.startswith("+120255501") for number in re.findall(r"\+\d{6,}", text))


@every_scenario
def test_an_open_dispute_is_due_at_the_end_of_the_utc_day_eight_days_on(name):
    due_by = only(built(name), "dispute")["evidence_details"]["due_by"]
    special = {
        "past_due": TODAY_ENDS - DAY,
        "already_answered": TODAY_ENDS + 3 * DAY,
        "appeal_open": TODAY_ENDS + 6 * DAY,
        "already_won": TODAY_ENDS - 62 * DAY,
        **dict.fromkeys(("no_deadline", "bank_return", "prevented")),
    }
    assert due_by == special.get(name, TODAY_ENDS + 8 * DAY)


def test_a_world_holds_every_story_asked_for_even_one_asked_for_twice():
    objects = world_file(["no_deadline", "charge_missing", "no_deadline"], NOW)["objects"]
    assert len(of(objects, "dispute")) == 3
    assert len(set(identified(objects))) == len(objects)
    assert json.loads(json.dumps(objects)) == objects


def test_a_world_has_no_place_for_an_unknown_story():
    with pytest.raises(KeyError, match="nonesuch"):
        world_file(["nonesuch"], NOW)
