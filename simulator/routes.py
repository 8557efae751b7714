from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from simulator import files, lifecycle, listing, refunds, search
from simulator.refusal import Refusal
from simulator.resources import PAGING, RESOURCES, Resource
from simulator.shapes import Choice, Flag, Hash, Labels, Many, Text, Thing, Upload, Whole
from simulator.stage import Stage
from simulator.state import Caller


@dataclass(frozen=True)
class Call:
    """One request that is about to be executed: the id of its path, its checked parameters, and who asks."""

    stage: Stage
    identity: str
    params: Thing
    caller: Caller


@dataclass(frozen=True)
class Route:
    """A method and path, the shape of its parameters, the kind it answers with, and what it does."""

    method: str
    path: str
    shape: Hash
    kind: str
    act: Callable[[Call], Awaitable[Thing]]

    @property
    def name(self) -> str:
        """Give the name under which requests are counted."""
        return f"{self.method} {self.path}"


class Router:
    """Finds the route of a request; a path with a fixed word goes before one with an id in its place."""

    def __init__(self, routes: Iterator[Route]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in routes:
            parts = tuple(route.path.split("/"))
            self._routes.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[Route, str]:
        """Give the route and the id in the path, or raise Stripe's 404 of an unknown URL."""
        given = path.rstrip("/").split("/")
        for parts, route in self._routes.get((method, len(given)), []):
            ids = [value for part, value in zip(parts, given, strict=True) if part == "{id}"]
            if all(part in ("{id}", value) for part, value in zip(parts, given, strict=True)):
                return route, ids[0] if ids else ""
        raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)


def routes() -> Iterator[Route]:
    """Give every route of the simulated API."""
    yield Route("GET", search.URL, search.SHAPE, "search_result", _search)
    for resource in RESOURCES:
        yield Route("GET", resource.path, resource.listing(), "list", _browse(resource))
        yield Route("GET", f"{resource.path}/{{id}}", resource.single(), resource.kind, _retrieve(resource))
    yield Route("POST", "/v1/disputes/{id}", lifecycle.UPDATE, "dispute", _update)
    yield Route("POST", "/v1/disputes/{id}/close", Hash({"expand": Many(Text())}), "dispute", _close)
    yield Route("POST", "/v1/refunds", refunds.CREATE, "refund", _refund)
    yield Route("POST", "/v1/files", _UPLOAD, "file", _upload)
    for path, kind, name in _PARTS:
        yield Route("GET", path, Hash(PAGING), "list", _part(path, kind, name))


_PURPOSES = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "identity_document issuing_regulatory_reporting pci_document platform_terms_of_service tax_document_user_upload "
    "terminal_android_apk terminal_reader_splashscreen terminal_wifi_certificate terminal_wifi_private_key"
)
_LINK = Hash({"create": Flag(), "expires_at": Whole(), "metadata": Labels()}, ("create",))
_UPLOAD = Hash(
    {
        "expand": Many(Text()),
        "file": Upload(),
        "file_link_data": _LINK,
        "purpose": Choice(tuple(_PURPOSES.split())),
    },
    ("file", "purpose"),
)
_PARTS = (
    ("/v1/invoices/{id}/lines", "invoice", "lines"),
    ("/v1/checkout/sessions/{id}/line_items", "checkout.session", "_line_items"),
    ("/v1/payment_intents/{id}/amount_details_line_items", "payment_intent", "_amount_details_line_items"),
)


def _browse(resource: Resource) -> Callable[[Call], Awaitable[Thing]]:
    return lambda call: listing.browse(call.stage, resource, call.params, call.caller)


def _retrieve(resource: Resource) -> Callable[[Call], Awaitable[Thing]]:
    return lambda call: listing.retrieve(call.stage, resource, call.identity, call.caller)


def _part(path: str, kind: str, name: str) -> Callable[[Call], Awaitable[Thing]]:
    async def act(call: Call) -> Thing:
        owner = call.stage.world.get(kind, call.identity, call.caller)
        items = (owner.get(name) or {}).get("data", [])
        return listing.page(items, call.params, "line item", path.replace("{id}", call.identity))

    return act


async def _search(call: Call) -> Thing:
    return search.charges(call.stage, call.params, call.caller)


async def _update(call: Call) -> Thing:
    return lifecycle.update(call.stage, _dispute(call), call.params, call.caller)


async def _close(call: Call) -> Thing:
    return lifecycle.close(call.stage, _dispute(call), call.caller)


async def _refund(call: Call) -> Thing:
    return refunds.create(call.stage, call.params, call.caller)


async def _upload(call: Call) -> Thing:
    return await files.create(call.stage, call.params, call.caller)


def _dispute(call: Call) -> Thing:
    return call.stage.world.get("dispute", call.identity, call.caller, param="dispute")
