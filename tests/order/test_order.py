"""In any order of events, verdicts and crashes, nothing is lost, filed twice, or filed without permission."""

import httpx

from graph.wiring.runtime import Runtime
from tests.order.machine import hypothesis_settings, run_examples


async def test_no_order_of_events_verdicts_and_crashes_breaks_a_promise(runtime: Runtime, simulator: httpx.AsyncClient):
    """Runs the same few examples each time; `python -m benchmarks.order` runs as many others as it is asked for."""
    counts = await run_examples(runtime, simulator, hypothesis_settings(50, stable=True), seed=3)
    assert counts["submissions"] > 0
    assert counts["closes"] > 0
    assert counts["dies"] > 0
    assert counts["halts"] > 0
    assert counts["loses"] > 0
    assert counts["cancelled"] > 0
    assert counts["dashboard"] > 0
