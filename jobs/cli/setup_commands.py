"""The commands that set Rebut up and check it: `rebut token`, `doctor`, `sources`."""

import hashlib
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console

from disputes.repositories.users import Role, User
from graph.wiring.doctor import examine, find_orders
from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings
from graph.wiring.source_list import listed
from jobs.cli.source_table import print_sources
from jobs.cli.terminal import read_settings, run


def token(name: str, role: Annotated[str, typer.Option(help="viewer, reviewer or admin")] = "viewer") -> None:
    """Add a user: prints a new token once and stores only its hash."""
    if role not in get_args(Role):
        raise typer.BadParameter("the role is viewer, reviewer or admin")
    new_token = secrets.token_urlsafe(32)
    run(_add_user(read_settings(), User.model_validate({"name": name, "role": role}), new_token))
    sys.stdout.write(new_token + "\n")


async def _add_user(settings: Settings, user: User, new_token: str) -> None:
    async with open_runtime(settings) as runtime:
        await runtime.deps.users.add(user, digest=hashlib.sha256(new_token.encode()).hexdigest())


def doctor(
    last: Annotated[
        int | None, typer.Option(min=1, max=100, help="Ask every source for the orders of so many last payments.")
    ] = None,
) -> None:
    """Check in plain words what is configured, reachable, embedded, missing; with --last, which orders are found."""
    dotenv = Path(".env")
    findings = run(find_orders(os.environ, last, dotenv=dotenv) if last else examine(os.environ, dotenv=dotenv))
    for finding in findings:
        sys.stdout.write(f"{finding.mark}  {finding.title}: {finding.text}\n")
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


def sources(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """List every source of evidence: on or off, what to set, what it adds, where it is documented."""
    statuses = listed(read_settings())
    if as_json:
        sys.stdout.write("".join(status.model_dump_json() + "\n" for status in statuses))
    else:
        print_sources(Console(), statuses)
