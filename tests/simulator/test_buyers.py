"""No id or number of the made-up worlds reads as one that is masked."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from disputes import text
from simulator.worlds import grid
from simulator.worlds.buyers import digest

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def strings(thing: Any) -> list[str]:
    if isinstance(thing, dict):
        return [said for value in thing.values() for said in strings(value)]
    if isinstance(thing, list):
        return [said for value in thing for said in strings(value)]
    return [thing] if isinstance(thing, str) else []


@pytest.mark.parametrize("reason", grid.DISPUTES)
def test_nothing_of_a_world_is_masked(reason: str) -> None:
    for number in range(40):
        for product in grid.GOODS:
            told = strings(grid.tell(NOW, f"m{number}", reason=reason, product=product))
            assert [said for said in told if text.mask(said) != said] == []


def test_an_id_follows_from_its_seed_alone_and_has_no_two_digits_side_by_side() -> None:
    ids = [digest(f"seed {number}") for number in range(500)]
    assert ids == [digest(f"seed {number}") for number in range(500)]
    assert len(set(ids)) == 500
    for each in ids:
        assert len(each) == 24
        assert not any(a.isdigit() and b.isdigit() for a, b in pairwise(each))
