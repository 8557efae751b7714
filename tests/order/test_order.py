"""Whatever comes in whatever order, nothing is lost, filed twice, or filed without a right."""

import httpx

from graph.wiring.runtime import Runtime
from tests.order.machine import chosen, explore


async def test_no_order_of_events_verdicts_and_crashes_breaks_a_promise(runtime: Runtime, simulator: httpx.AsyncClient):
    told = await explore(runtime, simulator, chosen(40, stable=True))
    assert told["submissions"] > 0
    assert told["closes"] > 0
    assert told["dies"] > 0
    assert told["halts"] > 0
