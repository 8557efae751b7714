"""Every tool for cards from its settings to the page that describes it."""

import re
from pathlib import Path

import pytest

from disputes.errors import Invalid
from tests.fakes import NOON
from tools.messages.cards import catalog

ROOT = Path(__file__).parents[4]
DESK = {"subdomain": "acmehelp", "email": "disputes@example.com", "token": "hidden-token-1"}
TEAM = "9cfb482a-81e3-4154-b5b9-2c805e70a02d"


def test_nothing_is_switched_on_by_itself() -> None:
    assert catalog.accept({}) == {}
    assert catalog.accept({"zendesk": {}}) == {}


def test_a_tool_is_switched_on_by_its_settings_with_defaults_filled_in() -> None:
    accepted = catalog.accept({"zendesk": DESK, "notion": {"token": "hidden-token-1", "database": "0" * 32}})
    assert accepted["zendesk"] == {**DESK, "group": "", "queues": ""}
    assert accepted["notion"]["key_property"] == "Key"
    assert accepted["notion"]["closed_status"] == "Closed"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trello": {"token": "hidden-token-1"}}, "CARDS__TRELLO__TOKEN is unknown: the tools for cards are zendesk, "),
        ({"zendesk": {"token": "hidden-token-1"}}, "CARDS__ZENDESK__SUBDOMAIN is not set: Zendesk needs it beside "),
        ({"zendesk": {**DESK, "subdomain": "hidden.example/"}}, "CARDS__ZENDESK__SUBDOMAIN is wrong: it must be "),
        ({"zendesk": {**DESK, "group": "hidden"}}, "CARDS__ZENDESK__GROUP is wrong: it must be the id of the group"),
        ({"zendesk": {**DESK, "tokn": "hidden"}}, "CARDS__ZENDESK__TOKN is unknown: Zendesk takes CARDS__ZENDESK__"),
        ({"zendesk": {**DESK, "queues": "hidden;x"}}, "CARDS__ZENDESK__QUEUES is wrong: it must be the review queues"),
        (
            {"linear": {"token": "hidden", "team": "hidden"}},
            "CARDS__LINEAR__TEAM is wrong: it must be the id of the team",
        ),
        ({"csv": {"file": "hidden.txt"}}, "CARDS__CSV__FILE is wrong: it must be the path of a file that ends in .csv"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_shows_no_value(settings: dict[str, dict[str, str]], message: str) -> None:
    with pytest.raises(Invalid) as wrong:
        catalog.accept(settings)
    assert str(wrong.value).startswith(message)
    assert "hidden" not in str(wrong.value)
    assert "\n" not in str(wrong.value)


async def test_every_tool_that_is_on_is_opened_with_its_queues_and_called_by_nothing() -> None:
    accepted = catalog.accept(
        {
            "zendesk": {**DESK, "queues": "manual-review, high-value-escalation"},
            "linear": {"token": "hidden-token-1", "team": TEAM},
        }
    )
    async with catalog.open_boards(accepted, now=lambda: NOON, seconds=1) as boards:
        assert list(boards) == ["zendesk", "linear"]
        assert [boards["zendesk"].takes(queue) for queue in ("manual-review", "high-value-escalation", "auto")] == [
            True,
            True,
            False,
        ]
        assert boards["linear"].takes("auto")


def test_the_page_of_cards_names_every_tool_and_every_setting() -> None:
    page = (ROOT / "docs/cards.md").read_text("utf-8")
    for offer in catalog.offers().values():
        assert f"## {offer.title}\n" in page
        settings = {offer.setting(name) for name in offer.options}
        assert settings <= set(re.findall(r"`(CARDS__\w+)`", page)), offer.title
    known = {offer.setting(name) for offer in catalog.offers().values() for name in offer.options}
    assert set(re.findall(r"`(CARDS__\w+)`", page)) <= known


def test_no_tool_or_setting_has_a_name_that_cannot_be_an_environment_variable() -> None:
    settings = [offer.setting(name) for offer in catalog.offers().values() for name in offer.options]
    assert len(set(settings)) == len(settings)
    assert all(re.fullmatch(r"CARDS__[A-Z]+__[A-Z_]+", setting) for setting in settings)
