"""Settings, read from the environment once at start; a wrong one stops start-up with one sentence that names it.

pydantic-settings is not used: it reads `os.environ` alone, takes lists and a foreign `SOURCES` for JSON, and avoiding
that takes more lines than it saves.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from disputes.errors import Invalid
from disputes.model import Value
from disputes.repositories.users import User
from graph.wiring import credentials, notify_settings
from graph.wiring.notify_settings import NotifyTarget
from tools.messages.cards import catalog as boards
from tools.sources import catalog

_SOURCE = "SOURCES__"
_CARDS = "CARDS__"
_EXAMPLES = {
    _SOURCE: "a source and an option, as SOURCES__SHOPIFY__TOKEN",
    _CARDS: "a tool and an option, as CARDS__ZENDESK__TOKEN",
}
_ACCOUNT = "ACCOUNT__"
_TOKEN = re.compile(
    r"^(?P<name>[^:,\s][^:,]{0,79}):(?P<role>viewer|reviewer|admin):(?P<token>sha256:[0-9a-f]{64}|[^:,\s]{16,512})$"
)


class Grant(Value):
    """One user of `REBUT_API_TOKENS`; `token` is the secret itself or `sha256:<hex>`."""

    person: User
    token: SecretStr


class Settings(BaseModel):
    """Every setting. An empty value counts as unset; unset Redis and PostgreSQL mean the embedded ones under `home`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    home: Path = Field(default=Path(".rebut"), validation_alias="REBUT_HOME")
    storage: str | None = Field(default=None, validation_alias="REBUT_STORAGE")
    storage_endpoint: str | None = Field(default=None, validation_alias="AWS_ENDPOINT_URL")
    storage_id: SecretStr | None = Field(default=None, validation_alias="AWS_ACCESS_KEY_ID")
    storage_secret: SecretStr | None = Field(default=None, validation_alias="AWS_SECRET_ACCESS_KEY")
    storage_region: str | None = Field(default=None, validation_alias="AWS_REGION")
    policy: str = Field(default="default", validation_alias="REBUT_POLICY")
    redis_url: SecretStr | None = Field(default=None, validation_alias="REDIS_URL")
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    stripe_key: SecretStr | None = Field(default=None, validation_alias="STRIPE_SECRET_KEY")
    webhook_secrets: tuple[SecretStr, ...] = Field(default=(), validation_alias="STRIPE_WEBHOOK_SECRET")
    stripe_base: str | None = Field(default=None, validation_alias="STRIPE_API_BASE")
    model_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    model_base: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    model: str = Field(default="gpt-5-mini", validation_alias="REBUT_MODEL")
    model_evidence: str | None = Field(default=None, validation_alias="REBUT_MODEL_EVIDENCE")
    model_classifier: str | None = Field(default=None, validation_alias="REBUT_MODEL_CLASSIFIER")
    model_rebuttal: str | None = Field(default=None, validation_alias="REBUT_MODEL_REBUTTAL")
    prompts: Path | None = Field(default=None, validation_alias="REBUT_PROMPTS")
    templates: Path | None = Field(default=None, validation_alias="REBUT_TEMPLATES")
    tokens: tuple[Grant, ...] = Field(default=(), validation_alias="REBUT_API_TOKENS")
    handoff_url: str | None = Field(default=None, validation_alias="REBUT_HANDOFF_URL")
    handoff_secrets: tuple[SecretStr, ...] = Field(default=(), validation_alias="REBUT_HANDOFF_SECRET")
    notify: tuple[SecretStr, ...] = Field(default=(), validation_alias="REBUT_NOTIFY")
    targets: tuple[NotifyTarget, ...] = Field(default=(), validation_alias="NOTIFY")
    cards: dict[str, dict[str, SecretStr]] = Field(default_factory=dict, validation_alias="CARDS")
    url: str = Field(default="", validation_alias="REBUT_URL")
    studio_open: bool = Field(default=False, validation_alias="REBUT_STUDIO_OPEN")
    studio_edits: bool = Field(default=False, validation_alias="REBUT_STUDIO_EDITS")
    sources: dict[str, dict[str, SecretStr]] = Field(default_factory=dict, validation_alias="SOURCES")
    account_sources: dict[str, dict[str, dict[str, SecretStr]]] = Field(
        default_factory=dict, validation_alias="ACCOUNT_SOURCES"
    )

    @field_validator("redis_url", mode="after")
    @classmethod
    def _redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url:
            credentials.check_redis_url(url.get_secret_value())
        return _scheme(url, ("redis://", "rediss://", "unix://"))

    @field_validator("database_url", mode="after")
    @classmethod
    def _postgres(cls, url: SecretStr | None) -> SecretStr | None:
        _scheme(url, ("postgresql://", "postgres://", "postgresql+psycopg://"))
        return SecretStr(re.sub(r"^\w+(\+\w+)?://", "postgresql+psycopg://", url.get_secret_value())) if url else None

    @field_validator("stripe_key", mode="after")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        if key:
            credentials.check_stripe_key(key.get_secret_value())
        return key

    @field_validator("webhook_secrets", mode="after")
    @classmethod
    def _signing(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in secrets:
            credentials.check_webhook_secret(secret.get_secret_value())
        return secrets

    @field_validator("studio_open", "studio_edits", mode="after")
    @classmethod
    def _only_in_test_mode(cls, on: bool, info: ValidationInfo) -> bool:  # noqa: FBT001  pydantic passes it by position
        if on and is_live(info.data.get("stripe_key")):
            raise ValueError("it cannot be on beside a live Stripe key")
        return on

    @field_validator("handoff_secrets", mode="after")
    @classmethod
    def _handoff_signing(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in secrets:
            credentials.check_signing_secret(secret.get_secret_value())
        return secrets

    @field_validator("url", mode="after")
    @classmethod
    def _base(cls, url: str) -> str:
        return (cls._http(url) or "").rstrip("/")

    @field_validator("stripe_base", "model_base", "handoff_url", "storage_endpoint", mode="after")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        if url and not re.match(r"^https?://[^/\s]+", url):
            raise ValueError("it must be an http(s) URL")
        return url

    @field_validator("webhook_secrets", "handoff_secrets", "notify", mode="before")
    @classmethod
    def _listed(cls, text: object) -> object:
        return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text

    @field_validator("tokens", mode="before")
    @classmethod
    def _granted(cls, text: object) -> object:
        return (
            tuple(_grant(part.strip()) for part in text.split(",") if part.strip()) if isinstance(text, str) else text
        )


def read(environ: Mapping[str, str], *, dotenv: Path | None = None) -> Settings:
    """Read an environment over a `.env` file. Raises `Invalid` with one sentence that names the setting."""
    layers = (dotenv_values(dotenv) if dotenv else {}, environ)
    variables = {name: value for layer in layers for name, value in layer.items() if value}
    _check_plain(variables)
    try:
        accounts = {name: _accept_of(name, options) for name, options in _by_account(variables).items()}
        sources = {"SOURCES": catalog.accept(_by_name(variables, _SOURCE)), "ACCOUNT_SOURCES": accounts}
        cards = boards.accept(_by_name(variables, _CARDS))
        outside = {"NOTIFY": notify_settings.read(variables), "CARDS": cards}
        return Settings.model_validate({**variables, **sources, **outside})
    except ValidationError as error:
        first = error.errors()[0]
        why = str(first["msg"]).removeprefix("Value error, ")
        raise Invalid(f"{first['loc'][0]} is wrong: {why}.") from None


def _check_plain(variables: Mapping[str, str]) -> None:
    ours = {str(field.validation_alias) for field in Settings.model_fields.values()}
    for name, value in variables.items():
        if name in ours or name.startswith((_SOURCE, _CARDS, notify_settings.PREFIX, f"{_ACCOUNT}acct_")):
            try:
                credentials.check_plain(value)
            except ValueError as why:
                raise Invalid(f"{name} is wrong: {why}.") from None


def is_live(key: SecretStr | None) -> bool:
    """Return whether a Stripe key is one of live mode."""
    return key is not None and "_live_" in key.get_secret_value()


def plain_options(given: Mapping[str, Mapping[str, SecretStr]]) -> dict[str, dict[str, str]]:
    """Return options by name as whoever uses them takes them, secrets in plain words."""
    return {name: {option: v.get_secret_value() for option, v in options.items()} for name, options in given.items()}


def require_stripe(settings: Settings) -> None:
    """Raise `Invalid` when Stripe is not configured."""
    require_stripe_key(settings)
    if not settings.webhook_secrets:
        raise Invalid(
            "STRIPE_WEBHOOK_SECRET is not set: webhooks cannot be checked; `stripe listen` prints one (whsec_...)."
        )


def require_stripe_key(settings: Settings) -> None:
    """Raise `Invalid` when there is no key to ask Stripe with."""
    if settings.stripe_key is None:
        raise Invalid(
            "STRIPE_SECRET_KEY is not set: Rebut cannot read disputes without it; take it from your dashboard."
        )


def _accept_of(account: str, options: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Accept the sources of a connected account; an error names its own variables and not the platform's."""
    try:
        return catalog.accept(_by_name(options, _SOURCE))
    except Invalid as wrong:
        raise Invalid(str(wrong).replace(_SOURCE, f"{_ACCOUNT}{account}__{_SOURCE}")) from None


def _by_account(variables: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return `ACCOUNT__acct_...__SOURCES__SHOPIFY__TOKEN` and its like by connected account, as the own account's."""
    accounts: dict[str, dict[str, str]] = {}
    for setting, value in variables.items():
        if setting.upper().startswith(_ACCOUNT) and f"__{_SOURCE}" in setting.upper():
            account, _, rest = setting[len(_ACCOUNT) :].partition("__")
            if not account.startswith("acct_") or not rest.startswith(_SOURCE):
                raise Invalid(f"{setting} is unknown: it must be as ACCOUNT__acct_1AbC__SOURCES__SHOPIFY__TOKEN.")
            accounts.setdefault(account, {})[rest] = value
    return accounts


def _by_name(variables: Mapping[str, str], prefix: str) -> dict[str, dict[str, str]]:
    """Return `SOURCES__SHOPIFY__TOKEN`, `CARDS__ZENDESK__TOKEN` and their like by source or board, and option."""
    found: dict[str, dict[str, str]] = {}
    for setting, value in variables.items():
        if setting.startswith(prefix):
            name, _, option = setting.removeprefix(prefix).lower().partition("__")
            if not (name and option):
                raise Invalid(f"{setting} is unknown: it must name {_EXAMPLES[prefix]}.")
            found.setdefault(name, {})[option] = value
    return found


def _scheme(url: SecretStr | None, schemes: tuple[str, ...]) -> SecretStr | None:
    if url and not url.get_secret_value().startswith(schemes):
        raise ValueError(f"it must start with one of {', '.join(schemes)}")
    return url


def _grant(part: str) -> Grant:
    match = _TOKEN.match(part)
    if not match:
        raise ValueError(
            "each entry is name:role:token, the role viewer, reviewer or admin, the token of 16 characters or more"
        )
    person = User.model_validate({"name": match["name"], "role": match["role"]})
    return Grant(person=person, token=SecretStr(match["token"]))
