from simulator.errors import malformed, missing
from simulator.fields import INDEXED
from simulator.http.expansion import envelope
from simulator.http.parameters import Thing
from simulator.http.resources import Resource
from simulator.session import Session
from simulator.state import Caller, render

MOST = 100


def page(things: list[Thing], params: Thing, noun: str, url: str) -> Thing:
    """Give one page of objects that are already in order; limits are 1 to 100, 10 unless given."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= MOST:
        raise malformed(f"Limit must be between 1 and {MOST} (it is {limit}).", "limit", "parameter_invalid_integer")
    if "starting_after" in params:
        things = things[_place(things, params["starting_after"], noun, "starting_after") + 1 :]
    if "ending_before" in params:
        things = things[: _place(things, params["ending_before"], noun, "ending_before")]
        return envelope([render(thing) for thing in things[-limit:]], url, more=len(things) > limit)
    return envelope([render(thing) for thing in things[:limit]], url, more=len(things) > limit)


def _place(things: list[Thing], identity: str, noun: str, param: str) -> int:
    for index, thing in enumerate(things):
        if thing["id"] == identity:
            return index
    raise missing(noun, identity, param)


async def retrieve(stage: Session, resource: Resource, identity: str, caller: Caller) -> Thing:
    """Give one object of a resource."""
    return stage.world.get(resource.kind, identity, caller, noun=resource.noun, param=resource.param)


async def browse(stage: Session, resource: Resource, params: Thing, caller: Caller) -> Thing:
    """Give one page of a resource, newest first."""
    given = {name: value for name, value in params.items() if name in resource.filters}
    # The index knows fields by their name at the top: an invoice's subscription stands deeper.
    exact = {name: value for name, value in given.items() if name in INDEXED and resource.filters[name].path == name}
    things = stage.world.every(resource.kind, caller, **exact)
    for name, value in given.items():
        if name not in exact:
            things = [thing for thing in things if resource.filters[name].passes(thing, value)]
    if resource.kind == "subscription" and "status" not in given:
        things = [thing for thing in things if thing.get("status") != "canceled"]
    return page(things, params, resource.noun, resource.path)
