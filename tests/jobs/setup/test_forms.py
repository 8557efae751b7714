"""What answers must look like: a wrong one is told apart by what it is, and never repeated."""

import pytest

from disputes.errors import Invalid
from jobs.cli.setup.forms import check_key, check_reviewer, check_secret, check_url
from jobs.cli.setup.questions import Nobody, Question, bare, settle

WRONG = [
    (check_key, "pk_live_abc", "publishable"),
    (check_key, "whsec_abc", "signing secret"),
    (check_key, "sk_test_", "cannot be used"),
    (check_key, "hello", "cannot be used"),
    (check_secret, "sk_test_abc", "API key"),
    (check_secret, "we_123", "id of the endpoint"),
    (check_secret, "hello", "cannot be used"),
    (check_url, "rebut.example.com", "no address"),
    (check_url, "ftp://rebut.example.com", "no address"),
    (check_url, "https://", "no address"),
    (check_url, "https://a b", "no address"),
    (check_url, "https://a:port/", "no address"),
    (check_url, "https://me:pw@rebut.example.com", "no password"),
    (check_url, "https://rebut.example.com/?a=1", "no password"),
    (check_url, "http://localhost:8000", "stripe listen"),
    (check_url, "http://[::1]:8000", "stripe listen"),
    (check_reviewer, "a:b", "no colon"),
    (check_reviewer, "", "no colon"),
    (check_reviewer, "a" * 81, "80 characters"),
    (bare, '"quoted"', "in quotes"),
    (bare, "quoted'", "in quotes"),
    (bare, "two\nlines", "on one line"),
]


@pytest.mark.parametrize(("check", "text", "why"), WRONG)
def test_a_wrong_answer_is_told_what_it_is(check, text, why):
    with pytest.raises(Invalid, match=why):
        check(text)


@pytest.mark.parametrize("check", [check_key, check_secret, check_url, check_reviewer, bare])
def test_no_reason_repeats_what_was_answered(check):
    with pytest.raises(Invalid) as refused:
        check('"hidden: hidden, hidden')
    assert "hidden" not in str(refused.value)


def test_a_right_answer_is_returned_with_its_path_filled_in():
    assert check_key("rk_live_abc123") == "rk_live_abc123"
    assert check_secret("whsec_abc123") == "whsec_abc123"
    assert check_url("https://rebut.example.com") == "https://rebut.example.com/webhooks/stripe"
    assert check_url("https://rebut.example.com:8443/") == "https://rebut.example.com:8443/webhooks/stripe"
    assert check_url("https://rebut.example.com/own/path") == "https://rebut.example.com/own/path"
    assert check_reviewer("Ada Byron") == "Ada Byron"


def test_where_nobody_can_be_asked_a_wrong_answer_is_the_end():
    with pytest.raises(Invalid, match="publishable"):
        settle(Nobody(), Question("Key", "--key", given="pk_1"), check_key)
    with pytest.raises(Invalid, match="give --key"):
        settle(Nobody(), Question("Key", "--key"), check_key)
    assert settle(Nobody(), Question("Name", "--name", default="ada"), check_reviewer) == "ada"
