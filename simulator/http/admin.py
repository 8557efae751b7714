"""The control routes under `/_sim`: add objects, play scenarios, set faults, change disputes, read counts."""

import itertools
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from simulator.errors import StripeError
from simulator.faults import Fault, FaultSettings
from simulator.http.parameters import JsonObject
from simulator.rules import lifecycle
from simulator.session import Session


class ObjectsRequest(BaseModel):
    """The body with objects to add, as Stripe returns them."""

    objects: list[dict[str, Any]]


class ScenarioRequest(BaseModel):
    """Which scenario to play, how often, and how many seconds apart; without a name all scenarios in turn."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    interval: Annotated[float, Field(ge=0)] = 0.0


class EndpointChange(BaseModel):
    """The new URL and signing secret of the webhook endpoint; None leaves either unchanged."""

    model_config = ConfigDict(extra="forbid")

    webhook: str | None = None
    secret: str | None = None


class EventRequest(BaseModel):
    """The type of webhook event to send about a dispute as it is now."""

    type: str


def router(session: Session) -> APIRouter:
    """Build the routes by which tests and the demo control the simulator; they need no key."""
    routes = APIRouter(prefix="/_sim")
    _add_object_routes(routes, session)
    _add_fault_routes(routes, session)
    _add_dispute_routes(routes, session)
    return routes


def _add_object_routes(routes: APIRouter, session: Session) -> None:
    @routes.post("/objects")
    async def objects(body: ObjectsRequest, *, silent: bool = False) -> JsonObject:
        disputes = session.add_objects(check_objects(body.objects), silent=silent)
        return {"added": len(body.objects), "disputes": [find_dispute["id"] for find_dispute in disputes]}

    @routes.post("/scenarios")
    async def scenarios(body: ScenarioRequest) -> JsonObject:
        return {"disputes": play_scenarios(session, body)}

    @routes.get("/counts")
    async def counts() -> JsonObject:
        return asdict(session.counts)


def _add_fault_routes(routes: APIRouter, session: Session) -> None:
    @routes.patch("/knobs")
    async def set_faults(body: dict[str, Any]) -> FaultSettings:
        session.faults.settings = change_settings(session.faults.settings, body)
        return session.faults.settings

    @routes.post("/faults")
    async def arm_fault(body: Fault) -> list[Fault]:
        session.faults.armed.append(body)
        return [fault for fault in session.faults.armed if fault.times]

    @routes.post("/settings")
    async def set_endpoint(body: EndpointChange) -> dict[str, str | None]:
        session.webhooks.endpoint.url = body.webhook or session.webhooks.endpoint.url
        session.webhooks.endpoint.secret = body.secret or session.webhooks.endpoint.secret
        return {"webhook": session.webhooks.endpoint.url}


def _add_dispute_routes(routes: APIRouter, session: Session) -> None:
    @routes.post("/disputes/{identity}/set")
    async def change(identity: str, body: dict[str, Any], *, silent: bool = False) -> JsonObject:
        return change_dispute(session, find_dispute(session, identity), body, silent=silent)

    @routes.post("/disputes/{identity}/send")
    async def send(identity: str, body: EventRequest) -> JsonObject:
        return {"event": session.webhooks.emit(body.type, find_dispute(session, identity))["id"]}

    @routes.get("/files/{identity}")
    async def content(identity: str) -> Response:
        if identity not in session.contents:
            raise HTTPException(404, "No such file, or its content is no longer stored.")
        return Response(session.contents[identity], media_type="application/octet-stream")


def check_objects(objects: list[JsonObject]) -> list[JsonObject]:
    """Return the objects unchanged; raise a 400 for one without `object` and `id`."""
    if all(obj.get("object") and obj.get("id") for obj in objects):
        return objects
    raise StripeError("Every object needs its 'object' and its 'id'.", param="objects")


def change_settings(settings: FaultSettings, changes: JsonObject) -> FaultSettings:
    """Return the fault settings with these changes; raise a 400 for an unknown setting or an impossible value."""
    try:
        return FaultSettings.model_validate({**settings.model_dump(), **changes})
    except ValueError as error:
        raise StripeError(str(error)) from None


def find_dispute(session: Session, identity: str) -> JsonObject:
    """Return a dispute of any account, or raise a 404."""
    stored = session.store.find(identity)
    if stored is None or stored["object"] != "dispute":
        raise StripeError(f"No such dispute: '{identity}'", status=404)
    return stored


def change_dispute(session: Session, current: JsonObject, changes: JsonObject, *, silent: bool = False) -> JsonObject:
    """Change a dispute as the bank or Stripe would, and send the matching webhook events; `silent` sends none.

    `reinstated` is no field: it returns so much of the withdrawal, in minor units of its currency.
    """
    values = dict(changes)
    if returned := values.pop("reinstated", None):
        current = lifecycle.reinstate(session, current, int(returned))
        return change_dispute(session, current, values, silent=silent) if values else current
    status = values.pop("status", current["status"])
    details = {key: values.pop(key) for key in list(values) if key in current["evidence_details"]}
    changed = {**current, **values, "evidence_details": {**current["evidence_details"], **details}}
    if silent:
        return session.save(current, {**changed, "status": status})
    if status == current["status"]:
        return session.save(current, changed, "charge.dispute.updated")
    return _change_status(session, session.store.put(changed), status, due_by=details.get("due_by"))


def _change_status(session: Session, current: JsonObject, status: str, *, due_by: int | None) -> JsonObject:
    if status == "won":
        return lifecycle.win(session, current)
    if status in lifecycle.CLOSED:
        return lifecycle.finish(session, current, status)
    if status == "needs_response" and current["status"].startswith("warning_"):
        return lifecycle.escalate(session, current, due_by=due_by)
    return session.save(current, {**current, "status": status}, "charge.dispute.updated")


def play_scenarios(session: Session, body: ScenarioRequest) -> list[dict[str, str]]:
    """Add the scenarios' objects, one interval apart; return each dispute with its expected route and queue."""
    from simulator.scenarios import SCENARIOS  # noqa: PLC0415 - the API runs without any scenario

    if body.name is not None and body.name not in SCENARIOS:
        raise StripeError(f"No such scenario: {body.name}; there are {', '.join(SCENARIOS)}.", status=404)
    rotation = itertools.cycle([SCENARIOS[body.name]] if body.name else SCENARIOS.values())
    played: list[dict[str, str]] = []
    for index, scenario in enumerate(itertools.islice(rotation, body.count)):
        objects = check_objects(scenario.build(session.store.now(), session.store.new_id("s").removeprefix("s_1Sim")))
        _add_later(session, objects, index * body.interval)
        stored = [obj["id"] for obj in objects if obj["object"] == "dispute"]
        expected = {"scenario": scenario.name, "route": scenario.route, "queue": scenario.queue}
        played += [{"id": identity, **expected} for identity in stored]
    return played


def _add_later(session: Session, objects: list[JsonObject], seconds: float) -> None:
    if seconds:
        session.schedule(seconds, lambda: session.add_objects(objects))
    else:
        session.add_objects(objects)
