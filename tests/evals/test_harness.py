"""The harness: every record is cleaned like other facts, and no port can be used but those a letter needs."""

import pytest

from disputes import dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence
from disputes.money import Money
from evals.case import NOW
from evals.harness import CaseSource, build_harness
from tests.evals.builders import ALL, STRONG

UNSURE = {"contradictory"}


@pytest.mark.parametrize("sort", sorted({case.sort for case in ALL.values()}))
async def test_every_record_becomes_a_fact_and_cleaning_changes_no_honest_text(sort):
    for case in (case for case in ALL.values() if case.sort == sort):
        gathered = await CaseSource(case).gather(dispute.parse(case.dispute), Evidence())
        assert len(gathered.facts) == len(case.records), case.id
        for record in case.records:
            fact = gathered.find(record.id)
            assert fact
            if isinstance(record.value, str) and isinstance(fact.value, str) and case.sort not in UNSURE:
                assert without_offset(fact.value) == without_offset(record.value), (case.id, record.id)
            if isinstance(record.value, dict) and case.sort not in UNSURE:
                assert fact.value == Money.model_validate(record.value)


def without_offset(text: str) -> str:
    return " ".join(text.replace("+00:00", "Z").split())


async def test_two_systems_that_disagree_both_stay():
    case = next(case for case in ALL.values() if case.sort == "contradictory")
    gathered = await CaseSource(case).gather(dispute.parse(case.dispute), Evidence())
    assert [fact.id for fact in gathered.facts if "@" in fact.id]


async def test_automation_runs_and_no_other_port_can_be_used():
    deps = build_harness().deps(ALL[STRONG])
    assert not (await deps.automation.read()).stopped
    assert deps.now() == NOW
    with pytest.raises(Invalid, match="no cases, and find"):
        await deps.cases.find("du_1")
    with pytest.raises(Invalid, match="no stripe, and submit"):
        await deps.stripe.submit(dispute.parse(ALL[STRONG].dispute), key="k")
    with pytest.raises(Invalid, match="no queue"):
        await deps.queue.enqueue("du_1")
    with pytest.raises(Invalid, match="no sender"):
        deps.sender.send  # noqa: B018 - reading the attribute is using the port
