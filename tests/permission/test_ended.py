"""A run that ended: whatever is done to its thread, the case stays what it is and nothing is sent again."""

from collections.abc import Awaitable, Callable

import pytest

from graph.build import STEPS
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.permission import forgeries, ways
from tests.permission.scene import ADA, NAMED, VIC, Scene, open_scene

ENDED = {
    "filed": ("chargeback", (1, 0)),
    "accepted": ("close", (0, 1)),
    "fee": ("fee", (1, 0)),
    "appeal": ("appeal", (1, 0)),
}


async def _end(stage: Stage, runtime: Runtime, name: str) -> tuple[Scene, str]:
    scene = await open_scene(stage, runtime, name)
    done = await scene.decide()
    return Scene(stage, runtime, NAMED[name], done), done.state


async def _assert_as_it_was(scene: Scene, state: str, calls: tuple[int, int]) -> None:
    assert await scene.calls() == calls
    now = await scene.record()
    assert now.state == state, f"{state} became {now.state} at once"
    later = await scene.come_by()
    assert await scene.calls() == calls
    assert later.state == state, f"{state} became {later.state}, {later.outcome} once a worker came by"
    assert [filing.state for filing in await scene.stage.deps.filings.of(scene.id)] == ["done"]


@pytest.mark.parametrize("ended", ENDED)
async def test_an_ended_run_that_nobody_touched_stays_as_it_is(ended: str, manual: Stage, runtime: Runtime):
    name, calls = ENDED[ended]
    scene, state = await _end(manual, runtime, name)
    await _assert_as_it_was(scene, state, calls)


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("user", [None, VIC, ADA], ids=["nobody", "a viewer", "a reviewer"])
async def test_going_to_a_step_of_an_ended_run_changes_nothing(
    user: dict[str, str] | None, step: str, ended: str, manual: Stage, runtime: Runtime
):
    name, calls = ENDED[ended]
    scene, state = await _end(manual, runtime, name)
    await ways.goes(step, user=user)(scene)
    await _assert_as_it_was(scene, state, calls)


@pytest.mark.parametrize("ended", ["filed", "accepted"])
@pytest.mark.parametrize("step", STEPS)
async def test_pretending_that_a_step_of_an_ended_run_ended_changes_nothing(
    step: str, ended: str, manual: Stage, runtime: Runtime
):
    name, calls = ENDED[ended]
    scene, state = await _end(manual, runtime, name)
    await ways.writes_nothing(step)(scene)
    await _assert_as_it_was(scene, state, calls)


@pytest.mark.parametrize("ended", ["filed", "accepted"])
@pytest.mark.parametrize("forgery", forgeries.FORGERIES)
async def test_forging_an_ended_run_changes_nothing(forgery: str, ended: str, manual: Stage, runtime: Runtime):
    name, calls = ENDED[ended]
    scene, state = await _end(manual, runtime, name)
    await ways.writes(*forgeries.FORGERIES[forgery])(scene)
    await _assert_as_it_was(scene, state, calls)


async def _run_again(scene: Scene) -> None:
    for user in (None, VIC, ADA):
        await scene.run({"dispute_id": scene.id}, scene.config(user))


async def _run_again_elsewhere(scene: Scene) -> None:
    for user in (None, VIC, ADA):
        await scene.run({"dispute_id": scene.id}, scene.config(user, thread=f"elsewhere-{scene.id}"))


async def _answer_again(scene: Scene) -> None:
    await scene.answer([{"type": "accept", "args": None}], ADA)


async def _rerun_all(scene: Scene) -> None:
    for old in await scene.past():
        await scene.run(None, old)


async def _goes_to_review_and_answers(scene: Scene) -> None:
    await ways.goes("review")(scene)
    await scene.answer([{"type": "accept", "args": None}], ADA)
    await scene.answer({"decision": "redraft"}, ADA)


AGAIN = (_run_again, _run_again_elsewhere, _answer_again, _rerun_all, _goes_to_review_and_answers)


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("again", AGAIN)
async def test_what_was_sent_is_not_sent_again(
    again: Callable[[Scene], Awaitable[None]], ended: str, manual: Stage, runtime: Runtime
):
    name, calls = ENDED[ended]
    scene, state = await _end(manual, runtime, name)
    await again(scene)
    await _assert_as_it_was(scene, state, calls)
