"""The command line: every command of `rebut`."""

import sys

import typer

from disputes.errors import DisputeError
from jobs.cli.case_commands import drive, erase, packet, reconcile
from jobs.cli.demo_command import demo
from jobs.cli.evaluation_commands import attack, evaluate
from jobs.cli.message_commands import messages
from jobs.cli.plan_commands import last_chance, plan
from jobs.cli.report_commands import report
from jobs.cli.server_commands import serve, simulator, sweep, worker
from jobs.cli.setup.init_command import init
from jobs.cli.setup.rehearsal_command import rehearsal
from jobs.cli.setup_commands import doctor, sources, token
from jobs.cli.template_commands import templates
from jobs.cli.terminal import write_line

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Answers Stripe chargebacks."
)

for command in (demo, serve, worker, sweep, drive, packet, reconcile, messages, token, erase, doctor, sources):
    app.command()(command)
app.command()(init)
app.command()(plan)
app.command(name="last-chance")(last_chance)
app.add_typer(report, name="report")
app.add_typer(templates, name="templates")
app.command(name="try")(rehearsal)
app.command(name="eval")(evaluate)
app.command()(attack)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(simulator)


def main() -> None:
    """Run a command; an error is one sentence and exit status 1."""
    try:
        app()
    except (DisputeError, RuntimeError) as failed:
        write_line(str(failed), style="red")
        sys.exit(1)
