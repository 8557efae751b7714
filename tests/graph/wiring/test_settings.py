"""Settings read from an environment."""

from pathlib import Path

import pytest

from disputes.errors import Invalid
from graph.wiring import settings

KEY = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
TOKEN = "0123456789abcdef"


def test_an_empty_environment_is_the_embedded_default():
    chosen = settings.read({})
    assert (chosen.home, chosen.policy, chosen.redis_url, chosen.database_url) == (
        Path(".rebut"),
        "default",
        None,
        None,
    )
    assert (chosen.tokens, chosen.notify, chosen.webhook_secrets) == ((), (), ())


def test_an_empty_value_counts_as_unset():
    assert settings.read(dict.fromkeys(("REDIS_URL", "STRIPE_SECRET_KEY", "REBUT_HOME"), "")) == settings.read({})


def test_what_is_not_ours_is_left_alone():
    assert settings.read({"HOME": "/root", "REBUT_SOMETHING": "else"}) == settings.read({})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_form_of_a_database_url_becomes_the_drivers(scheme: str):
    url = settings.read({"DATABASE_URL": f"{scheme}://u:p@h:5432/x"}).database_url
    assert url
    assert url.get_secret_value() == "postgresql+psycopg://u:p@h:5432/x"


@pytest.mark.parametrize("url", ["redis://h", "rediss://u:p@h:6380/1", "unix:///run/redis.sock"])
def test_takes_every_kind_of_redis(url: str):
    chosen = settings.read({"REDIS_URL": url}).redis_url
    assert chosen
    assert chosen.get_secret_value() == url


def test_webhook_secrets_rotate():
    chosen = settings.read({"STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old,"})
    assert [secret.get_secret_value() for secret in chosen.webhook_secrets] == ["whsec_new", "whsec_old"]


def test_tokens_are_people_with_roles():
    hashed = f"sha256:{'ab' * 32}"
    chosen = settings.read(
        {"REBUT_API_TOKENS": f"Ada Lovelace:reviewer:{TOKEN}, vic:viewer:{hashed}, Zoe:admin:{TOKEN}"}
    )
    assert [(grant.person.name, grant.person.role) for grant in chosen.tokens] == [
        ("Ada Lovelace", "reviewer"),
        ("vic", "viewer"),
        ("Zoe", "admin"),
    ]
    assert [grant.token.get_secret_value() for grant in chosen.tokens] == [TOKEN, hashed, TOKEN]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("STRIPE_SECRET_KEY", "pk_live_x"),
        ("STRIPE_SECRET_KEY", "whsec_x"),
        ("STRIPE_API_BASE", "api.stripe.com"),
        ("OPENAI_BASE_URL", "file:///etc/passwd"),
        ("REBUT_HANDOFF_URL", "https://"),
        ("REBUT_API_TOKENS", "ada"),
        ("REBUT_API_TOKENS", f"ada:owner:{TOKEN}"),
        ("REBUT_API_TOKENS", "ada:reviewer:short"),
        ("REBUT_API_TOKENS", f":reviewer:{TOKEN}"),
        ("REBUT_API_TOKENS", f"ada:reviewer:{TOKEN},vic"),
        ("REBUT_API_TOKENS", "ada:reviewer:sha256:abc"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_and_shows_no_secret(name: str, value: str):
    with pytest.raises(Invalid) as error:
        settings.read({**KEY, name: value})
    message = str(error.value)
    assert message.startswith(f"{name} is wrong: ")
    assert (message.count("\n"), message[-1]) == (0, ".")
    assert value not in message or len(value) < 4


@pytest.mark.parametrize("missing", KEY)
def test_stripe_must_be_configured(missing: str):
    settings.require_stripe(settings.read(KEY))
    with pytest.raises(Invalid, match=f"^{missing} is not set"):
        settings.require_stripe(settings.read({**KEY, missing: ""}))


def test_secrets_do_not_show():
    environment = {**KEY, "REDIS_URL": "redis://:hunter2@h", "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN}"}
    shown = repr(settings.read(environment))
    assert all(secret not in shown for secret in ("hunter2", TOKEN, "sk_test_x", "whsec_x"))


def test_the_environment_wins_over_the_dotenv_file(tmp_path: Path):
    (tmp_path / ".env").write_text("REBUT_MODEL=from-file\nREBUT_POLICY=autopilot\nREDIS_URL=\n")
    chosen = settings.read({"REBUT_MODEL": "from-environment"}, dotenv=tmp_path / ".env")
    assert (chosen.model, chosen.policy, chosen.redis_url) == ("from-environment", "autopilot", None)


def test_a_missing_dotenv_file_is_no_fault(tmp_path: Path):
    assert settings.read({}, dotenv=tmp_path / ".env") == settings.read({})
