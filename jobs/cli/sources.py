from rich.console import Console
from rich.text import Text

from graph.wiring.source_list import SourceStatus


def show(console: Console, listed: list[SourceStatus]) -> None:
    """Print every source: whether it is on, what it adds, what would switch it on, and where it is documented."""
    for source in listed:
        title = Text.assemble((source.title, "bold green" if source.on else "bold"), f"  {state(source)}")
        for line in (title, Text(f"  adds {source.adds}"), *(Text(f"  {page}") for page in source.reference[:1])):
            console.print(line, soft_wrap=True, highlight=False)


def state(source: SourceStatus) -> str:
    """Say whether a source is on, and what to set when it is not."""
    return "on" if source.on else f"off; set {', '.join(source.missing)}"
