"""The command `rebut init`: from nothing to a `.env` that works, and a sample answer at the end."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.setup.given import Given, read_options, read_secret
from jobs.cli.setup.questions import Nobody, Questions, Terminal
from jobs.cli.setup.rehearsal import RehearsalOptions
from jobs.cli.setup.rehearsal_command import AMOUNT, REASON, read_environ, read_money, show_rehearsal
from jobs.cli.setup.setting_up import set_up
from jobs.cli.terminal import INTERRUPTED, write_line


def init(  # noqa: PLR0913, PLR0917 - each is a flag on the command line
    stripe_key: Annotated[str, typer.Option(help="Better --stripe-key-file: `ps` shows flags.")] = "",
    stripe_key_file: Annotated[
        Path | None, typer.Option(help="A file with the Stripe key; or STRIPE_SECRET_KEY.")
    ] = None,
    webhook_url: Annotated[str, typer.Option(help="Where Stripe reaches Rebut; the endpoint is made.")] = "",
    webhook_secret: Annotated[str, typer.Option(help="The signing secret of an endpoint that is there.")] = "",
    webhook_secret_file: Annotated[Path | None, typer.Option(help="A file with it; or STRIPE_WEBHOOK_SECRET.")] = None,
    shop: Annotated[str, typer.Option(help="A source, as `rebut sources` lists them, or none.")] = "",
    shop_option: Annotated[
        list[str] | None, typer.Option(help="name=value; or SOURCES__SHOPIFY__TOKEN and such.")
    ] = None,
    merchant: Annotated[str, typer.Option(help="Your business's name.")] = "",
    refund_policy: Annotated[str, typer.Option(help="As buyers see it, or the path of a text file.")] = "",
    reviewer: Annotated[str, typer.Option(help="The name of who reviews; gets a token.")] = "",
    env_file: Annotated[Path, typer.Option(help="Where the settings are written.")] = Path(".env"),
    policy_file: Annotated[Path, typer.Option(help="Where the policy is written.")] = Path("policy.toml"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Change a .env that is there.")] = False,  # noqa: FBT002 - a flag on the command line
    untried: Annotated[bool, typer.Option("--untried", help="Write down what could not be tried.")] = False,  # noqa: FBT002 - the same
    without_sample: Annotated[bool, typer.Option("--without-sample", help="Do not end with `rebut try`.")] = False,  # noqa: FBT002 - the same
) -> None:
    """Set Rebut up: asks for keys, tries each, writes .env, and shows a sample answer; flags say it all too."""
    given = Given(
        env_file=env_file,
        policy_file=policy_file,
        key=read_secret(stripe_key, stripe_key_file, "--stripe-key") or os.environ.get("STRIPE_SECRET_KEY", ""),
        webhook_url=webhook_url,
        webhook_secret=read_secret(webhook_secret, webhook_secret_file, "--webhook-secret")
        or ("" if webhook_url else os.environ.get("STRIPE_WEBHOOK_SECRET", "")),
        shop=shop,
        shop_options=read_options(shop_option or []),
        merchant=merchant,
        refund_policy=refund_policy,
        reviewer=reviewer,
        base=os.environ.get("STRIPE_API_BASE") or None,
        environ=dict(os.environ),
        overwrite=overwrite,
        untried=untried,
    )
    _set_up(Terminal() if sys.stdin.isatty() else Nobody(), given)
    if not without_sample:
        environ = read_environ(env_file)
        show_rehearsal(RehearsalOptions(REASON, read_money(AMOUNT, environ)), environ)
    write_line("Next: `rebut doctor` checks it all, and `rebut serve` runs it.")


def _set_up(questions: Questions, given: Given) -> None:
    try:
        set_up(questions, given)
    except (KeyboardInterrupt, EOFError):
        write_line(f"\nStopped: {given.env_file} is as it was.")
        sys.exit(INTERRUPTED)
    write_line(
        f"Written: {given.env_file}, which you alone can read; the reviewer's token stands in it.", style="green"
    )
