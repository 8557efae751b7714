"""Settings that hold plainly another kind of thing stop start-up, with a sentence that shows no secret."""

import pytest

from disputes.errors import Invalid
from graph.wiring import settings

KEY, SECRET = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"
GIVEN = {KEY: "sk_test_51Habc", SECRET: "whsec_0a1B2c3D"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (SECRET, "sk_test_51Habcdefgh", "a secret API key"),
        (SECRET, "rk_live_51Habcdefgh", "a restricted API key"),
        (SECRET, "pk_test_51Habcdefgh", "a publishable key"),
        (SECRET, "we_1Habcdefgh", "a webhook endpoint's id"),
        (SECRET, "https://shop.example/webhooks", "a URL"),
        (SECRET, "0a1B2c3D4e5F", "whsec_..."),
        (SECRET, "whsec_...", "a placeholder"),
        (SECRET, "whsec_xxxxxxxx", "a placeholder"),
        (SECRET, '"whsec_0a1B2c3D"', "quotes"),
        (SECRET, "'whsec_0a1B2c3D'", "quotes"),
        (SECRET, "whsec_0a1B2c3D\n", "a space or a line break"),
        (SECRET, "whsec_0a1B2c3D,sk_test_51Habcdefgh", "a secret API key"),
        (KEY, "pk_live_51Habcdefgh", "a publishable key"),
        (KEY, "whsec_0a1B2c3D", "a webhook secret"),
        (KEY, "acct_1Habcdefgh", "an account's id"),
        (KEY, "sk_test_...", "a placeholder"),
        (KEY, "sk_live_xxxx", "a placeholder"),
        (KEY, "<your key>", "a placeholder"),
        (KEY, '"sk_test_51Habc"', "quotes"),
        ("DATABASE_URL", "'postgresql://localhost/rebut'", "quotes"),
        ("REDIS_URL", " redis://localhost", "a space or a line break"),
        ("SOURCES__SHOPIFY__TOKEN", '"shpat_abc"', "quotes"),
        ("ACCOUNT__acct_1Ab__SOURCES__SHOPIFY__TOKEN", '"shpat_abc"', "quotes"),
    ],
)
def test_what_is_plainly_of_another_kind_is_named_and_not_shown(name: str, value: str, says: str) -> None:
    with pytest.raises(Invalid) as error:
        settings.read({**GIVEN, name: value})
    message = str(error.value)
    assert message.startswith(f"{name} is wrong: ")
    assert says in message
    assert (message.count("\n"), message[-1]) == (0, ".")
    assert value.strip("\"' \n") not in message or value.endswith("...")


@pytest.mark.parametrize(
    "secret",
    ["whsec_0a1B2c3D", "whsec_abc+/=_-", "whsec_x", "whsec_abcdefgh_", "whsec_0a1B_key", "whsec_0a1B, whsec_2c3D"],
)
def test_a_signing_secret_is_taken(secret: str) -> None:
    assert settings.read({**GIVEN, SECRET: secret}).webhook_secrets


@pytest.mark.parametrize("key", ["sk_test_51Habc", "rk_live_51Habc_9", "sk_test_tests"])
def test_a_key_is_taken(key: str) -> None:
    assert settings.read({**GIVEN, KEY: key}).stripe_key


def test_what_is_not_ours_may_stand_in_quotes() -> None:
    assert settings.read({**GIVEN, "PS1": '"$ "', "ACCOUNT__MAIN": "'x'"}).stripe_key
