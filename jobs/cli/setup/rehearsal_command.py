"""The command `rebut try`: what an answer would look like, before any dispute comes."""

import os
import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from disputes import policy
from disputes.errors import Invalid
from disputes.money import Money, decimal_places
from jobs.cli.setup.env_text import read_values
from jobs.cli.setup.private_file import read_text
from jobs.cli.setup.rehearsal import RehearsalOptions, rehearse, stay_on_this_machine
from jobs.cli.setup.rehearsal_report import print_rehearsal
from jobs.cli.setup.sample import CODES
from jobs.cli.terminal import run, write_line

REASON, AMOUNT = "product_not_received", "38"
_MOST = 99_999_999  # minor units, the most that Stripe takes in one payment


def rehearsal(
    reason: Annotated[str, typer.Option(help=f"What is claimed: {', '.join(CODES)}.")] = REASON,
    amount: Annotated[str, typer.Option(help="How much, as 38.00, in your policy's currency.")] = AMOUNT,
    save: Annotated[Path | None, typer.Option(help="A folder for packet.json and the PDFs.")] = None,
    model: Annotated[bool, typer.Option("--model", help="Let the model help that is set.")] = False,  # noqa: FBT002 - a flag on the command line
    sources: Annotated[bool, typer.Option("--sources", help="Ask your own shop, which lacks the order.")] = False,  # noqa: FBT002 - the same
) -> None:
    """Answer one sample dispute under your own policy, at a simulated Stripe; sends nothing anywhere."""
    environ = read_environ()
    options = RehearsalOptions(reason, read_money(amount, environ), model=model, sources=sources, save=save)
    show_rehearsal(options, environ)


def show_rehearsal(options: RehearsalOptions, environ: Mapping[str, str]) -> None:
    """Play the sample and print what comes of it. Raises one sentence on what is wrong."""
    if options.reason not in CODES:
        raise Invalid(f"--reason {options.reason} is no reason of the sample: take one of {', '.join(CODES)}.")
    stay_on_this_machine(os.environ)
    write_line("Starting PostgreSQL, Redis and a simulated Stripe for one sample dispute ...", style="dim")
    played = run(rehearse(options, environ), log="error")
    print_rehearsal(Console(file=sys.stdout), played, sources=options.sources)


def read_environ(dotenv: Path = Path(".env")) -> dict[str, str]:
    """Return the environment over a `.env` file, as it is and without looking at the values."""
    return {**read_values(read_text(dotenv)), **{name: value for name, value in os.environ.items() if value}}


def read_money(amount: str, environ: Mapping[str, str]) -> Money:
    """Read an amount in the currency of the merchant's policy. Raises `Invalid` with one sentence."""
    currency = policy.load(environ.get("REBUT_POLICY") or "default").currency
    try:
        minor = Decimal(amount).scaleb(decimal_places(currency))
        whole = minor.is_finite() and minor == minor.to_integral_value() and 0 < minor <= _MOST
    except InvalidOperation:
        whole = False
    if not whole:
        raise Invalid(f"--amount {amount} is no amount of {currency.upper()}: it must be such as {AMOUNT}.")
    return Money(amount=int(minor), currency=currency)
