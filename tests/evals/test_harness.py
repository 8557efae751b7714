"""The stand: every record comes through the cleaning, and nothing but a letter's ports can be used."""

import pytest

from disputes import dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence
from disputes.money import Money
from evals import harness
from evals.case import NOW
from evals.harness import OnRecord
from tests.evals.builders import ALL, STRONG

UNSURE = {"contradictory"}


@pytest.mark.parametrize("sort", sorted({case.sort for case in ALL.values()}))
async def test_every_record_becomes_a_fact_and_cleaning_changes_no_honest_text(sort):
    for case in (case for case in ALL.values() if case.sort == sort):
        found = await OnRecord(case).gather(dispute.parse(case.dispute), Evidence())
        assert len(found.facts) == len(case.records), case.id
        for record in case.records:
            fact = found.find(record.id)
            assert fact
            if isinstance(record.value, str) and isinstance(fact.value, str) and case.sort not in UNSURE:
                assert told(fact.value) == told(record.value), (case.id, record.id)
            if isinstance(record.value, dict) and case.sort not in UNSURE:
                assert fact.value == Money.model_validate(record.value)


def told(text: str) -> str:
    return " ".join(text.replace("+00:00", "Z").split())


async def test_two_systems_that_disagree_both_stay():
    case = next(case for case in ALL.values() if case.sort == "contradictory")
    found = await OnRecord(case).gather(dispute.parse(case.dispute), Evidence())
    assert [fact.id for fact in found.facts if "@" in fact.id]


async def test_no_brake_is_on_and_no_other_port_answers():
    deps = harness.build().deps(ALL[STRONG])
    assert not (await deps.automation.read()).stopped
    assert deps.now() == NOW
    with pytest.raises(Invalid, match="no cases, and find"):
        await deps.cases.find("du_1")
    with pytest.raises(Invalid, match="no stripe, and submit"):
        await deps.stripe.submit(dispute.parse(ALL[STRONG].dispute), key="k")
    with pytest.raises(Invalid, match="no queue"):
        await deps.queue.enqueue("du_1")
    with pytest.raises(Invalid, match="no sender"):
        deps.sender.send  # noqa: B018 - naming it is using it
