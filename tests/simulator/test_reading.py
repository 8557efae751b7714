"""Reading: lists, filters, search, expansion, and which key sees what."""

from typing import Any

import httpx
import pytest
import stripe

from simulator.worlds.billing import an_invoice
from tests.simulator.harness import SDK_WARNING, a_charge, a_customer, a_dispute, simulated

pytestmark = SDK_WARNING


def many(count: int) -> list[dict[str, Any]]:
    return [a_dispute(id=f"du_{n}", created=1_790_000_000 + n) for n in range(count)]


async def test_lists_are_newest_first_and_page_to_the_end():
    async with simulated(*many(25)) as simulator:
        client = simulator.sdk()
        first = await client.v1.disputes.list_async()
        assert [dispute.id for dispute in first.data] == [f"du_{n}" for n in range(24, 14, -1)]
        assert (first.has_more, first.url) == (True, "/v1/disputes")
        walked = [dispute.id async for dispute in first.auto_paging_iter()]
        assert walked == [f"du_{n}" for n in range(24, -1, -1)]


async def test_a_page_can_be_walked_backwards():
    async with simulated(*many(5)) as simulator:
        page = await simulator.sdk().v1.disputes.list_async({"ending_before": "du_1", "limit": 2})
        assert ([dispute.id for dispute in page.data], page.has_more) == (["du_3", "du_2"], True)


@pytest.mark.parametrize("limit", [0, 101])
async def test_a_limit_outside_one_to_a_hundred_is_refused(limit):
    async with simulated() as simulator:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await simulator.sdk().v1.disputes.list_async({"limit": limit})
        assert refused.value.param == "limit"


async def test_disputes_are_filtered_by_charge_intent_and_time():
    others = a_dispute(id="du_9", charge="ch_9", payment_intent="pi_9", created=1_791_000_000)
    async with simulated(*many(3), others) as simulator:
        listed = simulator.sdk().v1.disputes.list_async
        assert [d.id for d in (await listed({"charge": "ch_9"})).data] == ["du_9"]
        assert [d.id for d in (await listed({"payment_intent": "pi_9", "charge": "ch_1"})).data] == []
        bounds: Any = {"created": {"gt": 1_790_000_000, "lte": 1_790_000_002}}
        assert [d.id for d in (await listed(bounds)).data] == ["du_2", "du_1"]
        assert [d.id for d in (await listed({"created": 1_790_000_001})).data] == ["du_1"]


async def test_a_filter_stripe_does_not_have_is_refused():
    async with simulated() as simulator:
        wrong: Any = {"status": "won"}
        with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: status") as refused:
            await simulator.sdk().v1.disputes.list_async(wrong)
        assert refused.value.code == "parameter_unknown"


async def test_an_unknown_id_is_stripes_404():
    async with simulated() as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="No such dispute: 'du_x'") as refused:
            await simulator.sdk().v1.disputes.retrieve_async("du_x")
        error = refused.value
        assert (error.http_status, error.code, error.param) == (404, "resource_missing", "dispute")
        assert (error.request_id or "").startswith("req_")


async def test_expansion_follows_nested_paths_on_objects_and_lists():
    refund = {"id": "re_1", "object": "refund", "charge": "ch_1", "amount": 5, "currency": "usd", "created": 1}
    async with simulated(a_dispute(), a_charge(), a_customer(), refund) as simulator:
        client = simulator.sdk()
        paths = ["charge.customer", "charge.refunds"]
        result = (await client.v1.disputes.retrieve_async("du_1", {"expand": paths})).to_dict()
        assert result["charge"]["customer"]["email"] == "ada@example.com"
        assert [refund["id"] for refund in result["charge"]["refunds"]["data"]] == ["re_1"]
        listed = await client.v1.disputes.list_async({"expand": ["data.charge"]})
        assert listed.data[0].to_dict()["charge"]["id"] == "ch_1"
        plain = (await client.v1.charges.retrieve_async("ch_1")).to_dict()
        assert (plain["customer"], "refunds" in plain) == ("cus_1", False)


async def test_an_object_that_came_expanded_is_given_back_as_an_id():
    async with simulated(a_dispute(charge=a_charge(customer=a_customer()))) as simulator:
        assert (await simulator.sdk().v1.disputes.retrieve_async("du_1")).charge == "ch_1"
        assert (await simulator.sdk().v1.charges.retrieve_async("ch_1")).customer == "cus_1"
        assert (await simulator.sdk().v1.customers.retrieve_async("cus_1")).email == "ada@example.com"


@pytest.mark.parametrize("path", ["amount", "charge.colour", "charge.payment_intent.latest_charge.customer.x"])
async def test_what_cannot_be_expanded_is_refused(path):
    async with simulated(a_dispute(), a_charge()) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="expand"):
            await simulator.sdk().v1.disputes.retrieve_async("du_1", {"expand": [path]})


async def test_a_bad_expansion_is_refused_before_the_deed():
    async with simulated(a_dispute()) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            await simulator.sdk().v1.disputes.close_async("du_1", {"expand": ["amount"]})
        assert (await simulator.counts("du_1"))["closes"] == 0


async def test_a_key_sees_only_its_mode_and_account():
    live = a_dispute(id="du_live", livemode=True)
    theirs = a_dispute(id="du_theirs", _account="acct_2")
    async with simulated(a_dispute(), live, theirs) as simulator:
        test, production = simulator.sdk().v1.disputes, simulator.sdk("sk_live_1").v1.disputes
        assert [d.id for d in (await test.list_async()).data] == ["du_1"]
        assert [d.id for d in (await production.list_async()).data] == ["du_live"]
        with pytest.raises(stripe.InvalidRequestError, match="No such dispute"):
            await test.retrieve_async("du_theirs")
        result = await test.retrieve_async("du_theirs", None, {"stripe_account": "acct_2"})
        assert "_account" not in result.to_dict()
        with pytest.raises(stripe.InvalidRequestError, match="No such dispute"):
            await test.retrieve_async("du_1", None, {"stripe_account": "acct_2"})


@pytest.mark.parametrize("key", ["", "sk_test_", "pk_test_1", "hello"])
async def test_a_missing_or_odd_key_is_a_401(key):
    async with simulated(a_dispute()) as simulator:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = await simulator.control.get("/v1/disputes/du_1", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_key_may_come_as_a_user_name():
    async with simulated(a_dispute()) as simulator:
        answer = await simulator.control.get("/v1/disputes/du_1", auth=httpx.BasicAuth("sk_test_1", ""))
        assert answer.status_code == 200


async def test_an_unknown_url_is_a_404():
    async with simulated() as simulator:
        answer = await simulator.control.get("/v1/nothing", headers={"Authorization": "Bearer sk_test_1"})
        assert (answer.status_code, "Unrecognized request URL" in answer.text) == (404, True)


async def test_the_transactions_of_a_dispute_cannot_be_listed_by_source():
    txn = {"object": "balance_transaction", "currency": "usd", "created": 1, "source": "du_1", "amount": -5}
    charged = {**txn, "id": "txn_2", "source": "ch_1"}
    async with simulated(a_dispute(balance_transactions=[{**txn, "id": "txn_1"}]), charged) as simulator:
        client = simulator.sdk().v1.balance_transactions
        assert (await client.list_async({"source": "du_1"})).data == []
        assert [result.id for result in (await client.list_async({"source": "ch_1"})).data] == ["txn_2"]
        assert (await client.retrieve_async("txn_1")).amount == -5


async def test_invoices_are_found_by_their_payment():
    payment = {"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "created": 1}
    paid = {**payment, "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
    other = {**payment, "id": "inpay_2", "payment": {"type": "payment_intent", "payment_intent": "pi_2"}}
    async with simulated(paid, other) as simulator:
        params: Any = {"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
        result = await simulator.sdk().v1.invoice_payments.list_async(params)
        assert [payment.id for payment in result.data] == ["inpay_1"]


async def test_invoices_are_found_by_their_subscription():
    parents = [{"subscription_details": {"subscription": name}} for name in ("sub_1", "sub_2", "sub_1")]
    objects = [an_invoice(id=f"in_{number}", parent=parent) for number, parent in enumerate(parents)]
    async with simulated(*objects) as simulator:
        result = await simulator.sdk().v1.invoices.list_async({"subscription": "sub_1"})
        assert {invoice.id for invoice in result.data} == {"in_0", "in_2"}


async def test_canceled_subscriptions_are_listed_only_when_asked_for():
    sub = {"object": "subscription", "customer": "cus_1", "created": 1, "items": {"object": "list", "data": []}}
    active, ended = {**sub, "id": "sub_1", "status": "active"}, {**sub, "id": "sub_2", "status": "canceled"}
    async with simulated(active, ended) as simulator:
        listed = simulator.sdk().v1.subscriptions.list_async
        assert [result.id for result in (await listed({"customer": "cus_1"})).data] == ["sub_1"]
        assert len((await listed({"customer": "cus_1", "status": "all"})).data) == 2
        assert [result.id for result in (await listed({"status": "ended"})).data] == ["sub_2"]


async def test_line_items_of_a_session_are_a_list_of_their_own():
    item = {"id": "li_1", "object": "item", "amount_total": 5}
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "payment_intent": "pi_1",
        "line_items": {"object": "list", "data": [item], "has_more": False, "url": ""},
    }
    async with simulated(session) as simulator:
        sessions = simulator.sdk().v1.checkout.sessions
        (result,) = (await sessions.list_async({"payment_intent": "pi_1"})).data
        assert "line_items" not in result.to_dict()
        assert [item.id for item in (await sessions.line_items.list_async("cs_1")).data] == ["li_1"]
        expanded = (await sessions.retrieve_async("cs_1", {"expand": ["line_items"]})).to_dict()
        assert expanded["line_items"]["data"][0]["id"] == "li_1"


CARDS = [
    a_charge(
        id=f"ch_{n}",
        amount=100 * n,
        created=n,
        metadata={"order": str(n)},
        payment_method_details={"card": {"fingerprint": f"f{n % 2}"}},
    )
    for n in range(1, 6)
]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('payment_method_details.card.fingerprint:"f0"', ["ch_4", "ch_2"]),
        ("payment_method_details.card.fingerprint:'f1' AND amount>100 AND amount<=300", ["ch_3"]),
        ('metadata["order"]:"2" OR created<2', ["ch_2", "ch_1"]),
        ("-payment_method_details.card.fingerprint:'f1' AND currency:'USD'", ["ch_4", "ch_2"]),
        ("amount>=500", ["ch_5"]),
        ("customer~'us_'", ["ch_5", "ch_4", "ch_3", "ch_2", "ch_1"]),
    ],
)
async def test_charges_are_found_by_a_query(query, ids):
    async with simulated(*CARDS) as simulator:
        result = await simulator.sdk().v1.charges.search_async({"query": query})
        assert [charge.id for charge in result.data] == ids


async def test_a_search_pages_to_the_end():
    async with simulated(*CARDS) as simulator:
        result = await simulator.sdk().v1.charges.search_async({"query": "currency:'usd'", "limit": 2})
        assert [charge.id async for charge in result.auto_paging_iter()] == ["ch_5", "ch_4", "ch_3", "ch_2", "ch_1"]


@pytest.mark.parametrize("query", ["", "colour:'red'", "amount>x", "currency:'a' OR amount>1 AND amount>2", "x"])
async def test_a_query_that_makes_no_sense_is_refused(query):
    async with simulated(*CARDS) as simulator:
        with pytest.raises(stripe.InvalidRequestError):
            await simulator.sdk().v1.charges.search_async({"query": query})


async def test_a_bare_dispute_of_a_hand_written_world_is_completed():
    bare = {"object": "dispute", "id": "du_bare", "balance_transactions": None, "evidence": None, "reason": None}
    async with simulated(bare) as simulator:
        result = await simulator.sdk().v1.disputes.retrieve_async("du_bare")
    assert (result.status, result.reason, result.balance_transactions) == ("needs_response", "general", [])
