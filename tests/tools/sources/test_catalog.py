"""Every source from its settings to the page that describes it."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from disputes.errors import Invalid
from disputes.policy import SourceLimits
from graph.wiring import settings, source_list
from jobs.cli.source_table import print_sources
from tests.tools.sources.recording import NOON
from tools import storage
from tools.sources import catalog, page

ROOT = Path(__file__).parents[3]
SHOP = {"SOURCES__SHOPIFY__SHOP": "acme-linen", "SOURCES__SHOPIFY__TOKEN": "hidden-token-1"}


def test_the_page_of_sources_is_that_of_the_files() -> None:
    written = (ROOT / "docs/sources.md").read_text("utf-8")
    assert written == page.write().rstrip("\n") + "\n"
    for offer in catalog.offers().values():
        assert f"## {offer.title}\n" in written
        assert all(f"`{offer.setting(name)}`" in written for name in offer.options)


def test_settings_of_a_source_are_collected_and_hidden() -> None:
    chosen = settings.read({**SHOP, "SOURCES": "something else of the visitor's"})
    assert set(chosen.sources) == {"shopify"}
    assert chosen.sources["shopify"]["token"].get_secret_value() == "hidden-token-1"
    assert "hidden-token-1" not in repr(chosen)


def test_an_empty_setting_of_a_source_counts_as_unset() -> None:
    assert settings.read(dict.fromkeys(SHOP, "")).sources == {}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SOURCES__SHOPIFI__TOKEN": "hidden-token-1"}, "SOURCES__SHOPIFI__TOKEN is unknown: the sources are "),
        ({"SOURCES__SHOPIFY": "hidden-token-1"}, "SOURCES__SHOPIFY is unknown: it must name a source and an option"),
        ({"SOURCES__SHOPIFY__TOKEN": "hidden-token-1"}, "SOURCES__SHOPIFY__SHOP is not set: Shopify needs it beside"),
        ({**SHOP, "SOURCES__SHOPIFY__SHOP": "evil.example/"}, "SOURCES__SHOPIFY__SHOP is wrong: it must be "),
        ({**SHOP, "SOURCES__SHOPIFY__TOKN": "hidden-token-1"}, "SOURCES__SHOPIFY__TOKN is unknown: Shopify takes "),
    ],
)
def test_a_wrong_setting_stops_start_up_with_one_sentence(environment: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid) as wrong:
        settings.read(environment)
    assert str(wrong.value).startswith(message)
    assert "hidden" not in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_every_source_is_listed_with_what_would_switch_it_on() -> None:
    listed = {source.name: source for source in source_list.listed(settings.read(SHOP))}
    assert set(listed) == {"stripe", *catalog.offers()}
    assert (listed["stripe"].on, listed["stripe"].missing) == (False, ("STRIPE_SECRET_KEY",))
    assert (listed["shopify"].on, listed["shopify"].missing) == (True, ())
    assert listed["sql"].missing == ("SOURCES__SQL__FILE", "SOURCES__SQL__URL")
    assert all(source.adds and source.reference for source in listed.values())
    assert list(listed)[:2] == ["stripe", "shopify"]


def test_the_list_is_not_wrapped_on_a_narrow_screen() -> None:
    screen = StringIO()
    print_sources(Console(width=20, file=screen), source_list.listed(settings.read(SHOP)))
    shown = screen.getvalue()
    assert "Shopify  on\n" in shown
    assert "off; set SOURCES__SQL__FILE, SOURCES__SQL__URL\n" in shown


async def test_every_source_that_is_on_is_opened_by_its_name_and_keys(tmp_path: Path) -> None:
    queries = tmp_path / "shop.toml"
    queries.write_text('[[select]]\nkind = "carrier"\nneeds = ["device_id"]\nsql = "select :device_id"\n')
    url = {"SOURCES__SQL__FILE": str(queries), "SOURCES__SQL__URL": "postgresql://reader:word@127.0.0.1:1/shop"}
    chosen = settings.read({**SHOP, **url, "SOURCES__FILES__FOLDER": str(tmp_path)})
    options = {name: {k: v.get_secret_value() for k, v in values.items()} for name, values in chosen.sources.items()}
    files = storage.in_folder(tmp_path / "files")
    async with catalog.open_sources(options, now=lambda: NOON, limits=SourceLimits(), storage=files) as sources:
        assert {source.name: source.keys for source in sources} == {
            "shopify": ("order_id", "payment_reference", "customer_email"),
            "sql": ("device_id",),
            "files": ("charge_id", "order_id"),
        }
