"""The engine for all vendors: keys, pages, second tries, secrets."""

import base64
from datetime import UTC, datetime

import pytest

from disputes.evidence import Evidence, build_fact, render
from tests.tools.sources.recording import NOON
from tests.tools.sources.shops import ORDER, SECRET, SHIPPED, a_shop, a_vendor, by_path, in_turn, json_reply
from tests.tools.sources.vendor_server import Reply

TICKETS = {
    "name": "tickets",
    "needs": ["order_id"],
    "path": "/tickets",
    "query": {"order": "{order_id}"},
    "each": "tickets",
    "keys": {"ticket": "id"},
}
MESSAGES = {
    "name": "messages",
    "needs": ["ticket"],
    "path": "/tickets/{ticket}",
    "many": [{"kind": "customer_message", "each": "messages", "value": "text", "at": "at", "ref": "id"}],
}


async def test_a_fact_has_its_time_source_and_answer() -> None:
    reply = json_reply(SHIPPED)
    async with a_shop(a_vendor(), lambda _: reply) as shop:
        evidence = await shop.ask()
    (fact,) = evidence.of("shipped_at")
    assert (fact.id, fact.source, fact.value) == ("shipped_at:shop", "shop:order:shipped", "2026-10-02T09:12:00Z")
    (record,) = evidence.source_answers
    assert (fact.record, record.source, record.at) == (record.sha256, "shop:order", NOON)
    assert fact.retrieved_at
    assert evidence.gaps == ()


async def test_a_second_number_is_asked_for_as_well_and_its_facts_are_told_apart() -> None:
    both = Evidence(facts=(build_fact("order_id", "1", "stripe"), build_fact("order_id", "2", "shop", ref="other")))
    async with a_shop(a_vendor(), by_path(**{"1": SHIPPED, "2": SHIPPED})) as shop:
        evidence = await shop.ask_with(both)
    assert [fact.id for fact in evidence.of("carrier")] == ["carrier:shop", "carrier:shop/2"]


async def test_each_ticket_of_a_customer_is_read_but_no_more_than_five() -> None:
    talk = {"messages": [{"id": 7, "text": "Where is it?", "at": "2026-10-03T10:00:00+02:00"}]}
    answers = {"tickets": {"tickets": [{"id": n} for n in range(8)]}} | {str(n): talk for n in range(8)}
    async with a_shop(a_vendor(TICKETS, MESSAGES), by_path(**answers)) as shop:
        evidence = await shop.ask()
        assert [call.path for call in shop.calls] == ["/tickets", *(f"/tickets/{n}" for n in range(5))]
    messages = evidence.of("customer_message")
    assert [fact.id for fact in messages][:2] == ["customer_message:shop/7", "customer_message:shop/1/7"]
    assert messages[0].at == datetime(2026, 10, 3, 8, tzinfo=UTC)


async def test_a_record_of_somebody_else_gives_no_fact_and_no_key() -> None:
    fuzzy = TICKETS | {"same": {"order": "order_id"}}
    theirs = {"tickets": [{"id": 1, "order": "10012"}, {"id": 2, "order": " #1001"}]}
    async with a_shop(a_vendor(fuzzy, MESSAGES), by_path(tickets=theirs)) as shop:
        await shop.ask()
        assert [call.path for call in shop.calls] == ["/tickets", "/tickets/2"]


async def test_a_record_that_lists_our_key_is_ours() -> None:
    listed = TICKETS | {"same": {"orders": "order_id"}}
    answers = {"tickets": [{"id": 1, "orders": ["7", "#1001"]}, {"id": 2, "orders": ["7"]}, {"id": 3, "orders": []}]}
    async with a_shop(a_vendor(listed, MESSAGES), by_path(tickets=answers)) as shop:
        await shop.ask()
        assert [call.path for call in shop.calls] == ["/tickets", "/tickets/1"]


async def test_our_messages_are_those_of_people_who_are_told_to_be_ours() -> None:
    ours = {
        "name": "answers",
        "needs": ["order_id"],
        "path": "/answers",
        "each": "among(comments, &author, users[?role == 'agent'].id)",
        "differs": {"author": "order_id"},
        "many": [{"kind": "merchant_message", "value": "text", "ref": "id"}],
    }
    comments = [{"id": n, "author": author, "text": f"Text {n}"} for n, author in enumerate((1001, 2, 3))]
    named = {"comments": comments, "users": [{"id": 2, "role": "end-user"}, {"id": 3, "role": "agent"}]}
    async with a_shop(a_vendor(ours), in_turn(json_reply(named), json_reply({"comments": comments}))) as shop:
        told = await shop.ask()
        unnamed = await shop.ask()
    assert [fact.value for fact in told.of("merchant_message")] == ["Text 2"]
    assert unnamed.of("merchant_message") == ()


SUBSCRIPTIONS = {
    "name": "subscriptions",
    "needs": ["order_id"],
    "path": "/{order_id}",
    "each": "subscriptions",
    "entity": [
        {
            "sort": "subscription",
            "each": "@",
            "key": "id",
            "facts": {"subscription_id": "id", "canceled_at": "canceled"},
        }
    ],
}


async def test_the_only_subscription_is_the_one_that_others_tell_of_and_two_are_not_mixed() -> None:
    active, ended = {"id": "s1"}, {"id": "s2", "canceled": "2026-06-01T10:00:00Z"}
    answers = {"1": {"subscriptions": [active]}, "2": {"subscriptions": [active, ended]}}
    async with a_shop(a_vendor(SUBSCRIPTIONS), by_path(**answers)) as shop:
        one, two = await shop.ask(order_id="1"), await shop.ask(order_id="2")
    assert [fact.about for fact in one.facts] == ["subscription"]
    assert [(fact.about, fact.kind) for fact in two.facts] == [
        ("subscription:s1", "subscription_id"),
        ("subscription:s2", "subscription_id"),
        ("subscription:s2", "canceled_at"),
    ]


async def test_the_only_subscription_of_a_second_customer_is_not_mixed_with_the_first() -> None:
    both = Evidence(facts=(build_fact("order_id", "1", "stripe"), build_fact("order_id", "2", "shop", ref="other")))
    answers = {n: {"subscriptions": [{"id": f"s{n}"}]} for n in ("1", "2")}
    async with a_shop(a_vendor(SUBSCRIPTIONS), by_path(**answers)) as shop:
        evidence = await shop.ask_with(both)
    assert [fact.about for fact in evidence.facts] == ["subscription", "subscription:s2"]


@pytest.mark.parametrize(
    ("first", "paths", "gaps"),
    [
        (json_reply(SHIPPED), ["/orders/1001"], []),
        (json_reply({}, 404), ["/orders/1001", "/search"], []),
        (json_reply({}, 500), ["/orders/1001"], ["shop order"]),
    ],
)
async def test_an_alternative_is_requested_only_when_the_first_found_nothing(
    first: Reply, paths: list[str], gaps: list[str]
) -> None:
    search = ORDER | {"name": "search", "path": "/search", "query": {"q": "{order_id}"}, "instead_of": ["order"]}
    async with a_shop(a_vendor(ORDER, search), in_turn(first, json_reply(SHIPPED))) as shop:
        evidence = await shop.ask()
        assert [call.path for call in shop.calls] == paths
    assert [gap.name for gap in evidence.gaps] == gaps
    assert bool(evidence.facts) == (not gaps)


async def test_no_record_of_an_optional_request_is_no_gap() -> None:
    async with a_shop(a_vendor(ORDER | {"optional": True}, TICKETS), by_path()) as shop:
        evidence = await shop.ask()
    assert [gap.name for gap in evidence.gaps] == ["shop", "shop tickets"][1:]


@pytest.mark.parametrize("broken", [json_reply({}, 429, retry_after="0"), Reply(200, b"x" * 100, cut=True)])
async def test_a_second_try_that_works_leaves_no_gap(broken: Reply) -> None:
    async with a_shop(a_vendor(), in_turn(broken, json_reply(SHIPPED))) as shop:
        evidence = await shop.ask()
    assert evidence.gaps == ()
    assert evidence.sole("carrier")


async def test_an_error_inside_a_good_answer_is_a_gap_that_quotes_it() -> None:
    order = ORDER | {"error": "errors[0].message"}
    async with a_shop(a_vendor(order), by_path(**{"1001": {"errors": [{"message": "Throttled"}]}})) as shop:
        evidence = await shop.ask()
    assert [gap.why for gap in evidence.gaps] == ["Shop reported an error: Throttled."]


async def test_a_time_that_has_not_come_is_a_gap() -> None:
    async with a_shop(a_vendor(), by_path(**{"1001": SHIPPED | {"shipped": "2026-12-24"}})) as shop:
        evidence = await shop.ask()
    assert [gap.name for gap in evidence.gaps] == ["shipped_at"]
    assert [fact.kind for fact in evidence.facts] == ["carrier"]


async def test_a_secret_that_the_vendor_repeats_is_hidden() -> None:
    pair = base64.b64encode(f"{SECRET}:".encode()).decode()
    vendor = a_vendor(ORDER | {"error": "error"}, basic={"user": "{token}"})
    answers = {"1001": SHIPPED | {"carrier": f"UPS {SECRET} {pair}", "error": f"bad {pair} and {SECRET}"}}
    async with a_shop(vendor, by_path(**answers)) as shop:
        evidence = await shop.ask()
        assert shop.calls[0].headers["authorization"] == f"Basic {pair}"
    (carrier,) = evidence.of("carrier")
    assert render(carrier) == "UPS [secret] [secret]"
    assert [gap.why for gap in evidence.gaps] == ["Shop reported an error: bad [secret] and [secret]."]


async def test_a_card_number_in_an_answer_is_masked() -> None:
    order = ORDER | {"facts": {"product_description": "bought"}}
    async with a_shop(a_vendor(order), by_path(**{"1001": {"bought": "Desk, 4242 4242 4242 4242"}})) as shop:
        evidence = await shop.ask()
    assert [render(fact) for fact in evidence.of("product_description")] == ["Desk, [card ending 4242]"]


@pytest.mark.parametrize("order", ["..", "1 OR name:*", 'x" OR "'])
async def test_a_key_that_could_change_the_question_is_not_asked(order: str) -> None:
    search = ORDER | {"path": "/search", "query": {"q": "name:{order_id}"}}
    async with a_shop(a_vendor(search | {"path": "/o/{order_id}"}), by_path()) as shop:
        evidence = await shop.ask(order_id=order)
        assert shop.calls == []
    assert "was not asked" in evidence.gaps[0].why


async def test_a_key_stays_one_segment_and_one_json_string() -> None:
    search = ORDER | {"method": "POST", "json": {"query": "query { a(b: $c) { d } }", "variables": {"c": "{order_id}"}}}
    async with a_shop(a_vendor(search), by_path()) as shop:
        await shop.ask(order_id='a/../b?c=1&d#"}')
        (call,) = shop.calls
    assert call.path == '/orders/a/../b?c=1&d#"}'
    assert call.query == {}
    assert call.json == {"query": "query { a(b: $c) { d } }", "variables": {"c": 'a/../b?c=1&d#"}'}}


async def test_one_gather_makes_no_more_than_thirty_calls() -> None:
    endless = MESSAGES | {"next": {"page": "query.page"}, "pages": 10}
    answers = {"tickets": {"tickets": [{"id": n} for n in range(8)]}} | {str(n): [1] for n in range(8)}
    async with a_shop(a_vendor(TICKETS, endless), by_path(**answers)) as shop:
        evidence = await shop.ask()
        assert len(shop.calls) == 30
    assert any("more than 30 calls" in gap.why for gap in evidence.gaps)


async def test_keys_that_are_not_known_together_are_a_gap() -> None:
    both = ORDER | {"needs": ["order_id", "customer_email"]}
    async with a_shop(a_vendor(both), by_path()) as shop:
        evidence = await shop.ask()
        assert shop.calls == []
    assert [gap.why for gap in evidence.gaps] == ["Shop was not asked: it needs order_id and customer_email."]


@pytest.mark.parametrize("before", [140, 150, 155, 290])
async def test_a_secret_that_is_repeated_where_a_text_is_cut_leaves_no_part_of_itself(before: int) -> None:
    said = "x" * before + SECRET
    vendor = a_vendor(ORDER | {"error": "message"})
    async with a_shop(vendor, lambda _: json_reply({"message": said, "carrier": said})) as shop:
        evidence = await shop.ask()
    assert evidence.facts
    assert evidence.gaps
    assert f"x{SECRET[:2]}" not in evidence.model_dump_json()


async def test_a_total_of_thousands_of_digits_is_none() -> None:
    async with a_shop(
        a_vendor(ORDER | {"total": "count"}), lambda _: json_reply(SHIPPED | {"count": "9" * 5000})
    ) as shop:
        assert (await shop.ask()).facts
