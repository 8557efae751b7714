"""The page of letters is what the command prints."""

from pathlib import Path

from evals.letters.__main__ import build_page

PAGE = Path(__file__).parents[2] / "docs" / "letters.md"


async def test_the_page_of_letters_holds_what_is_written_today():
    assert PAGE.read_text("utf-8") == await build_page()
