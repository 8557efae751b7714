"""Who may use which route of Rebut's own API: every route, asked by nobody, a viewer, a reviewer and an admin."""

import pytest

from api.app import create
from tests.api.builders import ADMIN, REVIEWER, VIEWER, a_record, bearer
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
    "GET /templates",
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
SIGNS = {"POST /templates/{template_id}/signature"}


def every_route():
    described = create(lambda: None, now=noon).openapi()["paths"]  # type: ignore[arg-type, return-value]
    return sorted(f"{method.upper()} {path}" for path, methods in described.items() for method in methods)


async def statuses(client, deps, route):
    """What nobody, somebody with a wrong token, a viewer, a reviewer and an admin get."""
    await deps.cases.save(a_record(), fence=None)
    method, path = route.split()
    path = path.format(provider="stripe", dispute_id="du_1", mark="A", sha256="0" * 64, lane="fraud", template_id="a@1")
    tokens = ({}, *map(bearer, ("wrong", VIEWER, REVIEWER, ADMIN)))
    return [(await client.request(method, path, headers=headers, json={})).status_code for headers in tokens]


def test_every_route_is_decided():
    assert set(every_route()) == ANYBODY | STRIPE | READS | DECIDES | SIGNS


@pytest.mark.parametrize("route", every_route())
async def test_each_role_may_do_what_it_may_and_nothing_else(client, deps, route):
    nobody, wrong, viewer, reviewer, admin = await statuses(client, deps, route)
    if route in ANYBODY:
        assert {nobody, wrong, viewer, reviewer, admin} == {200}
    elif route in STRIPE:
        assert {nobody, wrong, viewer, reviewer, admin} == {401}  # a token is no signature
    else:
        assert (nobody, wrong) == (401, 401)
        assert viewer not in {401, 403} if route in READS else viewer == 403
        assert reviewer == 403 if route in SIGNS else reviewer not in {401, 403}
        assert admin not in {401, 403}
