"""Comparing secrets tells a guesser nothing, however long it takes."""

import hmac
import sys
from datetime import timedelta

import pytest
from sqlalchemy import event

from disputes.errors import Forged
from disputes.repositories.users import User
from tests.api.builders import SECRET, an_event, payload, signed
from tests.fakes import NOON, digest, noon
from tools.postgres.repositories import postgres_repositories
from tools.stripe_api.signature import verify

TOKEN = "a-token-of-a-reviewer"


@pytest.fixture
async def asked(engine):
    """All that was sent to the database, as it was sent."""
    sent = []

    def hear(_, __, statement, parameters, *___):
        sent.append(f"{statement} {parameters}")

    event.listen(engine.sync_engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", hear)


async def test_a_token_is_compared_by_its_digest_alone(engine, asked):
    repositories = postgres_repositories(engine, now=noon)
    await repositories.users.add(User(name="Rui", role="reviewer"), digest=digest(TOKEN))
    assert await repositories.users.by_token(TOKEN) == User(name="Rui", role="reviewer")
    # One letter away in the token is a whole digest away, so time taken over the digest shows no letter of the token.
    assert await repositories.users.by_token(TOKEN[:-1]) is None
    said = "\n".join(asked)
    assert digest(TOKEN) in said
    assert digest(TOKEN[:-1]) in said
    assert TOKEN[:-1] not in said


def compared(body, signature, secrets):
    """The values handed to the comparison that takes as long whether they agree or not."""
    seen = []

    def watch(_, kind, what):
        if kind == "c_call" and what is hmac.compare_digest:
            seen.append("compare_digest")

    sys.setprofile(watch)
    try:
        verify(body, signature, secrets=secrets, now=NOON)
    except Forged:
        seen.append("forged")
    finally:
        sys.setprofile(None)
    return seen


def test_a_signature_is_compared_in_constant_time():
    body = payload(an_event())
    good = signed(body)["Stripe-Signature"]
    wrong = good.replace("v1=", "v1=0", 1)
    assert compared(body, good, (SECRET,)) == ["compare_digest"]
    assert compared(body, wrong, (SECRET, "whsec_old")) == ["compare_digest", "compare_digest", "forged"]


def test_a_late_signature_is_compared_before_its_time_is_judged():
    body = payload(an_event())
    late = signed(body, at=NOON - timedelta(hours=1))["Stripe-Signature"]
    assert compared(body, late, (SECRET,)) == ["compare_digest", "forged"]
