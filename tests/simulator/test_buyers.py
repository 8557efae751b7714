"""No id or number of the generated scenarios looks like one that is masked."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from disputes import text
from simulator.worlds import grid
from simulator.worlds.buyers import seeded_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text_value for part in value.values() for text_value in texts(part)]
    if isinstance(value, list):
        return [text_value for part in value for text_value in texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("reason", grid.DISPUTES)
def test_nothing_of_a_world_is_masked(reason: str) -> None:
    for number in range(40):
        for product in grid.GOODS:
            values = texts(grid.build(NOW, f"m{number}", reason=reason, product=product))
            assert [text_value for text_value in values if text.mask(text_value) != text_value] == []


def test_an_id_follows_from_its_seed_alone_and_has_no_two_digits_side_by_side() -> None:
    ids = [seeded_id(f"seed {number}") for number in range(500)]
    assert ids == [seeded_id(f"seed {number}") for number in range(500)]
    assert len(set(ids)) == 500
    for seeded in ids:
        assert len(seeded) == 24
        assert not any(a.isdigit() and b.isdigit() for a, b in pairwise(seeded))
