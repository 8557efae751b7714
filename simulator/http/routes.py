from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from simulator.errors import StripeError
from simulator.http import listing, search
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    FileParameter,
    HashParameter,
    IntegerParameter,
    ListParameter,
    MetadataParameter,
    TextParameter,
    Thing,
)
from simulator.http.resources import PAGING, RESOURCES, Resource
from simulator.rules import files, lifecycle, refunds
from simulator.session import Session
from simulator.state import Caller


@dataclass(frozen=True)
class ApiRequest:
    """One request that is about to be executed: the id of its path, its checked parameters, and who asks."""

    stage: Session
    identity: str
    params: Thing
    caller: Caller


@dataclass(frozen=True)
class ApiRoute:
    """A method and path, the shape of its parameters, the kind it answers with, and what it does."""

    method: str
    path: str
    shape: HashParameter
    kind: str
    act: Callable[[ApiRequest], Awaitable[Thing]]

    @property
    def name(self) -> str:
        """Give the name under which requests are counted."""
        return f"{self.method} {self.path}"


class Router:
    """Finds the route of a request; a path with a fixed word goes before one with an id in its place."""

    def __init__(self, routes: Iterator[ApiRoute]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[tuple[str, ...], ApiRoute]]] = {}
        for route in routes:
            parts = tuple(route.path.split("/"))
            self._routes.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[ApiRoute, str]:
        """Give the route and the id in the path, or raise Stripe's 404 of an unknown URL."""
        given = path.rstrip("/").split("/")
        for parts, route in self._routes.get((method, len(given)), []):
            ids = [value for part, value in zip(parts, given, strict=True) if part == "{id}"]
            if all(part in ("{id}", value) for part, value in zip(parts, given, strict=True)):
                return route, ids[0] if ids else ""
        raise StripeError(f"Unrecognized request URL ({method}: {path}).", status=404)


def routes() -> Iterator[ApiRoute]:
    """Give every route of the simulated API."""
    yield ApiRoute("GET", search.URL, search.SHAPE, "search_result", _search)
    for resource in RESOURCES:
        yield ApiRoute("GET", resource.path, resource.listing(), "list", _browse(resource))
        yield ApiRoute("GET", f"{resource.path}/{{id}}", resource.single(), resource.kind, _retrieve(resource))
    yield ApiRoute("POST", "/v1/disputes/{id}", lifecycle.UPDATE, "dispute", _update)
    yield ApiRoute(
        "POST", "/v1/disputes/{id}/close", HashParameter({"expand": ListParameter(TextParameter())}), "dispute", _close
    )
    yield ApiRoute("POST", "/v1/refunds", refunds.CREATE, "refund", _refund)
    yield ApiRoute("POST", "/v1/files", _UPLOAD, "file", _upload)
    for path, kind, name in _PARTS:
        yield ApiRoute("GET", path, HashParameter(PAGING), "list", _part(path, kind, name))


_PURPOSES = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "identity_document issuing_regulatory_reporting pci_document platform_terms_of_service tax_document_user_upload "
    "terminal_android_apk terminal_reader_splashscreen terminal_wifi_certificate terminal_wifi_private_key"
)
_LINK = HashParameter(
    {"create": BooleanParameter(), "expires_at": IntegerParameter(), "metadata": MetadataParameter()}, ("create",)
)
_UPLOAD = HashParameter(
    {
        "expand": ListParameter(TextParameter()),
        "file": FileParameter(),
        "file_link_data": _LINK,
        "purpose": ChoiceParameter(tuple(_PURPOSES.split())),
    },
    ("file", "purpose"),
)
_PARTS = (
    ("/v1/invoices/{id}/lines", "invoice", "lines"),
    ("/v1/checkout/sessions/{id}/line_items", "checkout.session", "_line_items"),
    ("/v1/payment_intents/{id}/amount_details_line_items", "payment_intent", "_amount_details_line_items"),
)


def _browse(resource: Resource) -> Callable[[ApiRequest], Awaitable[Thing]]:
    return lambda call: listing.browse(call.stage, resource, call.params, call.caller)


def _retrieve(resource: Resource) -> Callable[[ApiRequest], Awaitable[Thing]]:
    return lambda call: listing.retrieve(call.stage, resource, call.identity, call.caller)


def _part(path: str, kind: str, name: str) -> Callable[[ApiRequest], Awaitable[Thing]]:
    async def act(call: ApiRequest) -> Thing:
        owner = call.stage.world.get(kind, call.identity, call.caller)
        items = (owner.get(name) or {}).get("data", [])
        return listing.page(items, call.params, "line item", path.replace("{id}", call.identity))

    return act


async def _search(call: ApiRequest) -> Thing:
    return search.charges(call.stage, call.params, call.caller)


async def _update(call: ApiRequest) -> Thing:
    return lifecycle.update(call.stage, _dispute(call), call.params, call.caller)


async def _close(call: ApiRequest) -> Thing:
    return lifecycle.close(call.stage, _dispute(call), call.caller)


async def _refund(call: ApiRequest) -> Thing:
    return refunds.create(call.stage, call.params, call.caller)


async def _upload(call: ApiRequest) -> Thing:
    return await files.create(call.stage, call.params, call.caller)


def _dispute(call: ApiRequest) -> Thing:
    return call.stage.world.get("dispute", call.identity, call.caller, param="dispute")
