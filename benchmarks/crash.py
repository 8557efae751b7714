"""The crash table: python -m benchmarks.crash --kills 1000 --seconds 1500."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.crash_kills import Kills
from benchmarks.crash_plans import judge
from benchmarks.crash_world import open_world

async def main(kills,seconds,seed):
    with tempfile.TemporaryDirectory(prefix="rebut-crash-", ignore_cleanup_errors=True) as d:
        async with open_world(Path(d)) as w:
            run = Kills(w, lambda s: None)
            t=time.monotonic()
            b = await run.trace()
            print(len(b), "boundaries", time.monotonic()-t)
            import collections
            print(collections.Counter(p.name for p,_ in b))
            dice=random.Random(seed); 
            sel = dice.sample(b, kills)
            t=time.monotonic()
            await run.at_boundaries(sel)
            print("per kill", (time.monotonic()-t)/kills, "missed", run.missed, "slowest", run.slowest)
            t=time.monotonic()
            await run.at_random(10, dice)
            print("per random kill", (time.monotonic()-t)/10)
            v = await judge(w, run.cases)
            print(v, "repeated", w.repeated())
            for i in set(v.lost+v.verdicts_lost):
                e = await w.deps.docket.entry(i); c=[c for c in run.cases if c.id==i][0]
                print(c, e and (e.state, e.error, [(x.step,x.note) for x in e.history]))
            print((Path(d)/"workers.log").read_text()[-3000:])

if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), 1, int(sys.argv[2])))
