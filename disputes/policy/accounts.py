"""The policies of connected accounts: what a seller says, wants and calls things is the seller's, never the platform's.

A policy file has a table for each, `[account.acct_...]`. It rests on a shipped policy and inherits nothing of the file
around it (reference, section 9).
"""

import re
from pathlib import Path

from disputes import toml_file
from disputes.errors import Invalid
from disputes.policy import SHIPPED, Policy, path_of

_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,200}")
_BASE = "based_on"


def load_accounts(name: str) -> dict[str, Policy]:
    """Return the policy of each connected account in a policy file. Raises `Invalid` with one sentence."""
    title = f"The policy {name}"
    tables = toml_file.read(path_of(name), title).get("account", {})
    if not isinstance(tables, dict):
        raise Invalid(f"{title} is wrong at account: it has a table for each account, as [account.acct_...].")
    return {account: _build(f"{title} at account.{account}", account, table) for account, table in tables.items()}


def unsettled() -> Policy:
    """Return the policy of a connected account without settings: its cases wait, and no model is told of them."""
    shipped = toml_file.read(path_of("default"), "The policy default")
    silent = {"automatic": False, "metadata": {}, "model": {"agents": []}}
    return toml_file.validate({**shipped, **silent, "name": "no settings"}, Policy, "The policy default")


def _build(title: str, account: str, table: object) -> Policy:
    if not _ACCOUNT.fullmatch(account) or not isinstance(table, dict):
        raise Invalid(f"{title} is wrong: a connected account is a table under its id, as [account.acct_...].")
    base = table.get(_BASE, "default")
    if not isinstance(base, str) or base not in SHIPPED:
        raise Invalid(f"{title} is wrong at {_BASE}: it is one of {', '.join(SHIPPED)}.")
    shipped = toml_file.read(Path(path_of(base)), f"The policy {base}")
    own = {key: value for key, value in table.items() if key != _BASE}
    return toml_file.validate({**shipped, "name": f"{shipped['name']} for {account}", **own}, Policy, title)
