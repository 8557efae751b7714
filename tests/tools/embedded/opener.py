"""A process that opens a home, prints its URLs, and holds it until its input closes or it is killed."""

import asyncio
import sys
from pathlib import Path

from tools.embedded.servers import open_servers


async def hold(home: Path) -> None:
    async with open_servers(home) as servers:
        sys.stdout.write(f"{servers.redis_url} {servers.database_url}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(hold(Path(sys.argv[1])))
