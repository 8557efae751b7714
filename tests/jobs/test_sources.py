"""`rebut sources` lists every source, and a source that is half set stops every command."""

import json
from pathlib import Path

import pytest

from tests.jobs.children import run

SHOP = {"SOURCES__SHOPIFY__SHOP": "acme-linen", "SOURCES__SHOPIFY__TOKEN": "hidden-token-1"}


async def test_every_source_is_listed_with_its_state(folder: Path):
    code, out, err = await run("sources", folder=folder, **SHOP)
    assert (code, err) == (0, "")
    assert "Shopify  on\n  adds " in out
    assert "EasyPost  off; set SOURCES__EASYPOST__KEY\n" in out
    assert "hidden" not in out


async def test_the_list_can_be_had_as_json(folder: Path):
    code, out, _ = await run("sources", "--json", folder=folder, **SHOP)
    listed = {source["name"]: source for source in map(json.loads, out.splitlines())}
    assert code == 0
    assert (listed["shopify"]["on"], listed["sql"]["on"]) == (True, False)
    assert all(source["adds"] and source["reference"] for source in listed.values())


@pytest.mark.parametrize("command", ["sources", "serve", "sweep"])
async def test_a_source_that_is_half_set_stops_every_command(command: str, folder: Path):
    code, out, err = await run(command, folder=folder, SOURCES__SHOPIFY__TOKEN="hidden-token-1")
    assert (code, out) == (1, "")
    assert err == "SOURCES__SHOPIFY__SHOP is not set: Shopify needs it beside SOURCES__SHOPIFY__TOKEN.\n"
