"""What is tried before it is written down: keys, endpoints and shops, against real servers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from disputes.errors import Refused, TryAgain
from graph.wiring.trials import EVENTS, Trial, create_endpoint, find_offers, try_key, try_source
from tests.tools.sources.recording import load_recording
from tests.tools.sources.vendor_server import ReceivedCall, Reply, vendor_server
from tools.sources.http_json.vendor import load

VENDORS = load()
KEY = SecretStr("sk_test_trials")
NOWHERE = "http://127.0.0.1:9"


def base(simulator: httpx.AsyncClient) -> str:
    return str(simulator.base_url).rstrip("/")


async def tried(name: str, reply: Reply) -> tuple[Trial, list[ReceivedCall]]:
    """Try a vendor whose server gives one answer to everything."""
    options: Mapping[str, str] = load_recording(name)["options"]
    async with vendor_server(lambda _: reply) as server:
        return await try_source(find_offers()[name], options, base=server.url), server.calls


@pytest.mark.parametrize(("key", "mode"), [("sk_test_a1", "test mode"), ("rk_live_a1", "LIVE mode")])
async def test_a_key_is_tried_and_its_mode_said(simulator, key, mode):
    trial = await try_key(SecretStr(key), base=base(simulator))
    assert trial.works
    assert mode in trial.text
    assert key not in trial.text


async def test_a_key_that_stripe_does_not_take_is_wrong_for_sure(simulator):
    trial = await try_key(SecretStr("nonsense"), base=base(simulator))
    assert (trial.works, trial.sure) == (False, True)
    assert "does not take the key" in trial.text


async def test_a_stripe_that_is_away_says_nothing_about_the_key():
    trial = await try_key(KEY, base=NOWHERE)
    assert (trial.works, trial.sure) == (False, False)


async def test_an_endpoint_is_made_once(simulator):
    url = f"https://rebut.example.com/{uuid4()}"
    made = await create_endpoint(KEY, url, base=base(simulator))
    assert made
    assert made.secret.get_secret_value().startswith("whsec_")
    assert made.secret.get_secret_value() not in repr(made)
    assert await create_endpoint(KEY, url, base=base(simulator)) is None
    headers = {"Authorization": f"Bearer {KEY.get_secret_value()}"}
    listed: list[Any] = (await simulator.get("/v1/webhook_endpoints", headers=headers)).json()["data"]
    assert [each["enabled_events"] for each in listed if each["url"] == url] == [list(EVENTS)]


async def test_an_address_that_stripe_refuses_is_its_refusal(simulator):
    with pytest.raises(Refused):
        await create_endpoint(KEY, "http://localhost/", base=base(simulator))
    with pytest.raises(TryAgain):
        await create_endpoint(KEY, "https://rebut.example.com/", base=NOWHERE)


@pytest.mark.parametrize("name", sorted(name for name, vendor in VENDORS.items() if not vendor.login))
async def test_a_vendor_that_has_no_such_record_takes_the_token(name):
    trial, calls = await tried(name, Reply(404, b"{}"))
    assert trial.works, trial.text
    assert calls


@pytest.mark.parametrize("name", sorted(VENDORS))
async def test_a_vendor_that_refuses_the_token_is_wrong_for_sure(name):
    trial, _ = await tried(name, Reply(401, b"{}"))
    assert (trial.works, trial.sure) == (False, True), trial.text
    assert "SOURCES__" in trial.text
    assert not [value for value in load_recording(name)["options"].values() if len(value) > 6 and value in trial.text]


async def test_a_vendor_that_fails_says_nothing_about_the_token():
    trial, _ = await tried("woocommerce", Reply(500, b"{}"))
    assert (trial.works, trial.sure) == (False, False)


async def test_options_of_another_form_are_refused_before_any_call():
    trial = await try_source(find_offers()["shopify"], {"shop": "not a shop", "token": "hidden"})
    assert (trial.works, trial.sure) == (False, True)
    assert "SOURCES__SHOPIFY__SHOP" in trial.text
    assert "hidden" not in trial.text


async def test_a_folder_of_files_is_checked_by_its_own_check(tmp_path: Path):
    offer = find_offers()["files"]
    assert (await try_source(offer, {name: str(tmp_path) for name in offer.required})).works
    missing = {name: str(tmp_path / "none") for name in offer.required}
    assert not (await try_source(offer, missing)).works
