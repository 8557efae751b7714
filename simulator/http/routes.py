"""The routes of the simulated API, and the router that finds one by method and path."""

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
    JsonObject,
    ListParameter,
    MetadataParameter,
    TextParameter,
)
from simulator.http.resources import ACCOUNTS, PAGING, RESOURCES, Resource
from simulator.rules import endpoints, files, lifecycle, refunds
from simulator.session import Session
from simulator.state import Caller


@dataclass(frozen=True)
class ApiRequest:
    """One request ready to be executed: the id in its path, its checked parameters, and its caller."""

    session: Session
    identity: str
    params: JsonObject
    caller: Caller


@dataclass(frozen=True)
class ApiRoute:
    """A method and path, their parameters, the kind of object in the answer, and the handler."""

    method: str
    path: str
    parameters: HashParameter
    kind: str
    handle: Callable[[ApiRequest], Awaitable[JsonObject]]

    @property
    def name(self) -> str:
        """The name under which requests are counted."""
        return f"{self.method} {self.path}"


class Router:
    """Finds the route of a request; a path with a fixed word is matched before one with an id in its place."""

    def __init__(self, routes: Iterator[ApiRoute]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[tuple[str, ...], ApiRoute]]] = {}
        for route in routes:
            parts = tuple(route.path.split("/"))
            self._routes.setdefault((route.method, len(parts)), []).append((parts, route))

    def find(self, method: str, path: str) -> tuple[ApiRoute, str]:
        """Return the route and the id in the path, or raise Stripe's 404 of an unknown URL."""
        segments = path.rstrip("/").split("/")
        for parts, route in self._routes.get((method, len(segments)), []):
            ids = [value for part, value in zip(parts, segments, strict=True) if part == "{id}"]
            if all(part in ("{id}", value) for part, value in zip(parts, segments, strict=True)):
                return route, ids[0] if ids else ""
        raise StripeError(f"Unrecognized request URL ({method}: {path}).", status=404)


def routes() -> Iterator[ApiRoute]:
    """Yield every route of the simulated API."""
    yield ApiRoute("GET", search.URL, search.PARAMETERS, "search_result", _search)
    for resource in RESOURCES:
        yield ApiRoute("GET", resource.path, resource.list_parameters(), "list", _browse(resource))
        yield ApiRoute(
            "GET", f"{resource.path}/{{id}}", resource.retrieve_parameters(), resource.kind, _retrieve(resource)
        )
    yield ApiRoute("GET", ACCOUNTS.path, ACCOUNTS.list_parameters(), "list", _browse(ACCOUNTS))
    yield ApiRoute("POST", "/v1/disputes/{id}", lifecycle.UPDATE_PARAMETERS, "dispute", _update)
    yield ApiRoute(
        "POST", "/v1/disputes/{id}/close", HashParameter({"expand": ListParameter(TextParameter())}), "dispute", _close
    )
    yield ApiRoute("POST", "/v1/refunds", refunds.CREATE_PARAMETERS, "refund", _refund)
    yield ApiRoute("POST", "/v1/webhook_endpoints", endpoints.CREATE_PARAMETERS, "webhook_endpoint", _add_endpoint)
    yield ApiRoute("POST", "/v1/files", _UPLOAD_PARAMETERS, "file", _upload)
    for path, kind, name in _PARTS:
        yield ApiRoute("GET", path, HashParameter(PAGING), "list", _part(path, kind, name))


_PURPOSES = (
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "identity_document issuing_regulatory_reporting pci_document platform_terms_of_service tax_document_user_upload "
    "terminal_android_apk terminal_reader_splashscreen terminal_wifi_certificate terminal_wifi_private_key"
)
_LINK_PARAMETERS = HashParameter(
    {"create": BooleanParameter(), "expires_at": IntegerParameter(), "metadata": MetadataParameter()}, ("create",)
)
_UPLOAD_PARAMETERS = HashParameter(
    {
        "expand": ListParameter(TextParameter()),
        "file": FileParameter(),
        "file_link_data": _LINK_PARAMETERS,
        "purpose": ChoiceParameter(tuple(_PURPOSES.split())),
    },
    ("file", "purpose"),
)
_PARTS = (
    ("/v1/invoices/{id}/lines", "invoice", "lines"),
    ("/v1/checkout/sessions/{id}/line_items", "checkout.session", "_line_items"),
    ("/v1/payment_intents/{id}/amount_details_line_items", "payment_intent", "_amount_details_line_items"),
)


def _browse(resource: Resource) -> Callable[[ApiRequest], Awaitable[JsonObject]]:
    return lambda request: listing.list_page(request.session, resource, request.params, request.caller)


def _retrieve(resource: Resource) -> Callable[[ApiRequest], Awaitable[JsonObject]]:
    return lambda request: listing.retrieve(request.session, resource, request.identity, request.caller)


def _part(path: str, kind: str, name: str) -> Callable[[ApiRequest], Awaitable[JsonObject]]:
    async def handle(request: ApiRequest) -> JsonObject:
        owner = request.session.store.get(kind, request.identity, request.caller)
        items = (owner.get(name) or {}).get("data", [])
        return listing.page(items, request.params, "line item", path.replace("{id}", request.identity))

    return handle


async def _search(request: ApiRequest) -> JsonObject:
    return search.charges(request.session, request.params, request.caller)


async def _update(request: ApiRequest) -> JsonObject:
    return lifecycle.update(request.session, _dispute(request), request.params, request.caller)


async def _close(request: ApiRequest) -> JsonObject:
    return lifecycle.close(request.session, _dispute(request), request.caller)


async def _refund(request: ApiRequest) -> JsonObject:
    return refunds.create(request.session, request.params, request.caller)


async def _add_endpoint(request: ApiRequest) -> JsonObject:
    return endpoints.create(request.session, request.params, request.caller)


async def _upload(request: ApiRequest) -> JsonObject:
    return await files.create(request.session, request.params, request.caller)


def _dispute(request: ApiRequest) -> JsonObject:
    return request.session.store.get("dispute", request.identity, request.caller, param="dispute")
