"""A workspace of Notion's with one database: pages, their properties, the bin."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.tools.messages.cards.server import SeenCard, ToolServer, ok
from tests.tools.sources.vendor_server import ReceivedCall, Reply

VERSION = "2026-03-11"


@dataclass
class NotionServer(ToolServer):
    name: str = "notion"
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.database, self.source = self.shape("database"), self.shape("data_source")

    @property
    def columns(self) -> dict[str, Any]:
        columns: dict[str, Any] = self.source["properties"]
        return columns

    def answer(self, call: ReceivedCall) -> Reply:
        assert call.headers["notion-version"] == VERSION
        kind, *rest = call.path.strip("/").split("/")
        if kind == "databases":
            found = rest[0] == self.database["id"].replace("-", "")
            return ok(self.database) if found else self.recorded("not_found")
        if kind == "data_sources":
            assert rest[0] == self.source["id"]
            return self._query(call.json) if rest[1:] == ["query"] else ok(self.source)
        if call.method == "POST":
            return self._create(call.json)
        page = self.pages.get(rest[0])
        if page is None:
            return self.recorded("not_found")
        return self._change(page, call.json) if call.method == "PATCH" else ok(page)

    def creates(self, call: ReceivedCall) -> bool:
        return call.method == "POST" and call.path == "/pages"

    def seen(self) -> list[SeenCard]:
        return [self._seen(page["properties"]) for page in self.pages.values() if not page["in_trash"]]

    def delete(self) -> None:
        for page in self.pages.values():
            page["in_trash"] = True

    def move(self, name: str) -> None:
        """Set a status on every page, as a person does."""
        for page in self.pages.values():
            page["properties"] |= self._filled({"Status": {"status": {"name": name}}})

    def _seen(self, held: dict[str, Any]) -> SeenCard:
        return SeenCard(
            plain(held["Key"]["rich_text"]),
            plain(held["Case"]["title"]),
            plain(held["Summary"]["rich_text"]),
            held["Status"]["status"]["name"] == "Done",
            held["Urgent"]["checkbox"],
        )

    def _query(self, asked: dict[str, Any]) -> Reply:
        wanted = asked["filter"]
        pages = [
            page
            for page in self.pages.values()
            if not page["in_trash"]
            and plain(page["properties"][wanted["property"]]["rich_text"]) == wanted["rich_text"]["equals"]
        ]
        return ok({**self.shape("list"), "results": pages})

    def _create(self, fields: dict[str, Any]) -> Reply:
        assert fields["parent"] == {"type": "data_source_id", "data_source_id": self.source["id"]}
        if not self._valid(fields["properties"]):
            return self.recorded("refused")
        page = {**self.shape("page"), "id": str(uuid.uuid4())}
        page["properties"] = self._filled(fields["properties"])
        self.pages[page["id"]] = page
        return ok(page)

    def _change(self, page: dict[str, Any], fields: dict[str, Any]) -> Reply:
        if page["in_trash"] and "properties" in fields:
            return self.recorded("archived")
        if not self._valid(fields.get("properties", {})):
            return self.recorded("refused")
        page["in_trash"] = fields.get("in_trash", page["in_trash"])
        page["properties"] |= self._filled(fields.get("properties", {}))
        return ok(page)

    def _valid(self, properties: dict[str, Any]) -> bool:
        return all(name in self.columns and self._fits(self.columns[name], value) for name, value in properties.items())

    def _fits(self, column: dict[str, Any], value: dict[str, Any]) -> bool:
        if list(value) != [column["type"]]:
            return False
        if column["type"] == "status":
            return value["status"]["name"] in [option["name"] for option in column["status"]["options"]]
        if column["type"] in {"title", "rich_text"}:
            return all(len(piece["text"]["content"]) <= 2_000 for piece in value[column["type"]])
        return column["type"] != "select" or value["select"] is None or "," not in value["select"]["name"]

    def _filled(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Return property values as Notion gives them back."""
        return {name: self._value(self.columns[name], value) for name, value in properties.items()}

    def _value(self, column: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        kind = column["type"]
        inner = value[kind]
        if kind in {"title", "rich_text"}:
            inner = [{**piece, "plain_text": piece["text"]["content"], "href": None} for piece in inner]
        if kind in {"status", "select"} and inner:
            inner = {"id": "034ece9a-384d-4d1f-97f7-7f685b29ae9b", "color": "default", **inner}
        if kind == "date" and inner:
            inner = {"end": None, "time_zone": None, **inner}
        return {"id": column["id"], "type": kind, kind: inner}


def plain(pieces: list[dict[str, Any]]) -> str:
    return "".join(piece["plain_text"] for piece in pieces)
