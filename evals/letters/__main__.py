"""Twelve letters, as they were and as they are: `python -m evals.letters > docs/letters.md`.

`before.json` holds what commit 8d02465 wrote, the last before letters were planned as arguments.
"""

import asyncio
import json
import sys
from pathlib import Path

from disputes.packet import LETTER
from evals import case as cases
from evals.harness import build_harness
from evals.play import PlayedEvalCase, play

BEFORE = Path(__file__).parent / "before.json"
HEAD = """# Letters

A bank's analyst reads an answer in two minutes. So a letter is an argument: what is disputed and what the cardholder
says, our answer in one sentence, the paragraphs in the order of what decides, each with its exhibit, and what we ask
for. `disputes/letter/argument` plans it, [templates](templates.md) hold its words, and code writes every value.

Twelve evaluation cases follow, each as the last release wrote it (commit 8d02465) and as it is written now. The page is
made by `python -m evals.letters`, and `tests/evals/test_letters_page.py` holds that it is what the command prints.
[How letters are judged](evals.md) has the figures.
"""


async def build_page() -> str:
    """Return the page with the twelve letters, before and after, as Markdown."""
    before = json.loads(BEFORE.read_text("utf-8"))
    by_id = {case.id: case for case in cases.load()}
    played = [each async for each in play([by_id[name] for name in before], build_harness())]
    parts = [_write(number, each, before[each.case.id]) for number, each in enumerate(played, 1)]
    return "\n".join((HEAD, *parts))


def _write(number: int, played: PlayedEvalCase, before: str) -> str:
    case, result = played.case, played.result
    code = result.dispute.network_code or "no code"
    title = f"## {number}. {case.reason.replace('_', ' ').capitalize()}, {case.product}, code {code}"
    letter = result.draft.fields.get(LETTER, "")
    counted = f"{len(before.split())} words before, {len(letter.split())} now, lists of exhibits included."
    return "\n\n".join((title, f"`{case.id}`. {counted}", "Before:", _quote(before), "Now:", _quote(letter))) + "\n"


def _quote(letter: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in letter.splitlines())


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(build_page()))
