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


@pytest.mark.parametrize(
    ("words", "result"),
    [
        ("Delivered, To Agent", True),
        ("Delivered, Neighbor as Requested", True),
        ("Delivered, To Original Sender", True),
        ("Delivered, Front Door/Porch", False),
        ("Delivered, Parcel Locker", False),
        ("Die Sendung wurde zugestellt", False),
        (None, False),
    ],
)
def test_words_of_a_delivery_say_whether_somebody_else_has_it(words: str | None, *, result: bool) -> None:
    assert search("elsewhere(words)", {"words": words}) is result


def test_a_writer_of_whom_nothing_is_told_is_not_among_ours() -> None:
    answer: Any = {"comments": [{"by": 1}, {"by": 2}, {"by": -1}], "users": [{"id": 1, "ours": True}, {"id": 2}]}
    assert search("among(comments, &by, users[?ours].id)", answer) == [{"by": 1}]
