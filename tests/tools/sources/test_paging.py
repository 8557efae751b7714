"""Pages of a vendor's answers."""

from typing import Any

import pytest

from tests.tools.sources.shops import a_shop, a_vendor, json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder

ITEMS: dict[str, Any] = {
    "name": "notes",
    "needs": ["order_id"],
    "path": "/notes",
    "query": {"order": "{order_id}"},
    "each": "notes",
    "many": [{"kind": "customer_message", "value": "text"}],
}


def pages(*bodies: Any) -> Responder:
    """Answer with page after page; with the last one again and again."""
    calls: list[ReceivedCall] = []

    def responder(call: ReceivedCall) -> Reply:
        calls.append(call)
        body = bodies[min(len(calls), len(bodies)) - 1]
        return body if isinstance(body, Reply) else json_reply(body)

    return responder


def notes(*texts: str, **more: Any) -> dict[str, Any]:
    return {"notes": [{"text": text} for text in texts], **more}


async def read(request: dict[str, Any], responder: Responder) -> tuple[list[str], list[ReceivedCall], list[str]]:
    async with a_shop(a_vendor(request), responder) as shop:
        evidence = await shop.ask()
        texts = [str(fact.value) for fact in evidence.of("customer_message")]
        assert len({fact.id for fact in evidence.facts}) == len(texts)
        return texts, shop.calls, [gap.why for gap in evidence.gaps]


async def test_a_cursor_is_put_into_the_query() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.page[after]"}}
    texts, calls, gaps = await read(request, pages(notes("a", after="c1"), notes("b", after=None)))
    assert (texts, gaps) == (["a", "b"], [])
    assert [call.query for call in calls] == [{"order": "1001"}, {"order": "1001", "page[after]": "c1"}]


async def test_a_cursor_goes_into_a_body_while_there_is_more() -> None:
    body = {"query": "q", "variables": {"id": "{order_id}"}}
    following = {"cursor": "end", "more": "more", "into": "json.variables.after"}
    request = ITEMS | {"method": "POST", "query": {}, "json": body, "next": following}
    texts, calls, _ = await read(request, pages(notes("a", end="c1", more=True), notes("b", end="c2", more=False)))
    assert texts == ["a", "b"]
    assert [call.json["variables"] for call in calls] == [{"id": "1001"}, {"id": "1001", "after": "c1"}]


@pytest.mark.parametrize("way", [{"url": "next"}, {"link": True}])
async def test_a_whole_address_is_followed_on_the_same_host(way: dict[str, Any]) -> None:
    first = json_reply(notes("a", next="{base}/notes?page=2"), Link='<{base}/notes?page=2>; rel="next"')
    texts, calls, gaps = await read(ITEMS | {"next": way}, pages(first, notes("b")))
    assert (texts, gaps) == (["a", "b"], [])
    assert calls[1].query == {"page": "2"}


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/x", "http://127.0.0.1:1/x", "http://[", "//x/\ud800"])
async def test_a_token_is_never_carried_to_another_host(next_page: str) -> None:
    texts, calls, gaps = await read(ITEMS | {"next": {"url": "next"}}, pages(notes("a", next=next_page)))
    assert (texts, len(calls), len(gaps)) == (["a"], 1, 1)
    assert gaps[0].startswith("Shop names a next page ")


async def test_pages_are_counted_while_they_are_full() -> None:
    request = ITEMS | {"next": {"page": "query.page", "size": 2}}
    texts, calls, gaps = await read(request, pages(notes("a", "b"), notes("c")))
    assert (texts, gaps) == (["a", "b", "c"], [])
    assert [call.query.get("page") for call in calls] == [None, "2"]


async def test_pages_that_are_left_over_are_a_gap() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.after"}, "pages": 2}
    texts, calls, gaps = await read(request, pages(notes("a", after="c"), notes("b", after="d")))
    assert (texts, len(calls)) == (["a", "b"], 2)
    assert gaps == ["Shop has more than 2 pages; the rest was not read."]


async def test_a_page_that_fails_leaves_the_facts_of_earlier_pages() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.after"}}
    texts, _, gaps = await read(request, pages(notes("a", after="c"), json_reply({}, 500)))
    assert (texts, gaps) == (["a"], ["Shop failed with status 500."])


async def test_more_than_a_hundred_of_a_kind_are_a_gap() -> None:
    texts, _, gaps = await read(ITEMS | {"each": "@"} | _all_notes(), pages(notes(*map(str, range(1, 121)))))
    assert (len(texts), gaps) == (100, ["20 of 120 are left out."])


def _all_notes() -> dict[str, Any]:
    return {"many": [{"kind": "customer_message", "each": "notes", "value": "text"}]}
