"""Pages and filters of the list of cases."""

import base64
from datetime import timedelta

import pytest

from disputes.errors import Invalid
from disputes.repositories import Repositories
from disputes.repositories.cases import CasePage
from tests.tools.records import NOON, a_case, a_record


def _ids(page: CasePage) -> list[str]:
    return [record.dispute_id for record in page.records]


async def test_an_empty_database_gives_one_empty_page(repositories: Repositories):
    assert await repositories.cases.page() == CasePage(records=())


async def test_pages_300_cases_once_each_while_new_ones_arrive(repositories: Repositories):
    for number in range(300):
        # Three cases share each moment, so the order cannot depend on time alone.
        await repositories.cases.save(a_record(f"dp_{number:03}", at=NOON + timedelta(seconds=number // 3)))
    ids, cursor, pages = list[str](), None, 0
    while pages == 0 or cursor:
        page = await repositories.cases.page(cursor=cursor, limit=37)
        ids, cursor, pages = ids + _ids(page), page.cursor, pages + 1
        await repositories.cases.save(a_record(f"dp_new_{pages}", at=NOON + timedelta(days=pages)))
    assert ids == [f"dp_{number:03}" for number in reversed(range(300))]
    assert pages == 9


async def test_a_full_last_page_has_no_cursor(repositories: Repositories):
    for number in range(4):
        await repositories.cases.save(a_record(f"dp_{number}"))
    page = await repositories.cases.page(limit=2)
    last = await repositories.cases.page(limit=2, cursor=page.cursor)
    assert (_ids(page) + _ids(last), last.cursor) == (["dp_3", "dp_2", "dp_1", "dp_0"], None)


async def test_status_matches_the_state_or_the_status_at_stripe(repositories: Repositories):
    await repositories.cases.save(a_record("dp_1", state="waiting"))
    await repositories.cases.save(a_record("dp_2", state="closed", case=a_case("dp_2", status="won")))
    assert _ids(await repositories.cases.page(status="waiting")) == ["dp_1"]
    assert _ids(await repositories.cases.page(status="needs_response")) == ["dp_1"]
    assert _ids(await repositories.cases.page(status="won")) == ["dp_2"]
    assert _ids(await repositories.cases.page(status="lost")) == []


async def test_filters_narrow_together(repositories: Repositories):
    await repositories.cases.save(a_record("dp_1", case=a_case("dp_1", queue="fraud")))
    await repositories.cases.save(a_record("dp_2", case=a_case("dp_2", queue="senior")))
    assert _ids(await repositories.cases.page(queue="fraud", reason="fraudulent")) == ["dp_1"]
    assert _ids(await repositories.cases.page(reason="fraudulent", status="waiting")) == ["dp_2", "dp_1"]
    assert _ids(await repositories.cases.page(queue="fraud", reason="duplicate")) == []


async def test_a_case_leaves_the_queue_it_was_routed_out_of(repositories: Repositories):
    await repositories.cases.save(a_record(case=a_case(queue="fraud")))
    await repositories.cases.save(a_record(case=a_case(queue="senior")))
    assert _ids(await repositories.cases.page(queue="fraud")) == []
    assert _ids(await repositories.cases.page(queue="senior")) == ["dp_1"]


@pytest.mark.parametrize("limit", [0, -5])
async def test_a_limit_below_one_still_gives_a_page(repositories: Repositories, limit: int):
    await repositories.cases.save(a_record())
    assert _ids(await repositories.cases.page(limit=limit)) == ["dp_1"]


@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "é",
        "\0",
        "====",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b'["2026-11-21T12:00:00","dp_1"]').decode(),
        base64.urlsafe_b64encode(b'["yesterday","dp_1"]').decode(),
        base64.urlsafe_b64encode(b'{"received_at":1}').decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
async def test_a_cursor_that_no_list_gave_is_invalid(repositories: Repositories, cursor: str):
    with pytest.raises(Invalid, match="cursor"):
        await repositories.cases.page(cursor=cursor)


async def test_a_cursor_with_control_characters_is_a_valid_position(repositories: Repositories):
    await repositories.cases.save(a_record())
    cursor = base64.urlsafe_b64encode(b'["9999-12-31T23:59:59-23:59","\\u0000"]').decode()
    assert _ids(await repositories.cases.page(cursor=cursor)) == ["dp_1"]
