"""Every scenario takes its right way, through the real graph, Redis, PostgreSQL and simulator."""

import pytest

from disputes.repositories.cases import CaseRecord
from simulator.scenarios import SCENARIOS
from tests.conftest import Stage

RESTS = {"submit": "filed", "review": "waiting", "accept": "accepted", "record": "recorded"}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_takes_the_right_way(stage: Stage, name: str):
    scenario = SCENARIOS[name]
    record = await stage.play(name)
    assert _way(record) == (scenario.route, scenario.queue, RESTS[scenario.route]), _why(record)
    counts = await stage.counts(record.dispute_id)
    assert counts.get("submissions", 0) == (1 if scenario.route == "submit" else 0)
    assert counts.get("closes", 0) == 0


def _way(record: CaseRecord) -> tuple[str, str, str]:
    assert record.case is not None
    assert record.case.route is not None
    return record.case.route.action, record.case.route.queue, record.state


def _why(record: CaseRecord) -> str:
    assert record.case is not None
    parts = record.case.assessment.parts if record.case.assessment else ()
    reasons = record.case.route.reasons if record.case.route else ()
    return "\n".join([*reasons, *map(str, parts), *map(str, record.case.evidence.gaps)])
