"""The command `python -m tests.stories`: plays the stories and writes how each of them ended, and why."""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from evals.stories.story import STORIES, Story
from tests.stories import playing


def main() -> int:
    """Play the chosen stories; return how many of them went wrong."""
    parser = argparse.ArgumentParser(prog="tests.stories")
    parser.add_argument("--only", metavar="NAME", default="", help="stories whose name begins so")
    parser.add_argument("--wrong", action="store_true", help="write those alone that ended wrong")
    options = parser.parse_args()
    chosen = [story for name, story in STORIES.items() if name.startswith(options.only)]
    return asyncio.run(_play(chosen, only_wrong=options.wrong))


async def _play(stories: list[Story], *, only_wrong: bool) -> int:
    ends: Counter[bool] = Counter()
    with tempfile.TemporaryDirectory(prefix="rebut-", ignore_cleanup_errors=True) as folder:
        async with playing.opened(Path(folder)) as stage:
            for story in stories:
                ending = await playing.play(stage, story)
                ends[ending.is_right] += 1
                if not (only_wrong and ending.is_right):
                    _write(ending.describe())
    _write(f"{ends[True]} right, {ends[False]} wrong")
    return min(ends[False], 1)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
