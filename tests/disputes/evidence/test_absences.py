"""What a source that answered does not hold, and what says that there was one nevertheless."""

from datetime import UTC, datetime

import pytest

from disputes.evidence import Evidence, absences, build_fact
from disputes.evidence.absences import Answered

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHOP = Answered(name="shop", offers=("order_id", "return_requested_at", "subscription_id", "canceled_at"))
FOUND = (build_fact("order_id", "1", "shop:order"), build_fact("subscription_id", "s1", "shop:subscription"))


def absent(*told: str) -> set[str]:
    facts = tuple(build_fact(kind, "2026-10-01", "desk:ticket", ref="1") for kind in told)
    return {fact.kind for fact in absences.find([SHOP], Evidence(facts=(*FOUND, *facts)), NOW)}


def test_a_source_that_has_the_order_and_no_return_of_it_says_so() -> None:
    assert absent() == {"no_return_request", "no_cancellation"}


@pytest.mark.parametrize("kind", ["return_requested_at", "returned", "reports_return", "confirms_return"])
def test_no_return_is_absent_that_another_record_tells_of(kind: str) -> None:
    assert absent(kind) == {"no_cancellation"}


@pytest.mark.parametrize("kind", ["canceled_at", "cancel_requested_at", "reports_cancel", "confirms_cancel"])
def test_no_cancellation_is_absent_that_another_record_tells_of(kind: str) -> None:
    assert absent(kind) == {"no_return_request"}
