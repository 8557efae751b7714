"""Tickets: what agents did stays, and nothing is written to a ticket that Zendesk closed for good."""

from pathlib import Path

import pytest

from disputes.errors import Refused, TryAgain
from tests.tools.messages.cards.desks import a_card, a_desk


async def test_an_agents_tags_and_status_stay_while_the_case_is_open(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        ticket = desk.tool.tickets[int(known)]
        ticket["tags"].append("vip")
        ticket["status"] = "pending"
        await desk.board.write(a_card(queue="High value", countdown="1 day"), known=known)
        assert ticket["status"] == "pending"
        assert {"rebut", "rebut_queue_high_value", "vip"} < set(ticket["tags"])
        assert len(ticket["tags"]) == 4


async def test_a_change_of_an_agents_at_the_same_moment_is_not_overwritten(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.before_update = lambda ticket: ticket.update(updated_at="2026-11-21T13:00:00Z", tags=["mine"])
        with pytest.raises(TryAgain, match="409"):
            await desk.board.write(a_card(countdown="1 day"), known=known)
        assert desk.tool.tickets[int(known)]["tags"] == ["mine"]


async def test_a_ticket_that_zendesk_closed_for_good_is_left_and_an_open_case_gets_another(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.tickets[int(known)]["status"] = "closed"
        assert await desk.board.write(a_card(state="closed"), known=known) == known
        again = await desk.board.write(a_card(), known=known)
        assert again != known
        for id_of in (known, again, None):
            assert await desk.board.write(a_card(countdown="2 days"), known=id_of) == again
        assert len(desk.tool.tickets) == 2


async def test_a_ticket_that_an_agent_solved_too_early_is_opened_again(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.tickets[int(known)] |= {"status": "solved", "assignee_id": 7}
        await desk.board.write(a_card(), known=known)
        assert desk.tool.tickets[int(known)]["status"] == "open"


async def test_a_ticket_without_an_assignee_is_solved_by_the_agent_of_the_token(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        await desk.board.write(a_card(state="closed"), known=known)
        assert desk.tool.calls[-1].json["ticket"]["assignee_email"] == "disputes@example.com"
        assert desk.tool.tickets[int(known)]["assignee_id"]


async def test_a_creation_still_under_way_is_awaited_and_not_repeated(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        tickets, desk.tool.tickets = desk.tool.tickets, {}  # created, and not listed yet
        with pytest.raises(TryAgain, match="still creating"):
            await desk.board.write(a_card(countdown="9 days"), known=None)
        desk.tool.tickets = tickets
        assert await desk.board.write(a_card(countdown="9 days"), known=None)
        assert len(desk.tool.tickets) == 1


async def test_each_note_is_internal_and_added_once(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        for countdown in ("10 days", "10 days", "1 day", "1 day"):
            await desk.board.write(a_card(countdown=countdown), known=known)
        assert [("10 days" in note, "1 day)" in note) for note in desk.tool.notes[int(known)]] == [
            (True, False),
            (False, True),
        ]


async def test_tickets_go_to_the_group_that_is_set(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        assert desk.tool.calls[-1].json["ticket"]["group_id"] == 98738
    async with a_desk("zendesk", tmp_path, group="") as desk:
        await desk.board.write(a_card(), known=None)
        assert "group_id" not in desk.tool.calls[-1].json["ticket"]


async def test_a_field_that_this_zendesk_requires_is_named(tmp_path: Path) -> None:
    async with a_desk("zendesk", tmp_path) as desk:
        desk.tool.trouble = desk.tool.recorded("refused")
        desk.tool.spared = "/tickets.json"
        known = await desk.board.write(a_card(), known=None)
        with pytest.raises(Refused, match="Root cause: is required when solving a ticket"):
            await desk.board.write(a_card(state="closed"), known=known)
