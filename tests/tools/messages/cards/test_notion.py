"""Pages: written by what the database has, and people's own columns and statuses stay."""

from pathlib import Path

import pytest

from disputes.errors import Refused
from tests.tools.messages.cards.desks import a_card, a_desk


async def test_a_database_without_the_key_is_refused_and_names_the_setting(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        key = desk.tool.columns.pop("Key")
        with pytest.raises(Refused, match=r"no text property “Key”.*CARDS__NOTION__KEY_PROPERTY"):
            await desk.board.write(a_card(), known=None)
        desk.tool.columns["Key"] = key  # added by a person: the next try sees it
        assert await desk.board.write(a_card(), known=None)


async def test_properties_have_the_names_that_are_set(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path, amount_property="Sum", due_property="Deadline") as desk:
        columns = desk.tool.columns
        columns["Sum"], columns["Deadline"] = columns.pop("Amount"), columns.pop("Due")
        await desk.board.write(a_card(), known=None)
        [page] = desk.tool.pages.values()
        assert page["properties"]["Sum"]["rich_text"][0]["plain_text"] == "42.00 USD"
        assert page["properties"]["Deadline"]["date"]["start"] == "2026-12-01T23:59:59+00:00"


async def test_what_the_database_lacks_or_has_in_another_type_is_left_out(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        columns = desk.tool.columns
        for name in ("Reason", "Outcome", "Time left"):
            del columns[name]
        columns["Amount"] = {"id": "a", "name": "Amount", "type": "number", "number": {"format": "dollar"}}
        await desk.board.write(a_card(), known=None)
        [page] = desk.tool.pages.values()
        assert set(page["properties"]) == {
            "Case",
            "Key",
            "Status",
            "Due",
            "Urgent",
            "Queue",
            "Claimed by",
            "Summary",
            "Link",
        }


async def test_a_status_that_a_person_chose_stays_while_the_case_is_open(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.move("In progress")
        await desk.board.write(a_card(countdown="1 day"), known=known)
        assert desk.tool.pages[known]["properties"]["Status"]["status"]["name"] == "In progress"
        await desk.board.write(a_card(state="closed"), known=known)
        assert desk.one().closed


async def test_a_status_that_is_a_select_gets_the_options_that_are_set(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path, closed_status="Answered") as desk:
        desk.tool.columns["Status"] = {"id": "biOx", "name": "Status", "type": "select", "select": {"options": []}}
        known = await desk.board.write(a_card(), known=None)
        held = desk.tool.pages[known]["properties"]
        assert held["Status"]["select"]["name"] == "Open"
        await desk.board.write(a_card(state="closed"), known=known)
        assert held["Status"]["select"]["name"] == "Answered"
        await desk.board.write(a_card(), known=known)
        assert held["Status"]["select"]["name"] == "Open"


async def test_a_column_that_people_added_stays_as_it_is(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        owner = {"id": "FlgQ", "type": "people", "people": [{"object": "user", "id": "45ee8d13"}]}
        desk.tool.pages[known]["properties"]["Owner"] = owner
        await desk.board.write(a_card(countdown="1 day"), known=known)
        assert desk.tool.pages[known]["properties"]["Owner"] == owner


async def test_a_page_in_the_bin_comes_back_while_the_case_is_open(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.delete()
        assert await desk.board.write(a_card(countdown="1 day"), known=known) == known
        assert "1 day" in desk.one().text


async def test_of_several_data_sources_one_must_be_set(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        desk.tool.database["data_sources"].append({"id": "9", "name": "Archive"})
        with pytest.raises(Refused, match=r"has 2 data sources.*CARDS__NOTION__DATA_SOURCE"):
            await desk.board.write(a_card(), known=None)
    async with a_desk("notion", tmp_path, data_source="248104cd-477e-80af-bc30-000bd28de8f9") as desk:
        await desk.board.write(a_card(), known=None)
        assert not [call for call in desk.tool.calls if call.path.startswith("/databases")]


async def test_a_database_that_the_connection_does_not_see_is_refused_and_named(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path, database="0" * 32) as desk:
        with pytest.raises(Refused, match=r"no such place for cards.*CARDS__NOTION__DATABASE"):
            await desk.board.write(a_card(), known=None)


async def test_a_column_that_changed_its_type_is_read_again_after_one_refusal(tmp_path: Path) -> None:
    async with a_desk("notion", tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.columns["Reason"] = {"id": "vFAm", "name": "Reason", "type": "select", "select": {"options": []}}
        with pytest.raises(Refused, match="Status is expected to be select"):
            await desk.board.write(a_card(), known=known)
        await desk.board.write(a_card(), known=known)
        assert desk.tool.pages[known]["properties"]["Reason"]["select"]["name"] == "fraudulent"
