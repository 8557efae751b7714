"""One call to a vendor, and the call for the page after it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx
from pydantic import JsonValue

from disputes.errors import Invalid
from tools.sources.http_json import template
from tools.sources.http_json.answer import VendorAnswer, look
from tools.sources.http_json.vendor import Next, Request

Query = dict[str, str | list[str]]


@dataclass(frozen=True)
class VendorCall:
    """What is sent: `query` is None for a whole URL that the vendor gave."""

    method: str
    url: str
    query: Query | None = None
    json: JsonValue = None
    form: dict[str, str] = field(default_factory=dict)


def fill(request: Request, base: str, values: Mapping[str, str]) -> VendorCall:
    """Put known values into a request. Raises `Invalid` when a value could change what is asked."""
    query: Query = {}
    for name, told in request.query.items():
        query[name] = template.text(told, values) if isinstance(told, str) else [template.text(t, values) for t in told]
    url = base + template.path(request.path, values)
    return VendorCall(request.method, url, query, template.body(request.json_body, values))


def after(call: VendorCall, following: Next, answer: VendorAnswer, *, page: int, records: int) -> VendorCall | None:
    """Give the call for the next page, or None after the last. Raises `Invalid` when it leads to another host."""
    if following.page:
        return _with(call, following.page, str(page + 1)) if records >= following.size else None
    if following.cursor:
        cursor = look(following.cursor, answer.body)
        ended = following.more is not None and look(following.more, answer.body) is not True
        return None if ended or not _is_cursor(cursor) else _with(call, following.into, cursor)
    told = look(following.url, answer.body) if following.url else _linked(answer)
    return replace(call, url=_near(call.url, told), query=None) if isinstance(told, str) and told else None


def _is_cursor(found: JsonValue) -> bool:
    return isinstance(found, (str, int)) and bool(found) and str(found).isprintable()


def _linked(answer: VendorAnswer) -> str | None:
    links = httpx.Response(200, headers=answer.headers).links
    return links.get("next", {}).get("url")


def _near(url: str, told: str) -> str:
    """Refuse to carry a token to another host because an answer says so."""
    try:
        here, there = httpx.URL(url), httpx.URL(url).join(told)
    except (httpx.InvalidURL, UnicodeError):
        raise Invalid("names a next page that is no address") from None
    if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
        raise Invalid("names a next page on another host")
    return str(there)


def _with(call: VendorCall, spot: str, value: JsonValue) -> VendorCall:
    place, *path = spot.split(".")
    if place == "query":
        return replace(call, query={**(call.query or {}), ".".join(path): str(value)})
    body = copy.deepcopy(call.json)
    inner = body
    for name in path[:-1]:
        inner = inner.setdefault(name, {}) if isinstance(inner, dict) else None
    if isinstance(inner, dict):
        inner[path[-1]] = value
    return replace(call, json=body)
