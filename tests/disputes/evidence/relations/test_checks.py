"""Tests of what the checks of a payment say together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import all_answers, answer, concluded

FITS, GUARANTEE = "ip_fits_addresses", "no_guarantee"
ADDRESSES = {
    "US": "12 Oak Street, Springfield, IL, 62704, US",
    "GB": "10 Downing Street, London, SW1A 2AA, GB",
    "DE": "Hauptstr. 5, 10115 Berlin, DE",
    "CA": "111 Wellington Street, Ottawa, ON, K1A 0B1, CA",
    "NL": "Keizersgracht 241, 1016 EA Amsterdam, NL",
}
COUNTRY = st.sampled_from(sorted(ADDRESSES))
UNREAD = "ul. Prosta 5, 00-838 Warszawa"


def came(country, billing="", shipping=""):
    told = (("billing_address", billing), ("shipping_address", shipping))
    return [build_fact("ip_country", country, "s:ip"), *(build_fact(k, v, "s:a") for k, v in told if v)]


@given(COUNTRY, COUNTRY, COUNTRY, st.sampled_from([str.upper, str.lower]))
def test_the_country_of_the_purchase_is_that_of_an_address_or_not(country, billing, shipping, case):
    told = came(case(country), ADDRESSES[billing], ADDRESSES[shipping])
    assert answer(FITS, *told) == ("true" if country in {billing, shipping} else "false")
    assert all_answers(told) == all_answers(reversed(told))


@pytest.mark.parametrize(
    ("country", "address", "expected"),
    [
        ("United States", ADDRESSES["US"], "true"),
        ("UK", ADDRESSES["GB"], "true"),
        ("Germany", ADDRESSES["US"], "false"),
        ("PL", ADDRESSES["US"], "false"),
        ("Poland", ADDRESSES["US"], "unknown"),
        ("US", UNREAD, ""),
    ],
)
def test_stories_of_countries(country, address, expected):
    assert answer(FITS, *came(country, address)) == expected


def test_an_address_nobody_can_read_may_be_the_one():
    assert answer(FITS, *came("PL", UNREAD, ADDRESSES["US"])) == "unknown"
    assert answer(FITS, *came("US", UNREAD, ADDRESSES["US"])) == "true"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Protected", "false"),
        ("Signifyd: APPROVED", "false"),
        ("eligible for a claim", "false"),
        ("not protected", "true"),
        ("declined", "true"),
        ("ineligible", "true"),
        ("claim pending", "unknown"),
        ("approval pending, eligible", "unknown"),
        ("Signifyd 1234", "unknown"),
    ],
)
def test_who_bears_the_loss(written, expected):
    evidence = concluded(build_fact("guarantee", written, "s:g"))
    assert [relation.answer for relation in evidence.relations if relation.name == GUARANTEE] == [expected]
    assert evidence.has("guarantee_pays") is (expected == "false")
    assert not evidence.has(GUARANTEE)


def test_each_of_two_guarantees_is_shown():
    told = (build_fact("guarantee", "Protected", "s:g", ref="1"), build_fact("guarantee", "Approved", "s:h", ref="2"))
    assert len(concluded(*told).of("guarantee_pays")) == 2
