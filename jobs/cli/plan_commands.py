"""The commands about deadlines: `rebut plan` of one case, `rebut last-chance` of the lanes of a policy."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, get_args

import typer

from disputes.errors import Invalid
from disputes.lifecycle import plan_change
from disputes.messages import countdown
from disputes.policy.deadlines import Chosen, LastChance, write
from disputes.repositories.plans import PlanChange
from graph import plan_changes
from graph.plan_changes import LaneChoice, PlannedCase
from graph.wiring.deps import Deps
from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings
from jobs.cli.terminal import read_settings, run

BY = typer.Option(help="Who wants it: the name of a reviewer.")
POLICY = "policy"
"""The choice that gives a lane back to the policy."""


def plan(  # noqa: PLR0913 - each is an option of the command line
    dispute_id: str,
    *,
    last_chance: Annotated[
        str | None, typer.Option(help="What happens at the end: file, smart_disputes, accept or call.")
    ] = None,
    claimed: Annotated[str | None, typer.Option(help="When somebody should have claimed it, in ISO 8601.")] = None,
    reminder: Annotated[str | None, typer.Option(help="When people are reminded.")] = None,
    escalation: Annotated[str | None, typer.Option(help="When it is escalated.")] = None,
    at: Annotated[str | None, typer.Option(help="When the last chance comes.")] = None,
    by: Annotated[str, BY] = "",
) -> None:
    """Show when people are called on a case and what happens at its end, or change that."""
    times = {"claimed": claimed, "reminder": reminder, "escalation": escalation, "last_chance": at}
    changes = bool(last_chance or any(times.values()))
    if changes != bool(by):
        raise typer.BadParameter("a change needs what is changed, and --by with the name of a reviewer")
    wanted = plan_change.read(read_choice(last_chance) if last_chance else None, times)
    _print(run(_plan(read_settings(), dispute_id, wanted if changes else None, by)))


async def _plan(settings: Settings, dispute_id: str, wanted: PlanChange | None, by: str) -> list[str]:
    async with open_runtime(settings) as runtime:
        deps = runtime.deps
        if wanted:
            await change(deps, dispute_id, wanted, by=by)
        return list(describe(await _find(deps, dispute_id), deps.now()))


async def change(deps: Deps, dispute_id: str, wanted: PlanChange, *, by: str) -> None:
    """Change the plan of a case. Raises `Invalid` with a sentence, as when `by` is no reviewer."""
    await _check_reviewer(deps, by)
    await plan_changes.change(deps, await _find(deps, dispute_id), wanted, by=by)


async def _find(deps: Deps, dispute_id: str) -> PlannedCase:
    found = await plan_changes.find(deps, dispute_id)
    if found is None:
        raise Invalid(f"There is no plan of a dispute {dispute_id}.")
    return found


async def _check_reviewer(deps: Deps, name: str) -> None:
    if not await deps.users.is_reviewer(name):
        raise Invalid(f"{name} is no reviewer; rebut token {name} --role reviewer makes one.")


def describe(found: PlannedCase, now: datetime) -> Iterator[str]:
    """Yield the lines that show a plan: until when, its timers on the merchant's clocks, and the end."""
    planned, zone = found.plan, found.zone
    yield f"{planned.dispute_id}: {planned.stage}, due {countdown.write_due(planned.due_by, now, zone)}"
    contact = f"first touched {write(planned.contacted_at, zone)}" if planned.contacted_at else "touched by nobody yet"
    yield f"In {planned.queue or 'no queue yet'}, claimed by {planned.claimed_by or 'nobody'}, {contact}."
    for timer in planned.timers:
        state = f"done {write(timer.fired_at, zone)}" if timer.fired_at else "to come"
        moved = f", set by {timer.by}" if timer.by else ""
        yield f"  {timer.name:<12} {write(timer.at, zone)}  ({state}{moved})"
    yield f"At the last chance: {_say(found.last) if found.last else 'not known before a run has read the dispute'}."


def last_chance(
    lane: Annotated[str | None, typer.Argument(help="The name of a lane of the policy.")] = None,
    choice: Annotated[
        str | None, typer.Argument(help="file, smart_disputes, accept or call; policy gives it back.")
    ] = None,
    *,
    account: Annotated[str | None, typer.Option(help="A Connect account.")] = None,
    by: Annotated[str, BY] = "",
) -> None:
    """List what happens at the last chance to each lane's cases, or store another choice under a reviewer's name."""
    if len({bool(lane), bool(choice), bool(by)}) > 1 or (account and not lane):
        raise typer.BadParameter("name a lane, a choice, and --by with the name of a reviewer, or none of them")
    wanted = {"lane": lane or "", "choice": choice or "", "by": by}
    _print(run(_last_chance(read_settings(), wanted, account)))


async def _last_chance(settings: Settings, wanted: Mapping[str, str], account: str | None) -> list[str]:
    async with open_runtime(settings) as runtime:
        if wanted["lane"]:
            return [describe_lane(await choose(runtime.deps, account=account, **wanted))]
        return list(map(describe_lane, await plan_changes.list_lanes(runtime.deps)))


async def choose(deps: Deps, *, lane: str, choice: str, account: str | None, by: str) -> LaneChoice:
    """Store a choice for a lane; `policy` gives it back. Raises `Invalid` with a sentence."""
    await _check_reviewer(deps, by)
    chosen = None if choice == POLICY else read_choice(choice)
    stored = await plan_changes.choose_for_lane(deps, lane, chosen, account=account, by=by)
    if stored is None:
        raise Invalid(f"The policy has no lane {lane}; rebut last-chance lists them.")
    return stored


def read_choice(said: str) -> LastChance:
    """Return a choice for the last chance as it was written. Raises `Invalid`."""
    for choice in get_args(LastChance):
        if said == choice:
            return choice  # type: ignore[no-any-return]  # get_args forgets the type
    raise Invalid(f"{said} is nothing that can happen at the last chance: {', '.join(get_args(LastChance))}.")


def describe_lane(lane: LaneChoice) -> str:
    """Return the line that shows a lane, with a stored choice that counts for nothing."""
    owner = f" of {lane.account}" if lane.account else ""
    idle = lane.stored is not None and not lane.chosen.by
    gone = (
        f"; {lane.stored.by}, who is no reviewer any more, wanted {lane.stored.choice}" if lane.stored and idle else ""
    )
    return f"{lane.lane}{owner} ({lane.queue}): {_say(lane.chosen)}{gone}"


def _say(chosen: Chosen) -> str:
    return f"{chosen.choice}, as {f'{chosen.by} wants' if chosen.by else 'the policy says'}"


def _print(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
