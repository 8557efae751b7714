"""Who may use which route of Rebut's own API: every route, asked by nobody, a viewer and a reviewer."""

import pytest

from api.app import create
from tests.api.builders import REVIEWER, VIEWER, a_record, bearer
from tests.fakes import noon

ANYBODY = {"GET /healthz", "GET /readyz"}
STRIPE = {"POST /webhooks/{provider}"}
READS = {
    "GET /disputes",
    "GET /disputes/{dispute_id}",
    "GET /disputes/{dispute_id}/exhibits",
    "GET /disputes/{dispute_id}/exhibits/{mark}",
    "GET /disputes/{dispute_id}/records/{sha256}",
    "GET /disputes/{dispute_id}/plan",
    "GET /automation",
    "GET /last-chances",
}
DECIDES = {
    "POST /disputes/{dispute_id}/verdict",
    "POST /disputes/{dispute_id}/rerun",
    "PUT /disputes/{dispute_id}/plan",
    "PUT /disputes/{dispute_id}/claim",
    "DELETE /disputes/{dispute_id}/claim",
    "PUT /automation",
    "PUT /last-chances/{lane}",
}


def every_route():
    described = create(lambda: None, now=noon).openapi()["paths"]  # type: ignore[arg-type, return-value]
    return sorted(f"{method.upper()} {path}" for path, methods in described.items() for method in methods)


async def statuses(client, deps, route):
    """What nobody, somebody with a wrong token, a viewer and a reviewer get."""
    await deps.cases.save(a_record(), fence=None)
    method, path = route.split()
    path = path.format(provider="stripe", dispute_id="du_1", mark="A", sha256="0" * 64, lane="fraud")
    tokens: tuple[dict[str, str], ...] = ({}, bearer("wrong"), bearer(VIEWER), bearer(REVIEWER))
    return [(await client.request(method, path, headers=headers, json={})).status_code for headers in tokens]


def test_every_route_is_decided():
    assert set(every_route()) == ANYBODY | STRIPE | READS | DECIDES


@pytest.mark.parametrize("route", every_route())
async def test_each_role_may_do_what_it_may_and_nothing_else(client, deps, route):
    nobody, wrong, viewer, reviewer = await statuses(client, deps, route)
    if route in ANYBODY:
        assert {nobody, wrong, viewer, reviewer} == {200}
    elif route in STRIPE:
        assert {nobody, wrong, viewer, reviewer} == {401}  # a token is no signature
    else:
        assert (nobody, wrong) == (401, 401)
        assert viewer == 403 if route in DECIDES else viewer not in {401, 403}
        assert reviewer not in {401, 403}
