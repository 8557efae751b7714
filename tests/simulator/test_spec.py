"""The simulator's routes, parameters and answers match Stripe's OpenAPI file."""

from typing import Any

import pytest
from stripe import RequestOptions
from stripe.params import AccountListParams

from simulator.http.parameters import parse_pairs
from simulator.http.routes import ApiRoute, routes
from tests.simulator import spec as specs
from tests.simulator.harness import PNG, SimulatorClient, a_dispute, simulated

KEY = {"Authorization": "Bearer sk_test_1"}
ACCOUNTS = "/v1/accounts"
"""The copy of the spec beside the repository was cut without it, so the SDK's parameters say what it takes."""
ROUTES = [route for route in routes() if route.path != ACCOUNTS]
READS = [route for route in ROUTES if route.method == "GET"]
SEARCH = {"/v1/charges/search": {"query": 'currency:"usd"'}}
SINGLE = [route for route in READS if route.path.endswith("{id}")]
NESTED = ("[foo]", "[enhanced_evidence][foo]", "[enhanced_evidence][visa_compliance][foo]", "[appeal][card][foo]")


@pytest.fixture(scope="module")
def spec():
    return specs.Spec()


@pytest.fixture(scope="module")
def fixtures():
    resources = specs.load("stripe/fixtures.json")["resources"]
    objects = [{**obj, "id": f"{kind}_fixture"} for kind, obj in resources.items() if not obj.get("deleted")]
    for obj in objects:
        if "livemode" in obj:
            obj["livemode"] = False
    objects.append(a_dispute(id="du_open", charge="charge_fixture"))
    return [obj for obj in objects if obj.get("object")]


@pytest.fixture(scope="module")
async def empty():
    async with simulated() as simulator:
        yield simulator


def identity(route: ApiRoute) -> str:
    kinds = {
        "/v1/invoices/{id}/lines": "invoice",
        "/v1/checkout/sessions/{id}/line_items": "checkout.session",
        "/v1/payment_intents/{id}/amount_details_line_items": "payment_intent",
    }
    return f"{kinds.get(route.path, route.kind)}_fixture"


async def send(simulator: SimulatorClient, route: ApiRoute, **params: Any) -> Any:
    path = route.path.replace("{id}", identity(route))
    return await simulator.control.get(path, params=params, headers=KEY)


async def test_a_platform_lists_the_accounts_that_own_something_and_nobody_else_does():
    async with simulated(a_dispute(), a_dispute(id="du_2", _account="acct_1")) as simulator:
        await simulator.add_objects(a_dispute(id="du_3", _account="acct_2"))
        for headers, ids in ((KEY, ["acct_2", "acct_1"]), (KEY | {"Stripe-Account": "acct_1"}, [])):
            page = (await simulator.control.get(ACCOUNTS, headers=headers)).json()
            assert [account["id"] for account in page["data"]] == ids
            assert (page["object"], page["url"], page["has_more"]) == ("list", ACCOUNTS, False)
        first = (await simulator.control.get(ACCOUNTS, headers=KEY, params={"limit": 1})).json()
        assert ([account["id"] for account in first["data"]], first["has_more"]) == (["acct_2"], True)


def test_the_list_of_accounts_takes_what_the_sdk_may_send():
    (route,) = [route for route in routes() if route.path == ACCOUNTS]
    taken = set(AccountListParams.__annotations__) - set(RequestOptions.__annotations__)
    assert {"created", "limit", "starting_after"} <= taken
    assert set(route.parameters.fields) == taken


def test_every_route_is_in_the_spec(spec):
    for route in ROUTES:
        assert spec.operation(route.method, route.path)["operationId"]


async def test_every_read_answers_as_the_spec_says(spec, fixtures):
    async with simulated(*fixtures) as simulator:
        for route in READS:
            answer = await send(simulator, route, **SEARCH.get(route.path, {}))
            assert answer.status_code == 200, f"{route.name}: {answer.text}"
            spec.validate(route.method, route.path, answer.json())
            if not route.path.endswith("line_items"):
                assert answer.json().get("data") != [], f"{route.name} had nothing to show"


async def test_every_write_answers_as_the_spec_says(spec, fixtures):
    charge = {"id": "ch_2", "object": "charge", "amount": 500, "currency": "usd", "livemode": False}
    async with simulated(*fixtures, charge) as simulator:
        writes: list[tuple[str, str, dict[str, Any]]] = [
            ("/v1/disputes/{id}", "du_open", {"data": {"evidence[customer_name]": "Ada", "submit": "false"}}),
            ("/v1/disputes/{id}/close", "du_open", {}),
            (
                "/v1/webhook_endpoints",
                "",
                {"data": {"url": "https://shop.example.com/hooks", "enabled_events[]": "charge.dispute.created"}},
            ),
            ("/v1/refunds", "", {"data": {"charge": "ch_2", "amount": "100"}}),
            ("/v1/files", "", {"data": {"purpose": "dispute_evidence"}, "files": {"file": ("a.png", PNG)}}),
        ]
        for path, object_id, body in writes:
            answer = await simulator.control.post(path.replace("{id}", object_id), headers=KEY, **body)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            spec.validate("POST", path, answer.json())


async def test_disputes_and_events_of_every_ending_answer_as_the_spec_says(spec):
    async with simulated() as simulator:
        await simulator.add_objects(*[a_dispute(id=f"du_{status}") for status in ("won", "lost", "escalated")])
        await simulator.post("/disputes/du_escalated/set", {"status": "warning_needs_response"})
        for dispute, status in (("won", "won"), ("lost", "lost"), ("escalated", "needs_response")):
            await simulator.post(f"/disputes/du_{dispute}/set", {"status": status})
        for path in ("/v1/disputes", "/v1/events", "/v1/balance_transactions"):
            answer = (await simulator.control.get(path, params={"limit": 100}, headers=KEY)).json()
            assert answer["data"]
            spec.validate("GET", path, answer)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_parameters_are_exactly_those_of_the_spec(spec, route):
    assert set(route.parameters.fields) == set(spec.params(route.method, route.path))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_value_the_spec_allows_is_read(spec, route):
    for name, schema in spec.params(route.method, route.path).items():
        if name != "file":
            parsed = parse_pairs(specs.sample(schema, name))
            assert route.parameters.fields[name].read(parsed[name], name) is not None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_a_parameter_the_spec_does_not_list_is_refused(empty, route):
    body: Any = {"params" if route.method == "GET" else "data": {"nonsense": "1"}}
    answer = await empty.control.request(route.method, route.path.replace("{id}", "x"), headers=KEY, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "parameter_unknown"
    assert answer.json()["error"]["param"] == "nonsense"


@pytest.mark.parametrize("suffix", NESTED)
async def test_a_nested_key_the_spec_does_not_list_is_refused(suffix):
    async with simulated(a_dispute()) as simulator:
        answer = await simulator.control.post("/v1/disputes/du_1", data={f"evidence{suffix}": "1"}, headers=KEY)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, f"evidence{suffix}")


async def test_every_expansion_the_spec_lists_is_taken(spec, fixtures):
    async with simulated(*fixtures) as simulator:
        for route in SINGLE:
            for name in spec.expandable(route.path):
                answer = await send(simulator, route, **{"expand[]": name})
                assert answer.status_code == 200, f"{route.name} expand {name}: {answer.text}"
