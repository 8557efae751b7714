"""Every way into a waiting run against every act that cannot be taken back: nothing is called, and a person decides."""

import pytest

from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.permission import forgeries, ways
from tests.permission.scene import ACTS, open_scene, reasons
from tests.permission.ways import WAYS

TOLD = "changed from outside"


@pytest.mark.parametrize("act", [act.name for act in ACTS])
async def test_the_right_verdict_has_each_act_done_exactly_once(act: str, manual: Stage, runtime: Runtime):
    scene = await open_scene(manual, runtime, act)
    await scene.assert_untouched()
    await scene.assert_decidable()


@pytest.mark.parametrize("act", [act.name for act in ACTS])
@pytest.mark.parametrize("way", WAYS)
async def test_no_way_into_a_waiting_run_has_anything_done(way: str, act: str, manual: Stage, runtime: Runtime):
    scene = await open_scene(manual, runtime, act)
    await WAYS[way](scene)
    await scene.assert_untouched()
    await scene.assert_decidable()


@pytest.mark.parametrize("forgery", sorted(set(forgeries.FORGERIES) - {"older shape", "garbage"}))
@pytest.mark.parametrize("runs_on", [True, False])
async def test_a_forged_thread_is_told_to_the_person_who_decides(
    forgery: str, *, runs_on: bool, manual: Stage, runtime: Runtime
):
    scene = await open_scene(manual, runtime, "chargeback")
    await (ways.writes if runs_on else ways.leaves)(*forgeries.FORGERIES[forgery])(scene)
    assert TOLD in reasons(await scene.assert_untouched())
