"""One call to a vendor, and the call for its next page."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx
from pydantic import JsonValue

from disputes.errors import Invalid
from tools.sources.http_json import template
from tools.sources.http_json.answer import VendorAnswer, search
from tools.sources.http_json.request import Paging, VendorRequest

Query = dict[str, str | list[str]]


@dataclass(frozen=True)
class VendorCall:
    """One HTTP request; `query` is None for a whole URL that the vendor gave.

    The answer of a call that `has_files` may be larger, and that of one that `is_file` is no JSON.
    """

    method: str
    url: str
    query: Query | None = None
    json: JsonValue = None
    form: dict[str, str] = field(default_factory=dict)
    has_files: bool = False
    is_file: bool = False


def build_call(request: VendorRequest, base: str, values: Mapping[str, str]) -> VendorCall:
    """Return a request filled with values. Raises `Invalid` when a value could change what is asked."""
    query: Query = {name: _fill_query(text, values) for name, text in request.query.items()}
    url = base + template.fill_path(request.path, values)
    body = template.fill_json(request.json_body, values)
    return VendorCall(request.method, url, query, body, has_files=bool(request.documents), is_file=request.is_file)


def next_call(call: VendorCall, paging: Paging, answer: VendorAnswer, *, page: int, records: int) -> VendorCall | None:
    """Return the call for the next page, or None after the last. Raises `Invalid` when it leads to another host."""
    if paging.page:
        return _with_parameter(call, paging.page, str(page + 1)) if records >= paging.size else None
    if paging.cursor:
        cursor = search(paging.cursor, answer.body)
        ended = paging.more is not None and search(paging.more, answer.body) is not True
        return None if ended or not _is_cursor(cursor) else _with_parameter(call, paging.into, cursor)
    url = search(paging.url, answer.body) if paging.url else _link_url(answer)
    return replace(call, url=_same_host(call.url, url), query=None) if isinstance(url, str) and url else None


def _fill_query(text: str | tuple[str, ...], values: Mapping[str, str]) -> str | list[str]:
    return template.fill_text(text, values) if isinstance(text, str) else [template.fill_text(t, values) for t in text]


def _is_cursor(value: JsonValue) -> bool:
    return isinstance(value, (str, int)) and bool(value) and str(value).isprintable()


def _link_url(answer: VendorAnswer) -> str | None:
    links = httpx.Response(200, headers=answer.headers).links
    return links.get("next", {}).get("url")


def _same_host(url: str, following: str) -> str:
    """Return the absolute URL of the next page. Raises `Invalid` for another host, which must not get the token."""
    try:
        here, there = httpx.URL(url), httpx.URL(url).join(following)
    except (httpx.InvalidURL, UnicodeError):
        raise Invalid("names a next page that is no address") from None
    if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
        raise Invalid("names a next page on another host")
    return str(there)


def _with_parameter(call: VendorCall, parameter: str, value: JsonValue) -> VendorCall:
    place, *path = parameter.split(".")
    if place == "query":
        return replace(call, query={**(call.query or {}), ".".join(path): str(value)})
    body = copy.deepcopy(call.json)
    inner = body
    for name in path[:-1]:
        inner = inner.setdefault(name, {}) if isinstance(inner, dict) else None
    if isinstance(inner, dict):
        inner[path[-1]] = value
    return replace(call, json=body)
