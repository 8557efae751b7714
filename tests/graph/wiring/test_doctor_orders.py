"""What `rebut doctor --last` says of the last payments: which order each source finds, and why not."""

from pathlib import Path

from graph.wiring import settings
from graph.wiring.doctor import DoctorFinding, find_orders, orders
from tests.shops.__main__ import LOST, play, write
from tests.shops.session import SETTINGS, open_shops, sales
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import vendor_server

PAGE = Path(__file__).parents[3] / "docs" / "doctor.md"
TITLES = {"woocommerce": "WooCommerce", "bigcommerce": "BigCommerce", "prestashop": "PrestaShop"}


async def test_the_page_shows_what_doctor_says_of_five_shops() -> None:
    _, _, shown = PAGE.read_text("utf-8").partition("```\n")
    assert write(await play()) == shown.partition("```")[0]


async def test_each_shop_finds_every_order_that_it_kept() -> None:
    kept = [sale for at, sale in enumerate(sales()) if at not in LOST]
    told = {finding.title: finding.text for finding in await play()}
    for name in ("woocommerce", "shopify", "bigcommerce", "magento", "prestashop"):
        own = sum(software.vendor == name for software, _ in kept)
        assert told[TITLES.get(name, name.title())].startswith(f"a record of {own} of 20.")


async def test_no_finding_shows_a_secret() -> None:
    shown = write(await play())
    secrets = [value for name, value in SETTINGS.items() if name.rpartition("_")[2] in {"KEY", "SECRET", "TOKEN"}]
    assert secrets
    assert not [secret for secret in secrets if secret in shown]


async def test_stripe_that_is_not_reached_is_a_problem_in_one_sentence() -> None:
    chosen = settings.read({"STRIPE_SECRET_KEY": "sk_test_session", "STRIPE_API_BASE": "http://127.0.0.1:1"})
    (found,) = await orders.look(chosen, 20)
    assert not found.fine
    assert found.text.startswith("could not be read: ")


async def test_a_shop_that_is_away_is_named_with_what_became_of_it() -> None:
    async with open_shops(sales()) as (stripe, bases):
        away = {"STRIPE_SECRET_KEY": "sk_test_session", "STRIPE_API_BASE": stripe, **SETTINGS}
        found = await orders.look(settings.read(away), 4, bases={**bases, "magento": "http://127.0.0.1:1"})
    (told,) = [finding for finding in found if finding.title == "Magento"]
    assert told == DoctorFinding(title="Magento", text=told.text, remark=True)
    assert "4 without: Magento could not be reached" in told.text


async def test_an_account_without_payments_is_told() -> None:
    async with open_shops([], sold=[]) as (stripe, bases):
        chosen = settings.read({"STRIPE_SECRET_KEY": "sk_test_session", "STRIPE_API_BASE": stripe})
        (found,) = await orders.look(chosen, 20, bases=bases)
    assert found.text == "the account has none yet."


async def test_without_a_key_one_sentence_says_what_to_set() -> None:
    (found,) = await find_orders({}, 20)
    assert not found.fine
    assert found.text.startswith("STRIPE_SECRET_KEY is not set")


async def test_a_help_desk_that_holds_no_complaint_has_no_record_of_the_payment() -> None:
    desk = {
        "SOURCES__ZENDESK__SUBDOMAIN": "hollow",
        "SOURCES__ZENDESK__EMAIL": "agent@example.com",
        "SOURCES__ZENDESK__TOKEN": "token-of-the-session",
    }
    empty = json_reply({"users": [], "results": [], "count": 0})
    async with open_shops(sales()) as (stripe, _), vendor_server(lambda _: empty) as server:
        chosen = settings.read({"STRIPE_SECRET_KEY": "sk_test_session", "STRIPE_API_BASE": stripe, **desk})
        found = await orders.look(chosen, 3, bases={"zendesk": server.url})
    (told,) = [finding for finding in found if finding.title == "Zendesk Support"]
    assert told.text.startswith("a record of 0 of 3.")
