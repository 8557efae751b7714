"""Every scenario takes its right way, through the real graph, Redis, PostgreSQL and simulator."""

import pytest

from disputes.docket import Entry
from simulator.scenarios import SCENARIOS
from tests.conftest import Stage

RESTS = {"submit": "filed", "review": "waiting", "accept": "accepted", "record": "recorded"}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_takes_the_right_way(stage: Stage, name: str):
    scenario = SCENARIOS[name]
    entry = await stage.play(name)
    assert _way(entry) == (scenario.route, scenario.queue, RESTS[scenario.route]), _why(entry)
    counts = await stage.counts(entry.dispute_id)
    assert counts.get("submissions", 0) == (1 if scenario.route == "submit" else 0)
    assert counts.get("closes", 0) == 0


def _way(entry: Entry) -> tuple[str, str, str]:
    assert entry.case is not None
    assert entry.case.route is not None
    return entry.case.route.action, entry.case.route.queue, entry.state


def _why(entry: Entry) -> str:
    assert entry.case is not None
    parts = entry.case.assessment.parts if entry.case.assessment else ()
    reasons = entry.case.route.reasons if entry.case.route else ()
    return "\n".join([*reasons, *map(str, parts), *map(str, entry.case.evidence.gaps)])
