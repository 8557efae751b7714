"""The table of templates that `rebut templates list` prints for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from disputes.letter.templates.register import ListedTemplate
from disputes.playbook.point import PRODUCTS


def print_templates(console: Console, listed: Sequence[ListedTemplate]) -> None:
    """Print a row for each template, its first phrasing below: a column of its own would be a few letters wide."""
    rows = [_cells(template) for template in listed]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for template, row in zip(listed, rows, strict=True):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        console.print(Text(cells, "bold" if template.signed == "nobody" else ""), soft_wrap=True, highlight=False)
        console.print(Text(f"  {template.phrasing}"), soft_wrap=True, highlight=False)


def _cells(template: ListedTemplate) -> tuple[str, ...]:
    products = "any product" if template.products == PRODUCTS else ", ".join(template.products)
    reasons = ", ".join(template.reasons) or "any reason"
    return template.topic, template.id, describe_signature(template), products, reasons


def describe_signature(template: ListedTemplate) -> str:
    """Return who signed a template, and when an admin did."""
    if template.at:
        return f"signed by {template.by} on {template.at:%Y-%m-%d %H:%M} UTC"
    return "signed with the release" if template.signed == "release" else "not signed"
