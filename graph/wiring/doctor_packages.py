"""Whether another distribution owns one of our top-level names, such as `agents`, and would be loaded in its place."""

import importlib.util
from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

PACKAGES = ("agents", "api", "disputes", "evals", "graph", "jobs", "simulator", "tools")
OURS = "rebut"
ROOT = Path(__file__).parents[2]


def find_rivals(owners: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return a sentence for each of our packages that another distribution ships or that is loaded from elsewhere.

    `langgraph dev` appends the project to the import path, so there the other distribution's package is the one loaded.
    """
    owners = packages_distributions() if owners is None else owners
    rivals = ((name, sorted({*owners.get(name, ())} - {OURS})) for name in PACKAGES)
    shipped = [f"{', '.join(others)} also ships `{name}`." for name, others in rivals if others]
    return [*shipped, *(f"`{name}` is loaded from {where(name)}." for name in PACKAGES if not is_ours(name))]


def is_ours(name: str) -> bool:
    """Return whether a package is loaded from this repository."""
    return where(name) == ROOT / name


def where(name: str) -> Path | None:
    """Return the folder a package is loaded from; None when it cannot be found."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
