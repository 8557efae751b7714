import itertools
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from simulator.errors import StripeError
from simulator.faults import Fault, FaultSettings
from simulator.http.parameters import Thing
from simulator.rules import lifecycle
from simulator.session import Session


class Objects(BaseModel):
    """Objects as Stripe returns them."""

    objects: list[dict[str, Any]]


class Play(BaseModel):
    """Which scenario to play, how often, and how many seconds apart; without a name they take turns."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    interval: Annotated[float, Field(ge=0)] = 0.0


class Target(BaseModel):
    """Another webhook endpoint and the secret that signs for it."""

    model_config = ConfigDict(extra="forbid")

    webhook: str | None = None
    secret: str | None = None


class Sending(BaseModel):
    """The type of event to send about a dispute as it is now."""

    type: str


def router(stage: Session) -> APIRouter:
    """Give the routes by which tests and the demo steer the simulator; they need no key."""
    routes = APIRouter(prefix="/_sim")
    _add_world(routes, stage)
    _add_faults(routes, stage)
    _add_disputes(routes, stage)
    return routes


def _add_world(routes: APIRouter, stage: Session) -> None:
    @routes.post("/objects")
    async def objects(body: Objects, *, silent: bool = False) -> Thing:
        disputes = stage.enter(checked(body.objects), silent=silent)
        return {"added": len(body.objects), "disputes": [dispute["id"] for dispute in disputes]}

    @routes.post("/scenarios")
    async def scenarios(body: Play) -> Thing:
        return {"disputes": play(stage, body)}

    @routes.get("/counts")
    async def counts() -> Thing:
        return asdict(stage.tally)


def _add_faults(routes: APIRouter, stage: Session) -> None:
    @routes.patch("/knobs")
    async def knobs(body: dict[str, Any]) -> FaultSettings:
        stage.trouble.knobs = turned(stage.trouble.knobs, body)
        return stage.trouble.knobs

    @routes.post("/faults")
    async def faults(body: Fault) -> list[Fault]:
        stage.trouble.faults.append(body)
        return [fault for fault in stage.trouble.faults if fault.times]

    @routes.post("/settings")
    async def settings(body: Target) -> dict[str, str | None]:
        stage.webhooks.endpoint.url = body.webhook or stage.webhooks.endpoint.url
        stage.webhooks.endpoint.secret = body.secret or stage.webhooks.endpoint.secret
        return {"webhook": stage.webhooks.endpoint.url}


def _add_disputes(routes: APIRouter, stage: Session) -> None:
    @routes.post("/disputes/{identity}/set")
    async def change(identity: str, body: dict[str, Any], *, silent: bool = False) -> Thing:
        return amend(stage, dispute(stage, identity), body, silent=silent)

    @routes.post("/disputes/{identity}/send")
    async def send(identity: str, body: Sending) -> Thing:
        return {"event": stage.webhooks.emit(body.type, dispute(stage, identity))["id"]}

    @routes.get("/files/{identity}")
    async def content(identity: str) -> Response:
        if identity not in stage.contents:
            raise HTTPException(404, "No such file, or no longer kept.")
        return Response(stage.contents[identity], media_type="application/octet-stream")


def checked(things: list[Thing]) -> list[Thing]:
    """Give the objects back, or raise a 400 for one without `object` and `id`."""
    if all(thing.get("object") and thing.get("id") for thing in things):
        return things
    raise StripeError("Every object needs its 'object' and its 'id'.", param="objects")


def turned(knobs: FaultSettings, changes: Thing) -> FaultSettings:
    """Give the knobs with these changed; raises a 400 for an unknown knob or an impossible value."""
    try:
        return FaultSettings.model_validate({**knobs.model_dump(), **changes})
    except ValueError as error:
        raise StripeError(str(error)) from None


def dispute(stage: Session, identity: str) -> Thing:
    """Give a dispute whoever owns it, or raise a 404."""
    found = stage.world.find(identity)
    if found is None or found["object"] != "dispute":
        raise StripeError(f"No such dispute: '{identity}'", status=404)
    return found


def amend(stage: Session, current: Thing, changes: Thing, *, silent: bool = False) -> Thing:
    """Change a dispute as the bank or Stripe would, with the events that belong to it; `silent` sends none."""
    given = dict(changes)
    status = given.pop("status", current["status"])
    details = {key: given.pop(key) for key in list(given) if key in current["evidence_details"]}
    changed = {**current, **given, "evidence_details": {**current["evidence_details"], **details}}
    if silent:
        return stage.save(current, {**changed, "status": status})
    if status == current["status"]:
        return stage.save(current, changed, "charge.dispute.updated")
    return _move(stage, stage.world.put(changed), status, due_by=details.get("due_by"))


def _move(stage: Session, current: Thing, status: str, *, due_by: int | None) -> Thing:
    if status == "won":
        return lifecycle.win(stage, current)
    if status in lifecycle.CLOSED:
        return lifecycle.finish(stage, current, status)
    if status == "needs_response" and current["status"].startswith("warning_"):
        return lifecycle.escalate(stage, current, due_by=due_by)
    return stage.save(current, {**current, "status": status}, "charge.dispute.updated")


def play(stage: Session, body: Play) -> list[dict[str, str]]:
    """Build the scenarios' objects and start them one interval apart; give each dispute with its known right way."""
    from simulator.scenarios import SCENARIOS  # noqa: PLC0415 - the API runs without any scenario

    if body.name is not None and body.name not in SCENARIOS:
        raise StripeError(f"No such scenario: {body.name}; there are {', '.join(SCENARIOS)}.", status=404)
    turns = itertools.cycle([SCENARIOS[body.name]] if body.name else SCENARIOS.values())
    played: list[dict[str, str]] = []
    for index, scenario in enumerate(itertools.islice(turns, body.count)):
        things = checked(scenario.build(stage.world.now(), stage.world.mint("s").removeprefix("s_1Sim")))
        _enter(stage, things, index * body.interval)
        found = [thing["id"] for thing in things if thing["object"] == "dispute"]
        way = {"scenario": scenario.name, "route": scenario.route, "queue": scenario.queue}
        played += [{"id": identity, **way} for identity in found]
    return played


def _enter(stage: Session, things: list[Thing], seconds: float) -> None:
    if seconds:
        stage.later(seconds, lambda: stage.enter(things))
    else:
        stage.enter(things)
