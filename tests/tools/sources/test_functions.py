"""The functions that a vendor's file has beside those of JMESPath."""

from typing import Any

import pytest

from tools.sources.http_json.answer import search


@pytest.mark.parametrize(
    ("written", "zoned", "day"),
    [
        ("2026-03-14T21:05:00-07:00", "2026-03-14T21:05:00-07:00", "2026-03-14"),
        ("20260314T210500-07:00", "20260314T210500-07:00", "2026-03-14"),
        ("2026-03-14T21:05:00Z", "2026-03-14T21:05:00Z", "2026-03-14"),
        ("2026-03-14T21:05:00", "2026-03-14", "2026-03-14"),
        ("2026-03-14", "2026-03-14", "2026-03-14"),
        ("20260314", "2026-03-14", "2026-03-14"),
        ("soon", None, None),
        (None, None, None),
        (20260314, None, None),
    ],
)
def test_an_hour_without_its_zone_is_only_a_day(written: Any, zoned: str | None, day: str | None) -> None:
    assert search("zoned(at)", {"at": written}) == zoned
    assert search("day(at)", {"at": written}) == day
