"""What a card says."""

from datetime import UTC, datetime

import pytest

from disputes.messages.card import Link
from disputes.money import Money
from tests.tools.messages.cards.desks import a_card
from tools.messages.cards import text


def test_a_card_is_a_sentence_and_a_list_of_facts_and_links() -> None:
    card = a_card(urgent=True, claimed_by="Ada", money=Money(amount=4_200, currency="jpy"))
    assert text.describe(card) == (
        "The bank says that the cardholder did not make this payment.\n"
        "\n"
        "- Reason: fraudulent\n"
        "- Amount: 4,200 JPY\n"
        "- Due: 1 December, 15:59 in Los Angeles (10 days)\n"
        "- Urgent: yes\n"
        "- Queue: manual-review\n"
        "- Claimed by: Ada\n"
        "- Case in Rebut: https://rebut.example.com/cases/du_1AbC"
    )


def test_a_case_without_a_date_has_no_line_for_it() -> None:
    assert "Due" not in text.describe(a_card(due_by=None, due="", countdown=""))
    assert "- Due: 2026-12-01 09:00 UTC\n" in text.describe(
        a_card(due_by=datetime(2026, 12, 1, 9, tzinfo=UTC), due="", countdown="")
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "//e.org", "https://e.org/a b", "https://e.org/\n- x", "https://[", ""]
)
def test_a_link_that_is_no_web_address_is_left_out(url: str) -> None:
    assert text.links_of(a_card(links=(Link(title="Look", url=url),))) == []


def test_a_link_without_a_title_shows_its_address() -> None:
    assert text.links_of(a_card(links=(Link(title=" ", url="https://e.org/1"),))) == [
        ("https://e.org/1", "https://e.org/1")
    ]


def test_a_card_without_a_title_has_one() -> None:
    assert text.title(a_card(title="\n\u200b ")) == "Dispute"


def test_a_row_has_one_cell_for_each_column() -> None:
    assert len(text.row(a_card())) == len(text.COLUMNS)
