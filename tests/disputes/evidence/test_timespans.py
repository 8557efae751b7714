"""Tests of times on record: what is surely before what, when a date names no hour."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence.timespans import Span, is_before, is_date, read_span, write

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def before(one, other, **options):
    return is_before(read_span(one), read_span(other), **options)


def test_an_instant_is_a_span_of_no_length():
    at = datetime(2026, 10, 3, 14, 5, tzinfo=UTC)
    assert read_span("2026-10-03T14:05:00Z") == Span(at, at)
    assert read_span("2026-10-03T16:05:00+02:00") == Span(at, at)


def test_a_date_is_as_long_as_that_day_is_anywhere():
    span = read_span("2026-10-03")
    assert span == Span(datetime(2026, 10, 2, 10, tzinfo=UTC), datetime(2026, 10, 4, 12, tzinfo=UTC))


def test_an_hour_without_a_zone_is_that_hour_in_any_zone():
    span = read_span("2026-10-03T14:00")
    assert span == Span(datetime(2026, 10, 3, 0, tzinfo=UTC), datetime(2026, 10, 4, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("2026-10-03T14:05:00Z", "2026-10-03T14:05:01Z", True),
        ("2026-10-03T14:05:00Z", "2026-10-03T14:05:00Z", True),
        ("2026-10-03T14:05:01Z", "2026-10-03T14:05:00Z", False),
        ("2026-10-03", "2026-10-03", None),
        ("2026-10-03", "2026-10-04", None),
        ("2026-10-03", "2026-10-05", None),
        ("2026-10-03", "2026-10-06", True),
        ("2026-10-06", "2026-10-03", False),
        ("2026-10-03", "2026-10-04T11:59:59Z", None),
        ("2026-10-03", "2026-10-04T12:00:00Z", True),
        ("2026-10-03", "2026-10-02T10:00:00Z", None),
        ("2026-10-03", "2026-10-02T09:59:59Z", False),
    ],
)
def test_one_is_before_the_other_only_when_it_surely_is(one, other, answer):
    assert before(one, other) is answer


def test_a_tolerance_lets_one_end_a_little_late():
    assert before("2026-10-03T15:00Z", "2026-10-03T14:00Z", tolerance=HOUR) is True
    assert before("2026-10-03T15:01Z", "2026-10-03T14:00Z", tolerance=HOUR) is False
    assert before("2026-10-03", "2026-10-05", tolerance=2 * HOUR) is True


@pytest.mark.parametrize(
    ("written", "bare"),
    [("2026-10-03", True), ("2026-10-03T00:00:00Z", False), ("2026-10-03T00:00", False), ("soon", False), ("", False)],
)
def test_a_date_has_no_hour(written, bare):
    assert is_date(written) is bare


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-03-14T09:12:00Z", "14 March 2026 at 09:12 UTC"),
        ("2026-03-14T00:12:00+02:00", "13 March 2026 at 22:12 UTC"),
        ("2026-03-14", "14 March 2026"),
        ("2026-03-14T09:12", "14 March 2026 at 09:12"),
    ],
)
def test_no_more_is_written_than_the_record_says(written, shown):
    assert write(written) == shown


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01", "14 March 2026"])
def test_what_is_no_time_raises(written):
    for read in (read_span, write):
        with pytest.raises(ValueError, match=r"Invalid isoformat|month"):
            read(written)


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_the_ends_of_the_calendar_are_no_error(written):
    span = read_span(written)
    assert span.earliest <= span.latest
    assert write(written)
    assert before(written, written, tolerance=DAY) in {True, None}


INSTANTS = st.datetimes(timezones=st.sampled_from((UTC, timezone(14 * HOUR), timezone(-12 * HOUR)))).map(
    datetime.isoformat
)
TIMES = st.one_of(INSTANTS, st.dates().map(date.isoformat), st.datetimes().map(datetime.isoformat))
TOLERANCES = st.timedeltas(timedelta(), timedelta(days=9))


@given(INSTANTS, INSTANTS, TOLERANCES)
def test_two_instants_are_never_unknown(one, other, tolerance):
    assert before(one, other, tolerance=tolerance) is not None


@given(TIMES, TIMES)
def test_two_times_are_before_each_other_only_when_they_are_one_instant(one, other):
    if before(one, other) and before(other, one):
        assert read_span(one) == read_span(other)


@given(TIMES, TIMES)
def test_when_one_surely_is_not_before_the_other_the_other_is_before_it(one, other):
    if before(one, other) is False:
        assert before(other, one) is True


@given(TIMES, TIMES, TIMES)
def test_order_carries_on(one, other, third):
    if before(one, other) and before(other, third):
        assert before(one, third) is True


@given(TIMES, TIMES, TOLERANCES)
def test_more_tolerance_never_makes_an_order_false(one, other, tolerance):
    answer = before(one, other)
    tolerant = before(one, other, tolerance=tolerance)
    assert tolerant is True if answer else tolerant is answer or answer is False or tolerant is True


@given(st.dates(date(2, 1, 1), date(9998, 1, 1)), st.times(), st.integers(-12, 14))
def test_a_day_holds_each_of_its_hours_in_every_zone(day, hour, offset):
    at = datetime.combine(day, hour, timezone(offset * HOUR))
    span = read_span(day.isoformat())
    assert span.earliest <= at <= span.latest
