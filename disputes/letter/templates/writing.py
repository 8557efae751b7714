"""Templates written as TOML, as a merchant's folder holds them and as people compare them."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from disputes import toml_file
from disputes.errors import Invalid
from disputes.letter.templates import Template
from disputes.letter.templates.loading import SHIPPED

_DEL = "\x7f"


def write(template: Template) -> str:
    """Return a template as TOML: a table of its topic's file, without what stays as it is by default."""
    rows = template.model_dump(mode="json", exclude={"topic"}, exclude_defaults=True)
    return "[[template]]\n" + "".join(f"{name} = {text}\n" for name, value in rows.items() for text in _values(value))


def add(template: Template, folder: Path, *, out: Path | None = None) -> Path:
    """Return the file to which a template was added: `out`, or the folder's file of its topic. Raises `Invalid`."""
    path = out or _find_file(template.topic, folder)
    if SHIPPED.resolve() in path.resolve().parents:
        raise Invalid(f"{path} is one of the shipped templates, which nobody adds to.")
    if path.exists() and _read_topic(path) != template.topic:
        raise Invalid(f"{path} is of another topic than {template.topic}, and a file holds one.")
    try:
        before = path.read_text("utf-8") if path.exists() else f"topic = {_quote(template.topic)}\n"
        path.write_text(f"{before.rstrip()}\n\n{write(template)}", "utf-8")
    except OSError as failed:
        raise Invalid(f"{path} cannot be written: {failed.strerror}.") from failed
    return path


def _find_file(topic: str, folder: Path) -> Path:
    """Return the file of a topic, which a merchant may have named otherwise."""
    for path in sorted(folder.glob("*.toml")):
        if _read_topic(path) == topic:
            return path
    return folder / f"{topic}.toml"


def _read_topic(path: Path) -> object:
    return toml_file.read(path, f"The templates {path.name}").get("topic")


def _values(value: JsonValue) -> Iterator[str]:
    """Yield a value as TOML: a list of phrasings with one on each line, so that a comparison shows which changed."""
    if isinstance(value, list):
        items = [f"    {_quote(str(item))},\n" for item in value]
        yield f"[\n{''.join(items)}]" if items else "[]"
    else:
        yield _quote(value) if isinstance(value, str) else json.dumps(value)


def _quote(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace(_DEL, "\\u007f")
