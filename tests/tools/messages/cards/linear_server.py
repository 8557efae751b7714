"""A workspace of Linear's with one team: issues under ids of the caller's own, a bin, columns."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.tools.messages.cards.server import SeenCard, ToolServer, ok
from tests.tools.sources.vendor_server import ReceivedCall, Reply


@dataclass
class LinearServer(ToolServer):
    name: str = "linear"
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, call: ReceivedCall) -> Reply:
        assert (call.method, call.path) == ("POST", "/graphql")
        kind, name = re.match(r"(query|mutation) (\w+)", call.json["query"]).groups()  # type: ignore[union-attr]
        variables = call.json["variables"]
        assert (kind == "query") == (name == "Card")
        if name == "Create":
            return self._create(variables["input"])
        issue = self.issues.get(variables["id"])
        if issue is None:
            return self.recorded("not_found")
        if name == "Card":
            return self._read(issue)
        return self._restore(issue) if name == "Restore" else self._update(issue, variables["input"])

    def creates(self, call: ReceivedCall) -> bool:
        return "issueCreate" in call.json["query"]

    def seen(self) -> list[SeenCard]:
        return [
            SeenCard(
                re.search("du_[A-Za-z0-9]+", one["description"])[0],  # type: ignore[index]
                one["title"],
                one["description"],
                self._type(one) in {"completed", "canceled"},
                one["priority"] == 1,
            )
            for one in self.issues.values()
            if not one["trashed"]
        ]

    def delete(self) -> None:
        for issue in self.issues.values():
            issue |= {"trashed": True, "archivedAt": "2026-11-21T12:00:00.000Z"}

    def move(self, kind: str) -> None:
        """Move every issue to the first column of a type, as a person does."""
        column = next(state["id"] for state in self.shapes["states"] if state["type"] == kind)
        for issue in self.issues.values():
            issue["stateId"] = column

    def _type(self, issue: dict[str, Any]) -> str:
        types = {state["id"]: state["type"] for state in self.shapes["states"]}
        return str(types[issue["stateId"]])

    def _read(self, issue: dict[str, Any]) -> Reply:
        answer = self.shape("issue")
        shown = answer["data"]["issue"]
        shown |= {name: issue[name] for name in ("id", "trashed", "archivedAt")}
        shown["state"]["type"] = self._type(issue)
        shown["team"]["states"]["nodes"] = self.shapes["states"]
        return ok(answer)

    def _create(self, fields: dict[str, Any]) -> Reply:
        if fields["teamId"] != self.shapes["options"]["team"]:
            return self.recorded("no_team")
        assert uuid.UUID(fields["id"]).version == 4
        if fields["id"] in self.issues or len(fields["title"]) > 255:
            return self.recorded("refused")
        backlog = {"stateId": self.shapes["states"][1]["id"], "trashed": None, "archivedAt": None}
        self.issues[fields["id"]] = {**backlog, **fields}
        answer = self.shape("created")
        answer["data"]["issueCreate"]["issue"]["id"] = fields["id"]
        return ok(answer)

    def _update(self, issue: dict[str, Any], fields: dict[str, Any]) -> Reply:
        if issue["trashed"]:
            return self.recorded("not_found")
        assert set(fields) <= {"title", "description", "priority", "dueDate", "stateId"}
        issue |= fields
        answer = self.shape("updated")
        answer["data"]["issueUpdate"]["issue"]["id"] = issue["id"]
        return ok(answer)

    def _restore(self, issue: dict[str, Any]) -> Reply:
        issue |= {"trashed": None, "archivedAt": None}
        return ok(self.shape("restored"))
