from typing import Any

import pytest

from tests.tools.sources.shops import a_shop, a_vendor, gives
from tests.tools.sources.vendor_server import Asked, Reply, Turn

ITEMS: dict[str, Any] = {
    "name": "notes",
    "needs": ["order_id"],
    "path": "/notes",
    "query": {"order": "{order_id}"},
    "each": "notes",
    "many": [{"kind": "customer_message", "value": "text"}],
}


def pages(*told: Any) -> Turn:
    """Give page after page; the last one again and again."""
    seen: list[Asked] = []

    def turn(asked: Asked) -> Reply:
        seen.append(asked)
        told_now = told[min(len(seen), len(told)) - 1]
        return told_now if isinstance(told_now, Reply) else gives(told_now)

    return turn


def notes(*texts: str, **more: Any) -> dict[str, Any]:
    return {"notes": [{"text": text} for text in texts], **more}


async def read(request: dict[str, Any], turn: Turn) -> tuple[list[str], list[Asked], list[str]]:
    async with a_shop(a_vendor(request), turn) as shop:
        found = await shop.ask()
        texts = [str(fact.value) for fact in found.of("customer_message")]
        assert len({fact.id for fact in found.facts}) == len(texts)
        return texts, shop.asked, [gap.why for gap in found.gaps]


async def test_a_cursor_is_put_where_it_belongs() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.page[after]"}}
    texts, asked, gaps = await read(request, pages(notes("a", after="c1"), notes("b", after=None)))
    assert (texts, gaps) == (["a", "b"], [])
    assert [call.query for call in asked] == [{"order": "1001"}, {"order": "1001", "page[after]": "c1"}]


async def test_a_cursor_goes_into_a_body_while_there_is_more() -> None:
    body = {"query": "q", "variables": {"id": "{order_id}"}}
    following = {"cursor": "end", "more": "more", "into": "json.variables.after"}
    request = ITEMS | {"method": "POST", "query": {}, "json": body, "next": following}
    texts, asked, _ = await read(request, pages(notes("a", end="c1", more=True), notes("b", end="c2", more=False)))
    assert texts == ["a", "b"]
    assert [call.json["variables"] for call in asked] == [{"id": "1001"}, {"id": "1001", "after": "c1"}]


@pytest.mark.parametrize("way", [{"url": "next"}, {"link": True}])
async def test_a_whole_address_is_followed_on_the_same_host(way: dict[str, Any]) -> None:
    first = gives(notes("a", next="{base}/notes?page=2"), Link='<{base}/notes?page=2>; rel="next"')
    texts, asked, gaps = await read(ITEMS | {"next": way}, pages(first, notes("b")))
    assert (texts, gaps) == (["a", "b"], [])
    assert asked[1].query == {"page": "2"}


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/x", "http://127.0.0.1:1/x", "http://[", "//x/\ud800"])
async def test_a_token_is_never_carried_to_another_host(next_page: str) -> None:
    texts, asked, gaps = await read(ITEMS | {"next": {"url": "next"}}, pages(notes("a", next=next_page)))
    assert (texts, len(asked), len(gaps)) == (["a"], 1, 1)
    assert gaps[0].startswith("Shop names a next page ")


async def test_pages_are_counted_while_they_are_full() -> None:
    request = ITEMS | {"next": {"page": "query.page", "size": 2}}
    texts, asked, gaps = await read(request, pages(notes("a", "b"), notes("c")))
    assert (texts, gaps) == (["a", "b", "c"], [])
    assert [call.query.get("page") for call in asked] == [None, "2"]


async def test_pages_that_are_left_over_are_a_gap() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.after"}, "pages": 2}
    texts, asked, gaps = await read(request, pages(notes("a", after="c"), notes("b", after="d")))
    assert (texts, len(asked)) == (["a", "b"], 2)
    assert gaps == ["Shop has more than 2 pages; the rest was not read."]


async def test_a_page_that_fails_keeps_what_came_before_it() -> None:
    request = ITEMS | {"next": {"cursor": "after", "into": "query.after"}}
    texts, _, gaps = await read(request, pages(notes("a", after="c"), gives({}, 500)))
    assert (texts, gaps) == (["a"], ["Shop failed with status 500."])


async def test_more_than_a_hundred_of_a_kind_are_a_gap() -> None:
    texts, _, gaps = await read(ITEMS | {"each": "@"} | _all_notes(), pages(notes(*map(str, range(1, 121)))))
    assert (len(texts), gaps) == (100, ["20 of 120 are left out."])


def _all_notes() -> dict[str, Any]:
    return {"many": [{"kind": "customer_message", "each": "notes", "value": "text"}]}
