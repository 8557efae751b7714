"""`rebut init` at a terminal and without one, against the simulator as Stripe."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from disputes import policy
from graph.wiring import settings
from jobs.cli.setup.env_text import read_values
from tests.jobs.children import run
from tests.jobs.setup.terminal import Person, at_terminal

KEY = "sk_test_setupsecretkey"
WHSEC = "whsec_givenbyhand"
URL = "https://rebut.example.com"


@pytest.fixture
def stripe(shop: httpx.AsyncClient) -> dict[str, str]:
    """The environment of somebody whose Stripe is the simulator."""
    return {"STRIPE_API_BASE": str(shop.base_url).rstrip("/")}


async def endpoints(shop: httpx.AsyncClient, key: str = KEY) -> list[Any]:
    answer = await shop.get("/v1/webhook_endpoints", headers={"Authorization": f"Bearer {key}"})
    listed: list[Any] = answer.raise_for_status().json()["data"]
    return listed


def values_in(folder: Path) -> dict[str, str]:
    return read_values((folder / ".env").read_text("utf-8"))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def check_private(folder: Path) -> None:
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def check_unseen(text: str, values: Mapping[str, str]) -> None:
    """Check that no secret is on the screen."""
    secrets = [values["STRIPE_SECRET_KEY"], values["STRIPE_WEBHOOK_SECRET"], values["REBUT_API_TOKENS"].split(":")[2]]
    assert not [secret for secret in secrets if secret in text]


async def flags(folder: Path, environ: Mapping[str, str], *words: str) -> tuple[int | None, str, str]:
    """Run without a terminal, its files in the folder itself."""
    places = [] if "--policy-file" in words else ["--policy-file", str(folder / "policy.toml")]
    return await run("init", "--env-file", str(folder / ".env"), *places, *words, folder=folder, **environ)


async def test_a_person_answers_the_questions_and_sees_a_sample(folder: Path, shop, stripe):
    url = f"{URL}/person"
    async with at_terminal("init", folder=folder, environ=stripe) as person:
        await person.answer("Stripe secret or restricted key", "pk_test_wrong")
        await person.read_until("That is the publishable key")
        await person.answer("Stripe secret or restricted key", f'"{KEY}"')
        await person.read_until("It stands in quotes")
        await person.answer("Stripe secret or restricted key", KEY)
        await person.read_until("it is of test mode")
        await person.answer("Shop system", "")
        await person.answer("Your business's name", "Hollow Oak")
        await person.answer("Refund policy", "Refunds within 30 days.")
        await person.answer("Who reviews?", "ada")
        await person.answer("Address at which Stripe can reach Rebut", "localhost:8000")
        await person.read_until("That is no address")
        await person.answer("Address at which Stripe can reach Rebut", url)
        await person.read_until(f"Stripe now tells {url} of every dispute")
        await person.read_until("Written: .env")
        await person.read_until("A sample dispute: product_not_received, 38.00 USD")
        await person.read_until("Rebut would file this answer by itself.")
        assert await person.end() == 0
    check_written(folder, person.screen)
    (made,) = [each for each in await endpoints(shop) if each["url"] == url]
    assert {"charge.dispute.created", "charge.refunded", "refund.failed"} < set(made["enabled_events"])
    assert made["api_version"] == "2026-10-28.endive"


def check_written(folder: Path, screen: str) -> None:
    values = values_in(folder)
    check_private(folder)
    check_unseen(screen, values)
    assert values["STRIPE_SECRET_KEY"] == KEY
    assert values["REBUT_API_TOKENS"].startswith("ada:reviewer:")
    assert settings.read(values).webhook_secrets[0].get_secret_value().startswith("whsec_")
    own = policy.load(str(folder / values["REBUT_POLICY"]))
    assert (own.merchant.name, own.merchant.refund_policy) == ("Hollow Oak", "Refunds within 30 days.")


async def test_without_an_address_a_person_gives_the_secret_by_hand(folder: Path, stripe):
    async with at_terminal("init", "--without-sample", folder=folder, environ=stripe) as person:
        await until_webhook(person)
        await person.answer("Address at which Stripe can reach Rebut", "")
        await person.read_until("stripe listen --forward-to")
        await person.answer("Signing secret", KEY)
        await person.read_until("That is an API key")
        await person.answer("Signing secret", WHSEC)
        assert await person.end() == 0
    assert values_in(folder)["STRIPE_WEBHOOK_SECRET"] == WHSEC
    assert "REBUT_POLICY" not in values_in(folder)
    assert "policy.toml" not in names_in(folder)
    check_unseen(person.screen, values_in(folder))


async def until_webhook(person: Person) -> None:
    await person.answer("Stripe secret or restricted key", KEY)
    await person.answer("Shop system", "")
    await person.answer("Your business's name", "")
    await person.answer("Refund policy", "")
    await person.answer("Who reviews?", "")


async def test_a_shop_that_does_not_work_is_asked_for_again(folder: Path, stripe):
    (folder / "papers").mkdir()
    words = ("--webhook-secret", WHSEC, "--merchant", "Hollow Oak", "--reviewer", "ada", "--without-sample")
    async with at_terminal("init", *words, folder=folder, environ=stripe) as person:
        await person.answer("Stripe secret or restricted key", KEY)
        await person.answer("Shop system", "ebay")
        await person.read_until("There is no such system")
        await person.answer("Shop system", "files")
        await person.answer("Your files folder", str(folder / "none"))
        await person.answer("Your files folder", str(folder / "papers"))
        await person.read_until("Your files is on")
        await person.answer("Refund policy", "")
        assert await person.end() == 0
    assert values_in(folder)["SOURCES__FILES__FOLDER"] == str(folder / "papers")


async def test_ctrl_c_leaves_every_file_as_it_was(folder: Path, stripe):
    (folder / ".env").write_text("MINE=1\n")
    async with at_terminal("init", folder=folder, environ=stripe) as person:
        await person.answer(".env is there already", "y")
        await until_webhook(person)
        await person.read_until("Address at which Stripe can reach Rebut")
        await person.read_until(": ")
        await person.interrupt("Stopped: .env is as it was.")
        assert await person.end() == 130
    assert (folder / ".env").read_text() == "MINE=1\n"
    assert names_in(folder) == {".env"}


async def test_a_second_run_keeps_what_it_is_told_to_and_every_line_of_others(folder: Path, stripe):
    before = f"# mine\nOTHER='a # b'\nSTRIPE_SECRET_KEY=sk_test_old\nSTRIPE_WEBHOOK_SECRET={WHSEC}\n"
    (folder / ".env").write_text(before)
    async with at_terminal("init", "--without-sample", folder=folder, environ=stripe) as person:
        await person.answer(".env is there already", "y")
        await person.answer("There is a Stripe key of test mode already", "n")
        await until_webhook(person)
        await person.answer("There is a webhook's signing secret already", "")
        assert await person.end() == 0
    text = (folder / ".env").read_text()
    assert text.startswith(before.replace("sk_test_old", KEY))
    check_private(folder)


async def test_a_file_that_is_there_stays_unless_a_person_says_so(folder: Path, stripe):
    (folder / ".env").write_text("MINE=1\n")
    async with at_terminal("init", folder=folder, environ=stripe) as person:
        await person.answer(".env is there already", "")
        await person.read_until(".env stays as it is.")
        assert await person.end() == 1
    assert (folder / ".env").read_text() == "MINE=1\n"


async def test_a_key_that_is_wrong_three_times_ends_it(folder: Path, stripe):
    async with at_terminal("init", folder=folder, environ=stripe) as person:
        for _ in range(3):
            await person.answer("Stripe secret or restricted key", WHSEC)
            await person.read_until("signing secret of a webhook, not an API key")
        assert await person.end() == 1
    assert names_in(folder) == set()


async def test_flags_and_files_say_it_all(folder: Path, shop, stripe):
    (folder / "key").write_text(f"{KEY}\n")
    (folder / "words").write_text("Refunds within 30 days,\nas our page says.\n")
    words = ("--stripe-key-file", str(folder / "key"), "--webhook-url", f"{URL}/flags", "--reviewer", "bob")
    merchant = ("--merchant", "Hollow Oak", "--refund-policy", str(folder / "words"))
    code, out, err = await flags(folder, stripe, *words, *merchant)
    assert code == 0, err
    assert "Rebut would file this answer by itself." in out
    values = values_in(folder)
    check_unseen(out + err, values)
    check_private(folder)
    assert policy.load(values["REBUT_POLICY"]).merchant.refund_policy.endswith(",\nas our page says.")
    assert settings.read(values).tokens[0].person.name == "bob"
    code, _, err = await flags(folder, stripe, *words[2:4], "--overwrite", "--without-sample")
    assert code == 0, err
    assert "the secret in" in err
    assert values_in(folder) == values
    assert len([each for each in await endpoints(shop) if each["url"] == f"{URL}/flags"]) == 1


async def test_the_environment_says_it_too(folder: Path, stripe):
    given = {**stripe, "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WHSEC}
    code, _, err = await flags(folder, given, "--without-sample")
    assert code == 0, err
    assert values_in(folder)["STRIPE_WEBHOOK_SECRET"] == WHSEC


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "give --stripe-key-file or STRIPE_SECRET_KEY."),
        (("--stripe-key", "pk_test_1"), "That is the publishable key"),
        (("--stripe-key", KEY), "give --webhook-url, --webhook-secret-file or STRIPE_WEBHOOK_SECRET."),
        (("--stripe-key", KEY, "--webhook-secret", "sk_test_2"), "That is an API key"),
        (("--stripe-key", KEY, "--webhook-url", "rebut.example.com"), "That is no address"),
        (("--stripe-key", KEY, "--shop", "ebay"), "There is no such system"),
        (("--stripe-key", KEY, "--shop", "shopify"), "give --shop-option shop=... or SOURCES__SHOPIFY__SHOP."),
        (
            ("--stripe-key", KEY, "--shop", "shopify", "--shop-option", "a=1"),
            "Shopify takes shop, client_id, client_secret, token.",
        ),
        (("--stripe-key", KEY, "--shop-option", "token"), "--shop-option must be as shop=acme."),
        (("--stripe-key", KEY, "--stripe-key-file", "key"), "Give --stripe-key or --stripe-key-file, not both."),
        (("--stripe-key-file", "nowhere"), "--stripe-key-file nowhere is empty or not there."),
        (("--stripe-key", KEY, "--webhook-secret", WHSEC, "--reviewer", "a:b"), "no colon or comma"),
    ],
)
async def test_what_is_missing_or_wrong_is_one_sentence_and_writes_nothing(folder: Path, stripe, words, sentence):
    code, out, err = await flags(folder, stripe, *words, "--without-sample")
    assert code == 1
    assert sentence in err
    assert out == ""
    assert KEY not in err
    assert not {".env", "policy.toml"} & names_in(folder)


async def test_an_existing_file_is_not_changed_without_a_word(folder: Path, stripe):
    (folder / ".env").write_text("MINE=1\n")
    code, _, err = await flags(folder, stripe, "--stripe-key", KEY, "--webhook-secret", WHSEC)
    assert code == 1
    assert "give --overwrite" in err
    assert (folder / ".env").read_text() == "MINE=1\n"


async def test_a_stripe_that_cannot_be_asked_is_no_reason_to_take_the_key(folder: Path):
    away = {"STRIPE_API_BASE": "http://127.0.0.1:9"}
    words = ("--stripe-key", KEY, "--webhook-secret", WHSEC, "--without-sample")
    code, _, err = await flags(folder, away, *words)
    assert code == 1
    assert "Stripe could not be asked" in err
    assert "give --untried" in err
    code, _, err = await flags(folder, away, *words, "--untried")
    assert code == 0, err
    assert os.access(folder / ".env", os.R_OK)
