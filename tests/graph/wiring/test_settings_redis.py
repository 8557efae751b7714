"""Addresses of a Redis that Rebut does not call are refused in words."""

import pytest

from disputes.errors import Invalid
from graph.wiring import settings
from tools.queue import queue_url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+sentinel://h:26379/mymaster", "it names a Sentinel"),
        ("redis-sentinel://:hunter2@h:26379", "it names a Sentinel"),
        ("redis://h1:26379,h2:26379/mymaster", "it names several servers"),
        ("https://h:6379", "it must start with one of redis://"),
    ],
)
def test_a_redis_that_is_not_called_is_refused_in_words(url: str, words: str):
    with pytest.raises(Invalid, match=f"^REDIS_URL is wrong: {words}") as refused:
        settings.read({"REDIS_URL": url})
    assert "hunter2" not in str(refused.value)


def test_a_password_with_a_comma_is_no_second_server():
    assert settings.read({"REDIS_URL": "redis://u:a,b@h:6379/0"}).redis_url


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("redis://h/0", "redis://h/0"),
        ("rediss://h/0", "rediss://h/0?ssl_check_hostname=true"),
        ("rediss://h/0?ssl_ca_certs=ca.pem", "rediss://h/0?ssl_ca_certs=ca.pem&ssl_check_hostname=true"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
        ("rediss://h/0?ssl_check_hostname=false", "rediss://h/0?ssl_check_hostname=false"),
    ],
)
def test_the_queue_checks_the_name_in_a_certificate_unless_it_is_told_not_to(given: str, used: str):
    assert queue_url(given) == used
