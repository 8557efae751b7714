"""The list of sources that `rebut sources` prints for people."""

from rich.console import Console
from rich.text import Text

from graph.wiring.source_list import SourceStatus


def print_sources(console: Console, statuses: list[SourceStatus]) -> None:
    """Print every source: whether it is on, what it adds, what would switch it on, and where it is documented."""
    for source in statuses:
        title = Text.assemble((source.title, "bold green" if source.on else "bold"), f"  {describe_state(source)}")
        for line in (title, Text(f"  adds {source.adds}"), *(Text(f"  {page}") for page in source.reference[:1])):
            console.print(line, soft_wrap=True, highlight=False)


def describe_state(source: SourceStatus) -> str:
    """Return whether a source is on, and what to set when it is not."""
    return "on" if source.on else f"off; set {', '.join(source.missing)}"
