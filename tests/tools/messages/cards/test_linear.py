"""Issues: people's columns stay, the bin gives back, and a team that is not there is named."""

from pathlib import Path

import pytest

from disputes.errors import Refused, TryAgain
from tests.tools.messages.cards.desks import a_card, a_desk
from tests.tools.messages.cards.server import ok


async def test_a_column_that_a_person_chose_stays_while_the_case_is_open(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.move("started")
        await desk.board.write(a_card(countdown="1 day"), known=known)
        assert "stateId" not in desk.tool.calls[-1].json["variables"]["input"]


async def test_a_case_that_opens_again_goes_to_the_first_column_not_started(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        await desk.board.write(a_card(state="closed"), known=known)
        await desk.board.write(a_card(), known=known)
        chosen = desk.tool.calls[-1].json["variables"]["input"]["stateId"]
        assert chosen == "0d2e7a8b-0003-4c1a-9a63-5b6f2b7f0003"


async def test_a_team_without_a_completed_column_has_closed_cards_canceled(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.shapes["states"] = [one for one in desk.tool.shapes["states"] if one["type"] != "completed"]
        await desk.board.write(a_card(state="closed"), known=known)
        assert desk.one().closed


async def test_an_issue_in_the_bin_comes_back_under_its_own_id(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.delete()
        assert await desk.board.write(a_card(), known=known) == known
        assert [call.json["query"].split()[1].split("(")[0] for call in desk.tool.calls[-3:]] == [
            "Card",
            "Restore",
            "Update",
        ]


async def test_an_issue_that_linear_archived_long_ago_is_left_until_the_case_opens_again(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        await desk.board.write(a_card(state="closed"), known=known)
        desk.tool.issues[known]["archivedAt"] = "2027-02-01T12:00:00.000Z"
        assert await desk.board.write(a_card(state="closed"), known=known) == known
        assert desk.tool.issues[known]["archivedAt"]
        await desk.board.write(a_card(), known=known)
        assert not desk.tool.issues[known]["archivedAt"]


async def test_a_team_that_is_not_there_is_refused_and_named(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path, team="00000000-81e3-4154-b5b9-2c805e70a02d") as desk:
        with pytest.raises(Refused, match=r"no such place for cards.*CARDS__LINEAR__TEAM"):
            await desk.board.write(a_card(), known=None)


async def test_a_card_stays_where_it_is_when_another_team_is_set(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        issues = desk.tool.issues
    async with a_desk("linear", tmp_path, team="00000000-81e3-4154-b5b9-2c805e70a02d") as desk:
        desk.tool.issues = issues
        assert await desk.board.write(a_card(countdown="1 day"), known=known) == known
        assert "1 day" in desk.one().text


@pytest.mark.parametrize(
    ("token", "sent"),
    [("lin_api_one-of-a-person", "lin_api_one-of-a-person"), ("oauth-token-1", "Bearer oauth-token-1")],
)
async def test_a_personal_key_stands_alone_and_another_token_behind_its_scheme(
    token: str, sent: str, tmp_path: Path
) -> None:
    async with a_desk("linear", tmp_path, token=token) as desk:
        await desk.board.write(a_card(), known=None)
        assert {call.headers["authorization"] for call in desk.tool.calls} == {sent}


async def test_a_change_that_linear_did_not_carry_out_is_tried_again(tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        read = desk.tool.answer(desk.tool.calls[0])
        for answer in ({"data": {"issueUpdate": {"success": False}}}, {"data": {"issueUpdate": None}}, {"data": None}):
            replies = [read, ok(answer)]
            desk.tool.answer = lambda _, replies=replies: replies.pop(0)
            with pytest.raises(TryAgain):
                await desk.board.write(a_card(), known=known)


@pytest.mark.parametrize("kind", ["internal error", "lock timeout", "network error"])
async def test_an_error_of_linears_own_inside_an_answer_is_tried_again(kind: str, tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        desk.tool.trouble = ok({"errors": [{"message": "no", "extensions": {"type": kind}}], "data": None})
        with pytest.raises(TryAgain, match="Linear failed"):
            await desk.board.write(a_card(), known=None)


@pytest.mark.parametrize("errors", [["no"], {"a": 1}, "no", [{"message": None, "extensions": []}]])
async def test_errors_in_no_form_of_linears_are_a_sentence_too(errors: object, tmp_path: Path) -> None:
    async with a_desk("linear", tmp_path) as desk:
        desk.tool.trouble = ok({"errors": errors})
        with pytest.raises(Refused, match="will not take the card"):
            await desk.board.write(a_card(), known=None)
