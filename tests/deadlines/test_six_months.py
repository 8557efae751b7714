"""Half a year of disputes with both changes of the clocks, in two zones: no deadline and no message is silent.

`python -m benchmarks.deadlines` plays ten thousand by the same code.
"""

import pytest

from benchmarks.deadlines import table
from benchmarks.deadlines.evidence import Evidence
from benchmarks.deadlines.simulation import prepare


@pytest.mark.parametrize(("zone", "disputes"), [("Europe/Berlin", 200), ("America/New_York", 40)])
async def test_no_deadline_and_no_message_is_silent_in_six_months(zone: str, disputes: int) -> None:
    played = prepare(disputes=disputes, days=182, seed=1, zone=zone)
    await played.play(lambda _: None)
    assert len(played.scenario.came) == disputes
    assert table.failures(Evidence(played)) == {}
