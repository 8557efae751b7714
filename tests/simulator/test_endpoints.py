"""Webhook endpoints are made, shown and listed as Stripe does it."""

import pytest
import stripe

from simulator.rules.endpoints import MOST
from tests.simulator.harness import SDK_WARNING, SimulatorClient, simulated

URL = "https://shop.example.com/webhooks/stripe"
KEY = {"Authorization": "Bearer sk_test_1"}
EVENTS = ["charge.dispute.created", "charge.refunded"]

pytestmark = SDK_WARNING


@pytest.fixture
async def simulator():
    async with simulated() as running:
        yield running


async def made(simulator: SimulatorClient, **more: object) -> stripe.WebhookEndpoint:
    given: stripe.params.WebhookEndpointCreateParams = {"url": URL, "enabled_events": ["*"]}
    given.update(more)  # type: ignore[typeddict-item]  # a test's own keys
    return await simulator.sdk().v1.webhook_endpoints.create_async(given)


async def test_the_secret_is_told_once(simulator):
    endpoint = await made(simulator, enabled_events=EVENTS, api_version="2026-10-28.endive", description="Rebut")
    assert endpoint.secret
    assert endpoint.secret.startswith("whsec_")
    assert endpoint.enabled_events == EVENTS
    assert (endpoint.api_version, endpoint.description, endpoint.application) == ("2026-10-28.endive", "Rebut", None)
    sdk = simulator.sdk().v1.webhook_endpoints
    for shown in (await sdk.retrieve_async(endpoint.id), (await sdk.list_async()).data[0]):
        assert (shown.id, shown.url, shown.status) == (endpoint.id, URL, "enabled")
        assert "secret" not in shown


async def test_a_repeated_request_makes_one_endpoint_and_tells_the_same_secret(simulator):
    sdk = simulator.sdk().v1.webhook_endpoints
    one, two = [
        await sdk.create_async({"url": URL, "enabled_events": ["*"]}, {"idempotency_key": "once"}) for _ in range(2)
    ]
    assert (one.id, one.secret) == (two.id, two.secret)
    assert len((await sdk.list_async()).data) == 1


async def test_one_for_connected_accounts_names_an_application(simulator):
    assert (await made(simulator, connect=True)).application == "ca_simulated"


@pytest.mark.parametrize(
    ("key", "url", "words"),
    [
        ("sk_test_1", "shop.example.com/hooks", "explicit scheme"),
        ("sk_test_1", "https://localhost:8000/hooks", "publicly accessible"),
        ("sk_test_1", "http://127.0.0.1/hooks", "publicly accessible"),
        ("sk_live_1", "http://shop.example.com/hooks", "must be HTTPS"),
    ],
)
async def test_a_url_that_stripe_could_not_call_is_refused(simulator, key, url, words):
    with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
        await simulator.sdk(key).v1.webhook_endpoints.create_async({"url": url, "enabled_events": ["*"]})
    assert (refused.value.param, refused.value.code) == ("url", "url_invalid")


async def test_a_pattern_of_events_is_refused(simulator):
    with pytest.raises(stripe.InvalidRequestError, match="no event type"):
        await made(simulator, enabled_events=["charge.dispute.*"])


async def test_an_account_has_a_number_of_them_at_most(simulator):
    for _ in range(MOST):
        await made(simulator)
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16 test"):
        await made(simulator)


async def test_an_unknown_one_is_not_found(simulator):
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook endpoint"):
        await simulator.sdk().v1.webhook_endpoints.retrieve_async("we_none")


async def test_event_destinations_are_listed_with_their_url_where_it_is_asked_for(simulator):
    thin = {
        "id": "ed_1",
        "object": "v2.core.event_destination",
        "event_payload": "thin",
        "livemode": False,
        "webhook_endpoint": {"url": URL},
    }
    await simulator.add_objects(thin)
    listing = simulator.sdk().v2.core.event_destinations
    assert [found.webhook_endpoint.url for found in (await listing.list_async()).data] == [None]
    asked = await listing.list_async({"include": ["webhook_endpoint.url"]})
    assert [(found.id, found.webhook_endpoint.url) for found in asked.data] == [("ed_1", URL)]
    refused = await simulator.control.get("/v2/core/event_destinations")
    assert refused.status_code == 401
