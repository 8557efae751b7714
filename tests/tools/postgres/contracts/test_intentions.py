"""Nothing is intended without a permit for this very content, in the case as it stands."""

from typing import Any

import pytest

from disputes.errors import AskHuman, LostLease
from disputes.repositories import Repositories
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.cases import HistoryStep
from tests.tools.postgres.permission import a_permit, an_intention, decide, grant, let_file, park
from tests.tools.records import NOON, a_record

STOPPED = AutomationSwitch(stopped=True, by="Rui")


async def test_what_is_permitted_is_intended(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    assert await repositories.filings.intend(an_intention()) == an_intention()
    assert await repositories.filings.of("dp_1") == [an_intention()]


async def test_a_filing_without_a_permit_is_not_intended(repositories: Repositories):
    await decide(repositories)
    await expect_refusal(repositories, "Nobody permitted to submit this chargeback")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"digest": "another letter"}, "not what was permitted"),
        ({"digest": ""}, "not what was permitted"),
        ({"stage": "appeal"}, "Nobody permitted to submit this appeal"),
        ({"action": "close"}, "Nobody permitted to close this chargeback"),
        ({"dispute_id": "dp_2"}, "Nobody permitted"),
    ],
    ids=str,
)
async def test_a_permit_for_something_else_is_none(repositories: Repositories, changes: dict[str, Any], reason: str):
    await decide(repositories)
    await repositories.cases.save(a_record("dp_2"))
    await grant(repositories, a_permit())
    await expect_refusal(repositories, reason, **changes)


async def test_a_permit_that_was_replaced_is_none(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await grant(repositories, a_permit(digest="another letter"))
    await expect_refusal(repositories, "not what was permitted")


async def test_a_permit_ends_with_the_case_version_that_it_names(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.cases.save(a_record(), carried=1)
    await expect_refusal(repositories, "Nobody permitted")


async def test_a_permit_ends_with_the_verdict_that_it_rests_on(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.verdicts.lapse("dp_1", 1, why="the case changed")
    await expect_refusal(repositories, "Nobody permitted")


async def test_a_permit_of_the_router_ends_with_its_run(repositories: Repositories):
    await let_file(repositories, an_intention())
    await repositories.cases.save(a_record(state="waiting"))
    await expect_refusal(repositories, "Nobody permitted")


async def test_a_permit_outlives_what_changes_no_version(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.cases.note("dp_1", HistoryStep(step="refused", at=NOON))
    await park(repositories, a_record(state="parked"))
    assert await repositories.filings.intend(an_intention()) == an_intention()


async def test_an_old_holder_of_the_lease_intends_nothing(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    async with repositories.leases.hold("dp_1") as newest:
        assert newest is not None
        with pytest.raises(LostLease):
            await repositories.filings.intend(an_intention(), fence=newest - 1)
    assert await repositories.filings.of("dp_1") == []


@pytest.mark.parametrize("claimed", [True, False])
async def test_who_decided_is_what_the_permit_says_not_the_filing(repositories: Repositories, *, claimed: bool):
    await decide(repositories)
    await grant(repositories, a_permit())
    assert not (await repositories.filings.intend(an_intention(automatic=claimed))).automatic
    await let_file(repositories, an_intention(dispute_id="dp_2"))
    assert (await repositories.filings.intend(an_intention(dispute_id="dp_2", automatic=claimed))).automatic


async def test_what_is_done_is_returned_and_asks_for_no_permit(repositories: Repositories):
    done = an_intention(state="done", detail="under_review")
    await repositories.filings.finish(done)
    assert await repositories.filings.intend(an_intention(digest="another letter", key="another")) == done
    assert await repositories.filings.of("dp_1") == [done]


@pytest.mark.parametrize("state", ["intended", "refused"])
async def test_what_is_not_done_is_intended_anew_with_the_key_that_its_content_has(
    repositories: Repositories, state: str
):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.filings.finish(an_intention(key="renewed#2", state=state, detail="Stripe answered 500"))
    again = await repositories.filings.intend(an_intention(key="first", before=3, contents={"receipt": "0f"}))
    assert again == an_intention(key="renewed#2", before=3, contents={"receipt": "0f"})
    assert await repositories.filings.of("dp_1") == [again]


async def test_other_content_has_a_key_of_its_own(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit(digest="another letter"))
    await repositories.filings.finish(an_intention(key="renewed#2"))
    again = await repositories.filings.intend(an_intention(digest="another letter", key="first"))
    assert again == an_intention(digest="another letter", key="first")


async def test_what_is_not_done_asks_for_a_permit_again(repositories: Repositories):
    await decide(repositories)
    await repositories.filings.finish(an_intention())
    await expect_refusal(repositories, "Nobody permitted", kept=[an_intention()])


async def test_the_kill_switch_stops_what_the_router_permits(repositories: Repositories):
    await let_file(repositories, an_intention())
    await repositories.automation.set(STOPPED)
    await expect_refusal(repositories, "Rui stopped automatic filing|held back")


async def test_the_kill_switch_stops_no_person(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.automation.set(STOPPED)
    assert await repositories.filings.intend(an_intention(), cap=0) == an_intention()


async def test_the_cap_counts_what_the_router_permits(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.filings.intend(an_intention(), cap=1)
    await let_file(repositories, an_intention(dispute_id="dp_2"))
    await repositories.filings.intend(an_intention(dispute_id="dp_2"), cap=1)
    await let_file(repositories, an_intention(dispute_id="dp_3"))
    with pytest.raises(AskHuman, match=r"daily cap of 1|held back"):
        await repositories.filings.intend(an_intention(dispute_id="dp_3"), cap=1)
    assert await repositories.filings.of("dp_3") == []
    assert (await repositories.automation.read()).filed_today == 1


async def test_a_call_of_unknown_result_is_no_new_filing_for_the_cap_and_is_stopped_by_the_switch(
    repositories: Repositories,
):
    await let_file(repositories, an_intention())
    first = await repositories.filings.intend(an_intention(), cap=1)
    assert await repositories.filings.intend(an_intention(), cap=1) == first
    await repositories.automation.set(STOPPED)
    with pytest.raises(AskHuman):
        await repositories.filings.intend(an_intention(), cap=1)


async def test_another_letter_of_the_router_is_a_new_filing_for_the_switch(repositories: Repositories):
    await let_file(repositories, an_intention())
    first = await repositories.filings.intend(an_intention())
    await repositories.filings.finish(first.model_copy(update={"state": "refused"}))
    await let_file(repositories, an_intention(digest="another letter"))
    await repositories.automation.set(STOPPED)
    with pytest.raises(AskHuman):
        await repositories.filings.intend(an_intention(digest="another letter"))


async def test_the_router_takes_over_no_filing_of_a_person_once_stopped(repositories: Repositories):
    await decide(repositories)
    await grant(repositories, a_permit())
    await repositories.filings.intend(an_intention())
    await repositories.cases.save(a_record(), carried=1)
    await let_file(repositories, an_intention())
    await repositories.automation.set(STOPPED)
    await expect_refusal(repositories, "Rui stopped automatic filing|held back", kept=[an_intention()])


async def expect_refusal(
    repositories: Repositories, reason: str, *, kept: list[Any] | None = None, **changes: object
) -> None:
    """Intend a filing, be refused for one reason, and find no row but those from before."""
    filing = an_intention(**changes)
    with pytest.raises(AskHuman, match=reason):
        await repositories.filings.intend(filing)
    assert await repositories.filings.of(filing.dispute_id) == (kept or [])
