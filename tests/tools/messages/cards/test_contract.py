"""What every tool that holds cards promises, against a local server that holds cards and answers in recorded shapes."""

import asyncio
from pathlib import Path

import pytest

from disputes.errors import TryAgain
from tests.tools.messages.cards.desks import SERVERS, TOOLS, a_card, a_desk

every_tool = pytest.mark.parametrize("name", TOOLS)
every_server = pytest.mark.parametrize("name", sorted(SERVERS))

HOSTILE = [
    "two\nlines\r\nand\ttabs",
    '=HYPERLINK("https://evil.example.com","Pay")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1＋1",  # noqa: RUF001 - wide forms, which a spreadsheet takes for a formula too
    "x" * 5_000,
    "Überweisung 💳 nicht erkannt 🤷‍♀️",
    "\u202eevil\u202c שלום عليكم",
    "<script>alert(1)</script> [link](https://evil.example.com) {{template}} ${jndi} %00 \x00\x1b[31m",
    'commas, "quotes", \\ and; semicolons | pipes',
]


def closed(**changes):
    return a_card(**{"state": "closed", "outcome": "Filed; the bank decides now.", **changes})


@every_tool
async def test_an_open_card_is_created_once_and_its_id_returned(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        assert known
        seen = desk.one()
        assert (seen.key, seen.closed, seen.urgent) == ("du_1AbC", False, False)
        for words in ("42.00 USD", "manual-review", "fraudulent", "10 days", "1 December, 15:59 in Los Angeles"):
            assert words in seen.text
        assert "https://rebut.example.com/cases/du_1AbC" in seen.text


@every_tool
async def test_a_card_is_updated_in_place(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        changed = a_card(title="Dispute du_1AbC: 5 hours left", countdown="5 hours", urgent=True, claimed_by="Ada")
        assert await desk.board.write(changed, known=known) == known
        seen = desk.one()
        assert (seen.title, seen.urgent, seen.closed) == ("Dispute du_1AbC: 5 hours left", True, False)
        assert "5 hours" in seen.text
        assert "Ada" in seen.text


@every_tool
async def test_a_card_whose_id_was_lost_is_found_by_its_key(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        assert await desk.board.write(a_card(countdown="9 days"), known=None) == known
        assert "9 days" in desk.one().text


@every_tool
async def test_writing_the_same_card_again_changes_nothing_that_people_see(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        before = desk.one()
        assert await desk.board.write(a_card(), known=known) == known
        assert desk.one() == before


@every_server
async def test_a_creation_whose_answer_was_lost_doubles_nothing(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        desk.tool.losing = True
        with pytest.raises(TryAgain):
            await desk.board.write(a_card(), known=None)
        assert len(desk.tool.seen()) == 1
        assert await desk.board.write(a_card(countdown="9 days"), known=None)
        assert "9 days" in desk.one().text


@every_tool
async def test_two_cases_are_two_cards(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        other = a_card(
            key="du_2XyZ",
            title="Another",
            links=(a_card().links[0].model_copy(update={"url": "https://e.org/du_2XyZ"}),),
        )
        ids = [await desk.board.write(card, known=None) for card in (a_card(), other)]
        assert len(set(ids)) == 2
        await desk.board.write(closed(), known=ids[0])
        assert {card.key: card.closed for card in desk.tool.seen()} == {"du_1AbC": True, "du_2XyZ": False}


@every_tool
async def test_a_closed_card_stays_and_says_how_it_ended(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        assert await desk.board.write(closed(), known=known) == known
        seen = desk.one()
        assert seen.closed
        assert "Filed; the bank decides now." in seen.text
        assert await desk.board.write(closed(), known=None) == known


@every_tool
async def test_a_case_that_opens_again_opens_its_card(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        await desk.board.write(closed(), known=known)
        assert await desk.board.write(a_card(), known=known) == known
        assert not desk.one().closed


@every_tool
async def test_a_closed_card_that_was_never_there_is_not_created(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        assert await desk.board.write(closed(), known=None) == ""
        assert desk.tool.seen() == []


@every_tool
async def test_a_card_that_a_person_deleted_is_made_again_while_the_case_is_open(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.delete()
        again = await desk.board.write(a_card(), known=known)
        assert again
        assert not desk.one().closed
        assert await desk.board.write(a_card(countdown="1 day"), known=again) == again
        assert "1 day" in desk.one().text


@every_tool
async def test_a_card_that_a_person_deleted_stays_away_once_the_case_is_closed(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        known = await desk.board.write(a_card(), known=None)
        desk.tool.delete()
        assert await desk.board.write(closed(), known=known) == ""
        assert desk.tool.seen() == []


@every_tool
async def test_an_id_of_another_tool_is_no_harm(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        for known in ("", "../../users/1", "12?x=1", "zz"):
            assert await desk.board.write(a_card(), known=known)
        assert desk.one().key == "du_1AbC"


@every_tool
@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_stay_words(name: str, words: str, tmp_path: Path) -> None:
    fields = ("title", "summary", "reason", "queue", "due", "countdown", "claimed_by")
    async with a_desk(name, tmp_path) as desk:
        card = a_card(**dict.fromkeys(fields, words))
        known = await desk.board.write(card, known=None)
        assert await desk.board.write(card.model_copy(update={"urgent": True}), known=known) == known
        seen = desk.one()
        assert len(seen.title) <= 151
        assert not seen.title.startswith(("=", "+", "-", "@", "＝")) or name in {"zendesk", "linear", "notion"}  # noqa: RUF001
        assert not set(seen.title + seen.text.replace("\n", "")) & {"\r", "\t", "\x00", "\x1b", "\u202e"}
        assert len(seen.text) < 8_000


@every_tool
async def test_writes_of_many_cases_at_once_lose_none(name: str, tmp_path: Path) -> None:
    async with a_desk(name, tmp_path) as desk:
        await desk.board.write(a_card(), known=None)
        links = a_card().links
        cards = [
            a_card(key=f"du_{n}x", links=(links[0].model_copy(update={"url": f"https://e.org/du_{n}x"}),))
            for n in range(8)
        ]
        ids = await asyncio.gather(*(desk.board.write(card, known=None) for card in cards))
        assert len(set(ids)) == 8
        assert {card.key for card in desk.tool.seen()} == {"du_1AbC", *(card.key for card in cards)}
