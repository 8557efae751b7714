"""The targets of notes in the settings: `NOTIFY__<NAME>__URL` with `__QUEUES` and `__EVENTS`, and `REBUT_NOTIFY`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from pydantic import SecretStr

from disputes.errors import Invalid
from disputes.messages import handoff
from disputes.messages.targets import LOG, Target
from disputes.model import Value
from disputes.repositories.outbox import NoteEvent

PREFIX = "NOTIFY__"
_EVENTS: tuple[NoteEvent, ...] = get_args(NoteEvent)
_OPTIONS = ("url", "queues", "events")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TAKEN = re.compile(rf"{LOG}|{handoff.TARGET}|notify\d+")


class NotifyTarget(Value):
    """A target of notes with its URL of apprise; `setting` is where the URL stands."""

    target: Target
    url: SecretStr
    setting: str


def listed(urls: Sequence[SecretStr]) -> Iterator[NotifyTarget]:
    """Yield the targets of `REBUT_NOTIFY`, which hear everything: `notify1` and on, by their place in the list."""
    for place, url in enumerate(urls, start=1):
        setting = f"REBUT_NOTIFY (URL number {place})"
        yield NotifyTarget(target=Target(name=f"notify{place}"), url=url, setting=setting)


def read(variables: Mapping[str, str]) -> tuple[NotifyTarget, ...]:
    """Read each `NOTIFY__<NAME>__<OPTION>`. Raises `Invalid` with one sentence that names the setting."""
    named: dict[str, dict[str, str]] = {}
    for setting, value in variables.items():
        if setting.startswith(PREFIX):
            name, option = _split(setting)
            named.setdefault(name, {})[option] = value
    return tuple(_target(name, options) for name, options in named.items())


def _split(setting: str) -> tuple[str, str]:
    name, _, option = setting.removeprefix(PREFIX).lower().rpartition("__")
    if not _NAME.fullmatch(name) or option not in _OPTIONS:
        raise Invalid(
            f"{setting} is unknown: it must be as NOTIFY__OPS__URL, NOTIFY__OPS__QUEUES, NOTIFY__OPS__EVENTS."
        )
    if _TAKEN.fullmatch(name):
        raise Invalid(f"{setting} is wrong: the name {name} stands for a target of Rebut's own; take another.")
    return name, option


def _target(name: str, options: Mapping[str, str]) -> NotifyTarget:
    setting = f"{PREFIX}{name.upper()}__"
    if "url" not in options:
        raise Invalid(f"{setting}URL is not set: the target {name} has no address without it.")
    events = _parts(options.get("events", ""))
    if unknown := [event for event in events if event not in _EVENTS]:
        raise Invalid(f"{setting}EVENTS is wrong: {unknown[0]} is no event; they are {', '.join(_EVENTS)}.")
    target = Target.model_validate({"name": name, "queues": _parts(options.get("queues", "")), "events": events})
    return NotifyTarget(target=target, url=SecretStr(options["url"]), setting=f"{setting}URL")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
