"""The list of event destinations, the only thing of Stripe's v2 API that is simulated."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.errors import StripeError
from simulator.http.gateway import authenticate
from simulator.http.parameters import JsonObject
from simulator.session import Session
from simulator.state import render

PATH = "/v2/core/event_destinations"
KIND = "v2.core.event_destination"
_URL = "webhook_endpoint.url"


async def serve(session: Session, request: Request) -> Response:
    """Answer with every destination of the caller in one page; the URL only to who asks for it, as Stripe does."""
    try:
        caller = authenticate(request, session.store.new_id("req"))
    except StripeError as error:
        return JSONResponse(error.body(), error.status)
    shown = _URL in [value for name, value in request.query_params.multi_items() if name.startswith("include")]
    stored = session.store.list_objects(KIND, caller)
    data = [_render(destination, shown=shown) for destination in stored]
    return JSONResponse({"data": data, "next_page_url": None, "previous_page_url": None})


def _render(destination: JsonObject, *, shown: bool) -> JsonObject:
    whole = render(destination)
    endpoint = whole.get("webhook_endpoint")
    return whole if shown or not endpoint else {**whole, "webhook_endpoint": {**endpoint, "url": None}}
