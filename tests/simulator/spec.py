"""Stripe's OpenAPI file, read from the shared folder beside the repository."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

JsonObject = dict[str, Any]
NAME = "stripe/openapi-2026-10-28.endive.json"


def shared_folder() -> Path:
    beside = Path(__file__).resolve().parents[3] / "shared"
    return Path(os.environ.get("REBUT_SHARED", beside))


def load(name: str) -> JsonObject:
    path = shared_folder() / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the repository and REBUT_SHARED does not point to it")
    loaded: JsonObject = json.loads(path.read_text())
    return loaded


def strict(node: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a type or an alternative."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: strict(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


class Spec:
    """The operations of the spec that the simulator serves, with their parameters and answers."""

    def __init__(self) -> None:
        self._raw = load(NAME)
        self._components = strict(copy.deepcopy(self._raw["components"]))

    def operation(self, method: str, path: str) -> JsonObject:
        for spec_path, operations in self._raw["paths"].items():
            if _blank(spec_path) == path and method.lower() in operations:
                result: JsonObject = operations[method.lower()]
                return result
        raise LookupError(f"{method} {path} is not in the spec")

    def validate(self, method: str, path: str, answer: JsonObject) -> None:
        content = self.operation(method, path)["responses"]["200"]["content"]["application/json"]
        schema = {**strict(content["schema"]), "components": self._components}
        errors = sorted(Draft202012Validator(schema).iter_errors(answer), key=lambda error: len(error.path))
        assert not errors, f"{method} {path}: {errors[0].json_path}: {errors[0].message[:300]}"

    def params(self, method: str, path: str) -> dict[str, JsonObject]:
        operation = self.operation(method, path)
        if method == "GET":
            return {q["name"]: q["schema"] for q in operation["parameters"] if q["in"] == "query"}
        (body,) = operation["requestBody"]["content"].values()
        result: dict[str, JsonObject] = body["schema"]["properties"]
        return result

    def expandable(self, path: str) -> list[str]:
        content = self.operation("GET", path)["responses"]["200"]["content"]["application/json"]
        return list(self._ids(content["schema"], ""))

    def _ids(self, schema: JsonObject, prefix: str) -> Iterator[str]:
        for name, inner in self._open(schema).get("properties", {}).items():
            kinds = inner.get("anyOf", [inner])
            if {"type", "$ref"} <= {key for kind in kinds for key in kind}:
                yield prefix + name
            elif not self._whole(kinds[0]):
                yield from self._ids(kinds[0], f"{prefix}{name}.")

    def _open(self, schema: JsonObject) -> JsonObject:
        schema = schema.get("items", schema)
        name = schema.get("$ref", "").rpartition("/")[2]
        result: JsonObject = self._raw["components"]["schemas"][name] if name else schema
        return result

    def _whole(self, schema: JsonObject) -> bool:
        names = set(self._open(schema).get("properties", {}))
        return "id" in names or {"object", "url"} <= names


def sample(schema: JsonObject, name: str) -> list[tuple[str, str]]:
    """The form pairs of one value that the schema allows, with every key of every hash."""
    kinds = {"integer": "7", "boolean": "true", "string": "x"}
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], name)
    if schema["type"] in kinds:
        return [(name, (schema.get("enum") or [kinds[schema["type"]]])[0])]
    if schema["type"] == "array":
        return sample(schema["items"], f"{name}[0]")
    inside = schema.get("properties") or {"some_key": {"type": "string"}}
    return [pair for key, inner in inside.items() for pair in sample(inner, f"{name}[{key}]")]


def _blank(path: str) -> str:
    return "/".join("{id}" if part.startswith("{") else part for part in path.split("/"))
