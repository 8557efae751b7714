"""The commands about templates: `rebut templates list`, `check`, `propose`, `sign` and `diff`."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from disputes.errors import Invalid
from disputes.letter.templates import Template, Templates, checks, loading, register, writing
from disputes.letter.templates.proposals import Proposed, Subject
from disputes.playbook.point import PRODUCTS
from disputes.repositories.template_signatures import TemplateSignature
from graph import template_proposals, template_signing
from graph.wiring.deps import Deps
from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings
from jobs.cli.template_table import print_templates
from jobs.cli.terminal import read_settings, run

TOKEN = "REBUT_TOKEN"  # noqa: S105 - the name of a variable

templates = typer.Typer(no_args_is_help=True)


@templates.callback(help="The templates of letters: which there are, who signed them, and your own.")
def template_group() -> None:
    """Group the commands about templates."""


@templates.command(name="list")
def list_templates(
    reason: Annotated[str, typer.Option(help="Only those for this reason, such as fraudulent.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """List every template with its reasons, its products, who signed it and its first phrasing."""
    settings = read_settings()
    every, signatures = run(_read(settings))
    listed = list(register.list_templates(every, signatures, reason=reason))
    if as_json:
        _print(template.model_dump_json() for template in listed)
    else:
        print_templates(Console(), listed)


async def _read(settings: Settings) -> tuple[Templates, Sequence[TemplateSignature]]:
    """Return the templates and their signatures; nothing is opened where the release signed every template."""
    every = loading.load_templates(settings.templates)
    async with AsyncExitStack() as stack:
        if every.unsigned():
            deps = (await stack.enter_async_context(open_runtime(settings))).deps
            return deps.templates, await deps.template_signatures.all()
    return every, ()


@templates.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of templates; REBUT_TEMPLATES without it.")] = None,
) -> None:
    """Check the shipped templates and your own, and print each problem; the exit status is 1 where there is one."""
    problems = list(find_problems(folder or read_settings().templates))
    _print(problems or ["Every template is sound."])
    sys.exit(1 if problems else 0)


def find_problems(own: Path | None) -> Iterator[str]:
    """Yield a sentence for each file that cannot be read, then for each thing that a template may not say."""
    unreadable = list(loading.find_unreadable(own)) if own else []
    yield from unreadable
    for template in register.every(loading.load_templates(None if unreadable else own)):
        yield from checks.find_problems(template)


@templates.command()
def propose(
    reason: Annotated[str, typer.Option(help="The reason of the disputes, such as fraudulent.")],
    topic: Annotated[str, typer.Option(help="The topic; every one without it.")] = "",
    product: Annotated[str | None, typer.Option(help="physical, digital or service; each without it.")] = None,
    out: Annotated[Path | None, typer.Option(help="A file of one topic, instead of your folder.")] = None,
) -> None:
    """Have the model propose phrasings, and write those that pass the checks into your folder, unsigned."""
    if product not in {None, *PRODUCTS}:
        raise typer.BadParameter(f"a product is one of {', '.join(PRODUCTS)}")
    if out and not topic:
        raise typer.BadParameter("a file holds one topic: name it with --topic beside --out")
    settings = read_settings()
    template_proposals.require_folder(settings, out)
    subject = Subject.model_validate({"reason": reason, "topic": topic, "product": product})
    proposed = run(template_proposals.propose(settings, subject))
    _print(describe_proposed(proposed, template_proposals.save(proposed, settings, out=out)))


def describe_proposed(proposed: Proposed, files: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each template with its file, for each refused phrasing with why, and what comes next."""
    for template, path in zip(proposed.templates, files, strict=True):
        yield f"{template.id} is in {path}, not signed."
    for each in proposed.refused:
        yield f"Refused for {each.name}: {each.phrasing}\n    {each.why}"
    if proposed.templates:
        yield "Read them with `rebut templates diff`, then sign them with `rebut templates sign`."
    else:
        yield "Nothing that the model proposed passed the checks."


@templates.command()
def sign(
    template_ids: Annotated[list[str] | None, typer.Argument(help="Templates by id, as delivered@2.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every template that nobody signed.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """Show templates and sign them as the admin whose token is in REBUT_TOKEN, or is asked for without echo."""
    if bool(template_ids) == every:
        raise typer.BadParameter("name templates, or say --all for every one that nobody signed")
    settings = read_settings()
    chosen = choose(*run(_read(settings)), template_ids or ())
    _print(map(writing.write, chosen) if chosen else ["Every template is signed."])
    if chosen:
        token = os.environ.get(TOKEN) or typer.prompt("The token of an admin", hide_input=True)
        _print(run(_sign(settings, chosen, token)))


def choose(every: Templates, signatures: Sequence[TemplateSignature], template_ids: Sequence[str]) -> list[Template]:
    """Return the templates to sign: those named, or every unsigned one. Raises `Invalid` for one that is not there."""
    unsigned = register.find_unsigned(every, signatures)
    if missing := [name for name in template_ids if name not in {template.id for template in unsigned}]:
        raise Invalid(f"{missing[0]} is no template that waits for a signature; rebut templates list has them.")
    return [template for template in unsigned if not template_ids or template.id in template_ids]


async def _sign(settings: Settings, chosen: Sequence[Template], token: str) -> list[str]:
    async with open_runtime(settings) as runtime:
        return await sign_all(runtime.deps, chosen, token)


async def sign_all(deps: Deps, chosen: Sequence[Template], token: str) -> list[str]:
    """Sign templates for the admin who holds a token, and return a line for each. Raises `Invalid` for anybody else."""
    user = await deps.users.by_token(token)
    signed = await template_signing.sign(deps, chosen, by=user)
    return [f"{each.template.id} is signed by {each.by}." for each in signed]


@templates.command()
def diff(
    template_id: Annotated[str, typer.Argument(help="A template by id; every unsigned one without it.")] = "",
) -> None:
    """Show what a signature would change: a unified diff from what is signed to what is not."""
    every, signatures = run(_read(read_settings()))
    _print(compare(every, signatures, template_id))


def compare(every: Templates, signatures: Sequence[TemplateSignature], template_id: str = "") -> Iterator[str]:
    """Yield the diff of each unsigned template, or a sentence where there is none."""
    unsigned = register.find_unsigned(every, signatures, template_id=template_id)
    for template in unsigned:
        yield register.compare(register.find_signed(template, every, signatures), template)
    if not unsigned:
        yield f"{template_id} is signed, or is not there." if template_id else "Every template is signed."


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
