"""What is left until a deadline, in words that never promise more than there is."""

from datetime import timedelta

import pytest

from disputes.messages import countdown
from tests.builders import NOON

WORDS = [
    (timedelta(days=9, hours=23), "in 9 days"),
    (timedelta(days=7), "in 7 days"),
    (timedelta(days=7, seconds=-1), "in 6 days 23 hours"),
    (timedelta(days=3, hours=4, minutes=59), "in 3 days 4 hours"),
    (timedelta(days=4, minutes=59), "in 4 days"),
    (timedelta(days=5, hours=1), "in 5 days 1 hour"),
    (timedelta(hours=72), "in 3 days"),
    (timedelta(hours=71, minutes=59), "in 71 hours"),
    (timedelta(hours=40), "in 40 hours"),
    (timedelta(hours=24), "in 24 hours"),
    (timedelta(hours=5, minutes=59), "last day: 5 hours left"),
    (timedelta(hours=1), "last day: 1 hour left"),
    (timedelta(minutes=12, seconds=59), "12 minutes left"),
    (timedelta(minutes=1), "1 minute left"),
    (timedelta(seconds=59), "less than a minute left"),
    (timedelta(0), "passed just now"),
    (timedelta(minutes=-5), "passed 5 minutes ago"),
    (timedelta(hours=-3), "passed 3 hours ago"),
    (timedelta(hours=-72), "passed 3 days ago"),
]


@pytest.mark.parametrize(("left", "words"), WORDS)
def test_what_is_left_in_words(left: timedelta, words: str):
    assert countdown.write(NOON + left, NOON) == words


def test_without_a_date_it_says_so():
    assert countdown.write(None, NOON) == countdown.write_due(None, NOON, "UTC") == "no date known"


def test_the_date_is_in_the_zone_of_the_reader():
    told = countdown.write_due(NOON + timedelta(days=9), NOON, "America/New_York")
    assert told == "in 9 days, 30 November 2026 07:00 EST (12:00 UTC)"
