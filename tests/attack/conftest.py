"""The front door's own parts, under attack here."""

from tests.api.conftest import _engine, deps, docket, gateway, queue

__all__ = ["_engine", "deps", "docket", "gateway", "queue"]
