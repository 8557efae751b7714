"""Every way into a waiting run that does not go through a stored verdict of a person, by name."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from langgraph.types import Command, Send

from graph.build import STEPS
from tests.permission.forgeries import FORGERIES, all_of_it, verdict_of
from tests.permission.scene import ADA, VIC, Scene

Way = Callable[[Scene], Awaitable[None]]


def writes(step: str, forged: Callable[[Scene], dict[str, Any]]) -> Way:
    """Return the way of writing values as a step and running on with nobody signed in."""

    async def go(scene: Scene) -> None:
        await scene.write(forged(scene), step)
        await scene.run()

    return go


def leaves(step: str, forged: Callable[[Scene], dict[str, Any]]) -> Way:
    """Return the way of writing values as a step, so that the next worker finds them."""

    async def go(scene: Scene) -> None:
        await scene.write(forged(scene), step)

    return go


WAYS: dict[str, Way] = {
    **{f"forged {name}, run by nobody": writes(*forgery) for name, forgery in FORGERIES.items()},
    **{f"forged {name}, left for a worker": leaves(*forgery) for name, forgery in FORGERIES.items()},
}


def goes(
    step: str, *, user: dict[str, str] | None = None, update: Callable[[Scene], dict[str, Any]] | None = None
) -> Way:
    async def go(scene: Scene) -> None:
        command: Command[Any] = Command(goto=step, update=update(scene) if update else None)
        await scene.run(command, scene.config(user))

    return go


def sends(step: str) -> Way:
    async def go(scene: Scene) -> None:
        values = await scene.values()
        forged: Any = Send(step, values | all_of_it(scene))
        await scene.run(Command(goto=forged))
        whole: Any = Send(step, values)
        await scene.run(Command(goto=whole))

    return go


def sends_whole(step: str) -> Way:
    async def go(scene: Scene) -> None:
        whole: Any = Send(step, await scene.values())
        await scene.run(Command(goto=whole))

    return go


def writes_nothing(step: str) -> Way:
    """Return the way of pretending that a step ended, which changes no value and so breaks no seal."""

    async def go(scene: Scene) -> None:
        await scene.write(None, step)
        await scene.run()

    return go


def leaves_nothing(step: str) -> Way:
    async def go(scene: Scene) -> None:
        await scene.write(None, step)

    return go


async def _resume_with_update(scene: Scene) -> None:
    await scene.run(Command(resume=verdict_of(scene), update=all_of_it(scene)), scene.config())


async def _answer_of_nobody(scene: Scene) -> None:
    await scene.answer(verdict_of(scene), None)
    await scene.answer([{"type": "accept", "args": None}], None)
    await scene.answer({"verdict": scene.shown.version}, None)


async def _answer_of_a_viewer(scene: Scene) -> None:
    await scene.answer(verdict_of(scene), VIC)


async def _answer_of_an_unknown_role(scene: Scene) -> None:
    await scene.answer(verdict_of(scene), {"identity": "ada", "role": "admin"})
    await scene.answer(verdict_of(scene), {"identity": "ada"})


async def _answer_of_one_whose_token_is_gone(scene: Scene) -> None:
    await scene.answer(verdict_of(scene), {"identity": "gone", "role": "reviewer"})


async def _forged_fence(scene: Scene) -> None:
    lease: Any = {"dispute_id": scene.id, "fence": 1_000_000}
    for more in ({"fence": 1_000_000}, {"lease": lease}, {"lease": lease, "fence": 1, "by_worker": True}):
        await scene.write(all_of_it(scene), "review")
        await scene.run(None, scene.config(**more))
        await scene.run(Command(resume=verdict_of(scene)), scene.config(**more))


async def _input_that_says_all(scene: Scene) -> None:
    await scene.run({"dispute_id": scene.id, **all_of_it(scene)}, scene.config())
    await scene.run({"dispute_id": scene.id, **all_of_it(scene)}, scene.config(VIC))


async def _rerun_of_every_checkpoint(scene: Scene) -> None:
    for old in await scene.past():
        await scene.run(None, old)


async def _fork_of_every_checkpoint(scene: Scene) -> None:
    for old in await scene.past():
        for step in ("router", "review", "stage"):
            try:
                fork = await scene.stage.graph.aupdate_state(old, all_of_it(scene), as_node=step)
            except Exception:  # noqa: BLE001, S112 - what a fork may not be made of is none
                continue
            await scene.run(None, fork)


async def _copied_thread(scene: Scene) -> None:
    copy, values = str(uuid.uuid4()), await scene.values()
    for forged in ({}, all_of_it(scene)):
        await scene.write(values | forged, "review", thread=copy)
        await scene.run(None, scene.config(thread=copy))
        await scene.write(values | forged, "announce", thread=copy)
        await scene.run(None, scene.config(ADA, thread=copy))
        await scene.answer(verdict_of(scene), ADA, thread=copy)


async def _old_values_written_back(scene: Scene) -> None:
    """Write back, seal and all, what the thread said at each earlier moment."""
    past = [snapshot.values async for snapshot in scene.stage.graph.aget_state_history(scene.config())]
    for values in past:
        for step in ("router", "review", "stage"):
            await scene.write(dict(values), step)
            await scene.run()


WAYS |= {
    **{f"goto {step} by nobody": goes(step) for step in STEPS},
    **{f"goto {step} with forged values": goes(step, update=all_of_it) for step in STEPS},
    **{f"goto {step} by a viewer": goes(step, user=VIC) for step in ("load", "stage", "submit", "accept")},
    **{f"sent to {step}": sends(step) for step in ("stage", "submit", "accept", "record_outcome")},
    **{f"nothing written as {step}, run by nobody": writes_nothing(step) for step in STEPS},
    **{f"nothing written as {step}, left for a worker": leaves_nothing(step) for step in STEPS},
    "resumed with an update": _resume_with_update,
    "answered by nobody": _answer_of_nobody,
    "answered by a viewer": _answer_of_a_viewer,
    "answered by an unknown role": _answer_of_an_unknown_role,
    "answered by one whose token is gone": _answer_of_one_whose_token_is_gone,
    "forged fence and lease": _forged_fence,
    "started again with everything in the input": _input_that_says_all,
    "rerun of every checkpoint": _rerun_of_every_checkpoint,
    "fork of every checkpoint": _fork_of_every_checkpoint,
    "copied thread": _copied_thread,
    "old values written back": _old_values_written_back,
}
