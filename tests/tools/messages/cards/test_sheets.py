"""Rows of a sheet, and the login of a service account."""

import json
from pathlib import Path

import pytest

from disputes.errors import Invalid, Refused, TryAgain
from tests.fakes import NOON
from tests.tools.messages.cards.desks import a_card, a_desk
from tests.tools.messages.cards.sheets_server import key_file
from tests.tools.sources.vendor_server import Reply
from tools.messages.cards import catalog


def logins(desk):
    return [call for call in desk.tool.calls if call.path == "/token"]


async def test_the_key_signs_for_an_hour_and_for_sheets_alone(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        at = int(NOON.timestamp())
        assert desk.tool.claims == [
            {
                "iss": "rebut@acme-disputes.iam.example.com",
                "scope": "https://www.googleapis.com/auth/spreadsheets",
                "aud": "https://oauth2.googleapis.com/token",
                "iat": at,
                "exp": at + 3600,
            }
        ]
        assert logins(desk)[0].form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


async def test_a_token_serves_until_shortly_before_its_end(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        for minutes, count in ((0, 1), (57, 1), (1, 2), (30, 2)):
            desk.clock.advance(minutes=minutes)
            await desk.board.write(a_card(), known=None)
            assert len(logins(desk)) == count


async def test_rights_that_were_given_after_a_refusal_are_seen_by_the_next_try(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        desk.tool.spared, desk.tool.trouble = "/token", desk.tool.recorded("forbidden")
        with pytest.raises(Refused, match=r"refused the access.*may edit the spreadsheet"):
            await desk.board.write(a_card(), known=None)
        desk.tool.trouble = None
        assert await desk.board.write(a_card(), known=None)
        assert len(logins(desk)) == 2


@pytest.mark.parametrize("data", [b"{}", b"[]", b"no", b'{"values": 5}', b'{"values": [5]}'])
async def test_a_column_in_no_form_of_googles_is_tried_again_and_writes_nothing(data: bytes, tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        desk.tool.spared, desk.tool.trouble = "/token", Reply(200, data)
        with pytest.raises(TryAgain):
            await desk.board.write(a_card(), known=None)
        assert desk.tool.rows == []


async def test_a_key_that_google_does_not_take_any_more_is_refused_and_named(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        desk.tool.trouble = desk.tool.recorded("bad_grant")
        with pytest.raises(Refused, match=r"Google refused the key.*clock.*CARDS__SHEETS__KEY"):
            await desk.board.write(a_card(), known=None)


async def test_a_spreadsheet_that_is_not_there_is_refused_and_named(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path, spreadsheet="another-spreadsheet") as desk:
        with pytest.raises(Refused, match=r"no such place for cards.*CARDS__SHEETS__SPREADSHEET"):
            await desk.board.write(a_card(), known=None)


async def test_rows_that_people_sorted_are_found_where_they_are(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        await desk.board.write(a_card(key="du_2XyZ"), known=None)
        heading, first, second = desk.tool.rows
        desk.tool.rows = [heading, [], ["totals"], second, first]
        await desk.board.write(a_card(claimed_by="Ada"), known="du_1AbC")
        assert [row[:1] for row in desk.tool.rows] == [["Key"], [], ["totals"], ["du_2XyZ"], ["du_1AbC"]]
        assert desk.tool.rows[-1][11] == "Ada"


async def test_the_heading_is_written_once_and_to_an_empty_sheet_only(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        desk.tool.rows = [["Our own heading"]]
        await desk.board.write(a_card(), known=None)
        assert [row[0] for row in desk.tool.rows] == ["Our own heading", "du_1AbC"]


@pytest.mark.parametrize("rows", [[["", "Our heading"]], [[], ["du_9"]], [["", ""], ["totals"]]])
async def test_a_sheet_without_a_word_in_its_first_cell_is_refused_and_left_as_it_is(
    rows: list[list[str]], tmp_path: Path
) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        desk.tool.rows = [list(row) for row in rows]
        with pytest.raises(Refused, match=r"no word in its cell A1.*CARDS__SHEETS__TAB"):
            await desk.board.write(a_card(), known=None)
        assert desk.tool.rows == rows


async def test_the_tab_that_is_set_is_the_one_written_to(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path, tab="Cases") as desk:
        await desk.board.write(a_card(), known=None)
        assert desk.tool.calls[1].path.endswith("/values/'Cases'!A:A")


async def test_a_cell_that_would_be_a_formula_elsewhere_is_text(tmp_path: Path) -> None:
    async with a_desk("sheets", tmp_path) as desk:
        await desk.board.write(a_card(title='=IMPORTXML("https://evil.example.com")', reason="+1"), known=None)
        assert desk.tool.rows[1][2].startswith("'=IMPORTXML")
        assert desk.tool.rows[1][4] == "'+1"


async def test_the_key_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(key_file())
    async with a_desk("sheets", tmp_path, key=str(tmp_path / "key.json")) as desk:
        assert await desk.board.write(a_card(), known=None)


@pytest.mark.parametrize(
    "key",
    [
        "/no/such/key.json",
        '{"client_email": "hidden"}',
        json.dumps({"client_email": "hidden", "private_key": "hidden"}),
        "{hidden",
    ],
)
async def test_a_key_of_no_use_stops_start_up_with_a_sentence_that_shows_none_of_it(key: str, tmp_path: Path) -> None:
    accepted = catalog.accept({"sheets": {"key": key, "spreadsheet": "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs"}})
    with pytest.raises(Invalid, match="CARDS__SHEETS__KEY cannot be used") as raised:
        async with catalog.open_boards(accepted, now=lambda: NOON, seconds=1):
            pass
    assert "hidden" not in str(raised.value)
