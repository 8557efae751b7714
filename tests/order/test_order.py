"""In any order of events, verdicts and crashes, nothing is lost, filed twice, or filed without permission."""

from collections import Counter

import httpx

from graph.wiring.runtime import Runtime
from tests.order.machine import hypothesis_settings, run_examples

KINDS = ("submissions", "closes", "dies", "halts", "loses", "cancelled", "dashboard")


async def test_no_order_of_events_verdicts_and_crashes_breaks_a_promise(runtime: Runtime, simulator: httpx.AsyncClient):
    """Plays examples until every kind of end was among them; `python -m benchmarks.order` plays as many as asked for.

    Workers race, so the same examples do not always come to the same ends.
    """
    counts = Counter[str]()
    for seed in range(1, 6):
        counts += await run_examples(runtime, simulator, hypothesis_settings(50, stable=True), seed=seed)
        if all(counts[kind] for kind in KINDS):
            break
    assert [kind for kind in KINDS if not counts[kind]] == []
