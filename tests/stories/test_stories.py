"""Every story ends as it must: a true one is filed, and its false twin waits for a person.

`python -m tests.stories` prints the same as a table.
"""

import pytest

from evals.stories.story import STORIES
from tests.conftest import Stage
from tests.stories import playing

UNREAD = {
    "mail-promises-refund-true": "our policy on refunds is told in a sentence that no rule reads",
}
"""Good cases that wait all the same, and why: the rules read less English than a person does."""


@pytest.mark.parametrize("name", [name for name in STORIES if name not in UNREAD])
async def test_a_story_ends_as_it_must(theatre: Stage, name: str):
    ending = await playing.play(theatre, STORIES[name])
    assert ending.is_right, ending.describe()


@pytest.mark.parametrize("name", UNREAD)
async def test_what_nobody_read_waits_with_its_sentence(theatre: Stage, name: str):
    ending = await playing.play(theatre, STORIES[name])
    assert ending.got == "wait", ending.describe()
    assert any("Nobody has read a message whole" in reason for reason in ending.reasons)
