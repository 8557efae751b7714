"""What flags, files and the environment say before anything is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from disputes.errors import Invalid
from jobs.cli.setup.private_file import read_text


@dataclass(frozen=True)
class Given:
    """The answers that came with the command; empty where there is none. `found` is what `.env` holds already."""

    env_file: Path = Path(".env")
    policy_file: Path = Path("policy.toml")
    key: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""
    shop: str = ""
    shop_options: Mapping[str, str] = field(default_factory=dict)
    merchant: str = ""
    refund_policy: str = ""
    reviewer: str = ""
    base: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    overwrite: bool = False
    untried: bool = False


def read_secret(value: str, file: Path | None, flag: str) -> str:
    """Return a value from its flag or its file. Raises `Invalid` for both, or a file with nothing in it."""
    if value and file:
        raise Invalid(f"Give {flag} or {flag}-file, not both.")
    if file is None:
        return value
    if text := read_text(file).strip():
        return text
    raise Invalid(f"{flag}-file {file} is empty or not there.")


def read_options(pairs: list[str]) -> dict[str, str]:
    """Return `name=value` flags as a mapping. Raises `Invalid` that shows no value."""
    for pair in pairs:
        if not re.match(r"[a-z][a-z0-9_]*=.", pair):
            raise Invalid("--shop-option must be as shop=acme.")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
