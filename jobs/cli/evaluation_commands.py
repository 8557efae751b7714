"""The commands that judge letters: `rebut eval`, `rebut attack`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jobs.cli import attacks, dictations, evaluation
from jobs.cli.terminal import read_settings, run


def evaluate(
    writer: Annotated[str, typer.Option(help="built-in or model.")] = "built-in",
    model: Annotated[str, typer.Option(help="The model's name; that of the settings by default.")] = "",
    base_url: Annotated[str, typer.Option(help="Its endpoint; that of the settings by default.")] = "",
    cases: Annotated[int | None, typer.Option(min=1, help="So many cases, spread over all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """Write the letters of 200 public cases and count: right way, points made, nothing unsupported, nobody obeyed."""
    options = evaluation.EvaluationOptions(writer=writer, model=model, base_url=base_url, cases=cases, as_json=as_json)
    sys.exit(run(evaluation.evaluate(options, read_settings())))


def attack(  # noqa: PLR0913, PLR0917 - each is an option on the command line
    writer: Annotated[str, typer.Option(help="built-in, obedient (obeys every order it reads) or model.")] = "built-in",
    model: Annotated[str, typer.Option(help="The model's name; REBUT_ATTACK_MODEL by default.")] = "",
    base_url: Annotated[str, typer.Option(help="Its endpoint; OPENAI_BASE_URL by default.")] = "",
    cases: Annotated[Path | None, typer.Option(help="A folder of attacks.")] = None,
    kind: Annotated[str | None, typer.Option(help="One kind alone.")] = None,
    only: Annotated[str | None, typer.Option(help="dictation: the suite of dictations in place of this one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """Attack letters in every known way, each beside a harmless twin, and count what was followed."""
    if only is not None:
        dictated = run(dictations.run_dictations(writer, only=only))
        sys.exit(dictations.report(Console(), dictated, as_json=as_json))
    endpoint = attacks.find_endpoint(os.environ, model=model, base_url=base_url)
    score = run(attacks.run_attacks(writer, cases=cases, kind=kind, endpoint=endpoint))
    sys.exit(attacks.report(Console(), score, as_json=as_json))
