"""What each shape of webhook comes to, through the real API and PostgreSQL, and that docs/webhooks.md says the same."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.api.webhook_shapes import SHAPES, Shape
from tools.postgres.tables import events, unrecognised_events

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def _database(_engine):
    """PostgreSQL alone: the table is about what is really kept."""
    return _engine


async def kept(engine, table):
    async with engine.connect() as connection:
        return (await connection.execute(select(table))).mappings().all()


async def found(engine, queue, answer):
    """Name what an answer and the tables show."""
    stored, strange = await kept(engine, events), await kept(engine, unrecognised_events)
    assert len(stored) + len(strange) <= 1
    assert bool(queue.jobs) == bool(stored and not stored[0]["refused"])
    if stored:
        return "refused" if stored[0]["refused"] else "stored"
    if strange:
        return "unrecognised"
    return {200: "ignored", 401: "not believed"}.get(answer.status_code, "turned away")


@pytest.mark.process
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
async def test_a_shape_comes_to_what_the_table_says(client, queue, _engine, shape: Shape):  # noqa: PT019 - a fixture with a value
    answer = await client.post(shape.path, content=shape.body, headers=shape.sent)
    assert (answer.status_code, await found(_engine, queue, answer)) == (shape.status, shape.comes_to)
    if shape.about:
        (row,) = await kept(_engine, events)
        assert (row["provider"], row["dispute_id"], row["account"]) == ("stripe", *shape.about)
        assert queue.jobs == [shape.about]
    if shape.status == 401:
        assert answer.json() == {"error": "invalid signature"}


def test_the_page_has_the_same_table():
    rows = re.findall(r"^\| ([^|]+?) \| (\d{3}) \| ([a-z ]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [(shape.name, str(shape.status), shape.comes_to) for shape in SHAPES]
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 30
