"""The gateway of the simulated API: authentication, faults, idempotency keys, and the JSON answer."""

import asyncio
import base64
import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator.errors import StripeError, rate_limited, server_error
from simulator.faults import FaultKind
from simulator.http.expansion import expand
from simulator.http.idempotency import digest
from simulator.http.parameters import parse_pairs
from simulator.http.routes import ApiRequest, ApiRoute, Router, routes
from simulator.rules.files import Upload
from simulator.rules.limits import page_limit_error
from simulator.session import Session
from simulator.state import Caller
from simulator.webhooks import API_VERSION

KEYS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


class DroppedResponse(Response):
    """A response that never arrives: after `hang` seconds the connection closes without the announced body."""

    def __init__(self, hang: float) -> None:
        super().__init__()
        self._hang = hang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Announce one byte and send none, which makes the server close the connection."""
        await asyncio.sleep(self._hang)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


@dataclass(frozen=True)
class Result:
    """A status and a JSON body, and whether it is the stored answer of an earlier request."""

    status: int
    body: str
    replayed: bool = False


class Gateway:
    """Answers `/v1` as Stripe does: API key, faults, parameters, idempotency key, then execution."""

    def __init__(self, session: Session) -> None:
        self._session, self._router = session, Router(routes())

    async def serve(self, request: Request) -> Response:
        """Answer one request; a `StripeError` becomes Stripe's JSON error."""
        session = self._session
        session.counts.requests += 1
        headers = {"Request-Id": session.store.new_id("req"), "Stripe-Version": API_VERSION}
        fault: FaultKind | None = None
        try:
            caller = authenticate(request, headers["Request-Id"])
            route, identity = self._router.find(request.method, request.url.path)
            session.counts.by_route[route.name] = session.counts.by_route.get(route.name, 0) + 1
            fault = await self._apply_fault(request)
            result = await self._handle(request, route, identity, (caller, fault))
        except _LostRequest:
            return DroppedResponse(session.faults.settings.hang)
        except StripeError as error:
            result = Result(error.status, json.dumps(error.body()))
            headers |= error.headers
        if fault == "timeout_after":
            return DroppedResponse(session.faults.settings.hang)
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        if key := request.headers.get("idempotency-key"):
            headers["Idempotency-Key"] = key
        return Response(result.body, result.status, headers, "application/json")

    async def _apply_fault(self, request: Request) -> FaultKind | None:
        faults = self._session.faults
        if faults.settings.latency:
            await asyncio.sleep(faults.settings.latency)
        fault = faults.for_request(request.method, request.url.path)
        if fault in ("timeout_before", "reset"):
            raise _LostRequest
        if fault in ("429", "lock_timeout"):
            raise rate_limited("global-rate" if fault == "429" else "lock_timeout")
        return fault

    async def _handle(
        self, request: Request, route: ApiRoute, identity: str, context: tuple[Caller, FaultKind | None]
    ) -> Result:
        caller, fault = context
        params = route.parameters.read(parse_pairs(await read_pairs(request)), "")
        api_request = ApiRequest(self._session, identity, params, caller)
        if request.method == "POST":
            # a path that cannot be expanded must be refused before the request is executed, not after it
            expand(self._session.store, {"object": route.kind, "id": ""}, params.get("expand", []), caller)
        if request.method != "POST" or not caller.idempotency_key:
            return await self._execute(route, api_request, fault)
        scope = f"{caller.livemode} {caller.account}"
        request_digest = digest(request.method, request.url.path, params)
        return await self._execute_once((scope, caller.idempotency_key), request_digest, route, (api_request, fault))

    async def _execute_once(
        self, key: tuple[str, str], request_digest: str, route: ApiRoute, execution: tuple[ApiRequest, FaultKind | None]
    ) -> Result:
        keys = self._session.keys
        if stored := keys.begin(key, request_digest, self._session.store.now()):
            return Result(stored.status or 0, stored.body, replayed=True)
        try:
            result = await self._execute(route, *execution)
        except StripeError as error:
            if error.executed:
                keys.store(key, error.status, json.dumps(error.body()))
            else:
                keys.release(key)
            raise
        except BaseException:
            keys.release(key)
            raise
        keys.store(key, result.status, result.body)
        return result

    async def _execute(self, route: ApiRoute, api_request: ApiRequest, fault: FaultKind | None) -> Result:
        if fault == "500":
            raise server_error()
        if fault == "page_limit":
            raise page_limit_error()
        if fault == "slow":
            await asyncio.sleep(self._session.faults.settings.hang)
        obj = await route.handle(api_request)
        return Result(
            200,
            json.dumps(
                expand(api_request.session.store, obj, api_request.params.get("expand", []), api_request.caller)
            ),
        )


class _LostRequest(Exception):
    """The request is lost before it is executed."""


def authenticate(request: Request, request_id: str) -> Caller:
    """Read the caller from the secret key (Bearer, or the user name of Basic) and the Stripe-Account header.

    Raises a 401 `StripeError` for a missing or malformed key.
    """
    key = _secret(request.headers.get("authorization", ""))
    if not key:
        raise StripeError("You did not provide an API key.", status=401)
    if not key.startswith(KEYS) or key in KEYS:
        raise StripeError(f"Invalid API Key provided: {key[:7]}****", status=401)
    caller = Caller(key.startswith(("sk_live_", "rk_live_")), request.headers.get("stripe-account"), request_id)
    return replace(caller, idempotency_key=request.headers.get("idempotency-key"))


def _secret(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return value.strip() if scheme.lower() == "bearer" else ""


async def read_pairs(request: Request) -> list[tuple[str, object]]:
    """Read the parameters of the query and the body, with uploads read completely."""
    query_pairs: list[tuple[str, object]] = list(request.query_params.multi_items())
    if request.method != "POST":
        return query_pairs
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            return query_pairs + await _form_pairs(form)
    body = (await request.body()).decode("utf-8", "replace")
    return query_pairs + list(parse_qsl(body, keep_blank_values=True))


async def _form_pairs(form: FormData) -> list[tuple[str, object]]:
    parts: list[tuple[str, object]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            parts.append((name, Upload(value.filename or "blob", await value.read())))
        else:
            parts.append((name, value))
    return parts
