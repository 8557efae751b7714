"""The list and retrieve requests of every resource."""

from simulator.errors import invalid_parameter, not_found
from simulator.fields import INDEXED
from simulator.http.expansion import list_object
from simulator.http.parameters import JsonObject
from simulator.http.resources import Resource
from simulator.session import Session
from simulator.state import Caller, render

MAX_LIMIT = 100


def page(objects: list[JsonObject], params: JsonObject, noun: str, url: str) -> JsonObject:
    """Return one page of objects that are already in order; the limit is 1 to 100, by default 10."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid_parameter(
            f"Limit must be between 1 and {MAX_LIMIT} (it is {limit}).", "limit", "parameter_invalid_integer"
        )
    if "starting_after" in params:
        objects = objects[_index_of(objects, params["starting_after"], noun, "starting_after") + 1 :]
    if "ending_before" in params:
        objects = objects[: _index_of(objects, params["ending_before"], noun, "ending_before")]
        return list_object([render(obj) for obj in objects[-limit:]], url, more=len(objects) > limit)
    return list_object([render(obj) for obj in objects[:limit]], url, more=len(objects) > limit)


def _index_of(objects: list[JsonObject], identity: str, noun: str, param: str) -> int:
    for index, obj in enumerate(objects):
        if obj["id"] == identity:
            return index
    raise not_found(noun, identity, param)


async def retrieve(session: Session, resource: Resource, identity: str, caller: Caller) -> JsonObject:
    """Return one object of a resource."""
    return session.store.get(resource.kind, identity, caller, noun=resource.noun, param=resource.param)


async def list_page(session: Session, resource: Resource, params: JsonObject, caller: Caller) -> JsonObject:
    """Return one page of a resource, newest first."""
    values = {name: value for name, value in params.items() if name in resource.filters}
    # The index covers top-level fields only: an invoice's subscription is nested deeper.
    exact = {name: value for name, value in values.items() if name in INDEXED and resource.filters[name].path == name}
    objects = session.store.list_objects(resource.kind, caller, **exact)
    for name, value in values.items():
        if name not in exact:
            objects = [obj for obj in objects if resource.filters[name].matches(obj, value)]
    if resource.kind == "subscription" and "status" not in values:
        objects = [obj for obj in objects if obj.get("status") != "canceled"]
    return page(objects, params, resource.noun, resource.path)
