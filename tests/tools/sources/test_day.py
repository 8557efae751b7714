"""The day of a local time, which is all that can be told of it."""

from typing import Any

import pytest

from tools.sources.http_json.answer import search


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-10-02 09:12:33", "2026-10-02"),
        ("2026-10-02T23:59:59", "2026-10-02"),
        ("2026-10-02", "2026-10-02"),
        ("2026-10-021", None),
        ("02.10.2026 09:12", None),
        ("", None),
        (None, None),
        (20261002, None),
    ],
)
def test_the_day_of_a_time_whose_zone_nobody_knows(written: Any, day: str | None) -> None:
    assert search("day(date_add)", {"date_add": written}) == day
