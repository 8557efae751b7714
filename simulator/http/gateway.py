import asyncio
import base64
import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator.errors import StripeError, broken, throttled
from simulator.faults import Kind
from simulator.http.expansion import expand
from simulator.http.idempotency import digest
from simulator.http.parameters import nested
from simulator.http.routes import ApiRequest, ApiRoute, Router, routes
from simulator.rules.files import Blob
from simulator.rules.limits import too_long
from simulator.session import Session
from simulator.state import Caller
from simulator.webhooks import API_VERSION

KEYS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


class Severed(Response):
    """A connection that breaks: after a while it closes with no body where one was promised."""

    def __init__(self, hang: float) -> None:
        super().__init__()
        self._hang = hang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Promise one byte and send none, which makes the server close the connection."""
        await asyncio.sleep(self._hang)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


@dataclass(frozen=True)
class Result:
    """A status and a JSON body, and whether it was kept from an earlier request."""

    status: int
    body: str
    replayed: bool = False


class Gateway:
    """Answers `/v1` as Stripe does: key, faults, parameters, idempotency, then the deed."""

    def __init__(self, stage: Session) -> None:
        self._stage, self._router = stage, Router(routes())

    async def serve(self, request: Request) -> Response:
        """Answer one request; a refusal becomes Stripe's JSON error."""
        stage = self._stage
        stage.tally.requests += 1
        headers = {"Request-Id": stage.world.mint("req"), "Stripe-Version": API_VERSION}
        fate: Kind | None = None
        try:
            caller = authenticate(request, headers["Request-Id"])
            route, identity = self._router.find(request.method, request.url.path)
            stage.tally.by_route[route.name] = stage.tally.by_route.get(route.name, 0) + 1
            fate = await self._fate(request)
            result = await self._run(request, route, identity, (caller, fate))
        except _Gone:
            return Severed(stage.trouble.knobs.hang)
        except StripeError as refusal:
            result = Result(refusal.status, json.dumps(refusal.body()))
            headers |= refusal.headers
        if fate == "timeout_after":
            return Severed(stage.trouble.knobs.hang)
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        if key := request.headers.get("idempotency-key"):
            headers["Idempotency-Key"] = key
        return Response(result.body, result.status, headers, "application/json")

    async def _fate(self, request: Request) -> Kind | None:
        trouble = self._stage.trouble
        if trouble.knobs.latency:
            await asyncio.sleep(trouble.knobs.latency)
        fate = trouble.request(request.method, request.url.path)
        if fate in ("timeout_before", "reset"):
            raise _Gone
        if fate in ("429", "lock_timeout"):
            raise throttled("global-rate" if fate == "429" else "lock_timeout")
        return fate

    async def _run(
        self, request: Request, route: ApiRoute, identity: str, context: tuple[Caller, Kind | None]
    ) -> Result:
        caller, fate = context
        params = route.shape.read(nested(await pairs(request)), "")
        call = ApiRequest(self._stage, identity, params, caller)
        if request.method == "POST":
            # a path that cannot be expanded must be refused before the deed, not after it
            expand(self._stage.world, {"object": route.kind, "id": ""}, params.get("expand", []), caller)
        if request.method != "POST" or not caller.idempotency_key:
            return await self._do(route, call, fate)
        scope = f"{caller.livemode} {caller.account}"
        asked = digest(request.method, request.url.path, params)
        return await self._once((scope, caller.idempotency_key), asked, route, (call, fate))

    async def _once(
        self, key: tuple[str, str], asked: str, route: ApiRoute, deed: tuple[ApiRequest, Kind | None]
    ) -> Result:
        keys = self._stage.keys
        if known := keys.begin(key, asked, self._stage.world.now()):
            return Result(known.status or 0, known.body, replayed=True)
        try:
            result = await self._do(route, *deed)
        except StripeError as refusal:
            if refusal.executed:
                keys.keep(key, refusal.status, json.dumps(refusal.body()))
            else:
                keys.release(key)
            raise
        except BaseException:
            keys.release(key)
            raise
        keys.keep(key, result.status, result.body)
        return result

    async def _do(self, route: ApiRoute, call: ApiRequest, fate: Kind | None) -> Result:
        if fate == "500":
            raise broken()
        if fate == "page_limit":
            raise too_long()
        if fate == "slow":
            await asyncio.sleep(self._stage.trouble.knobs.hang)
        thing = await route.act(call)
        return Result(200, json.dumps(expand(call.stage.world, thing, call.params.get("expand", []), call.caller)))


class _Gone(Exception):
    """The request is lost before any work."""


def authenticate(request: Request, request_id: str) -> Caller:
    """Say who asks, by the secret key (Bearer, or the user name of Basic) and the Stripe-Account header.

    Raises a 401 `Refusal` for a missing or odd key.
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


async def pairs(request: Request) -> list[tuple[str, object]]:
    """Give the parameters of the query and the body, uploads read whole."""
    given: list[tuple[str, object]] = list(request.query_params.multi_items())
    if request.method != "POST":
        return given
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            return given + await _parts(form)
    body = (await request.body()).decode("utf-8", "replace")
    return given + list(parse_qsl(body, keep_blank_values=True))


async def _parts(form: FormData) -> list[tuple[str, object]]:
    parts: list[tuple[str, object]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            parts.append((name, Blob(value.filename or "blob", await value.read())))
        else:
            parts.append((name, value))
    return parts
