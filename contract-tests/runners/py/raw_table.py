"""The table of a scenario, made and dropped through `raw_call`."""
import time
from typing import Any

from tabletheory import Client, TableNotFoundError

MOST_POLLS = 600


def list_of(keys: Any) -> list[dict[str, str]]:
    if keys is None:
        return []
    return keys if isinstance(keys, list) else [keys]


def create_request(definition: dict[str, Any], table: str) -> dict[str, Any]:
    """A CreateTable request for a model's document."""
    types: dict[str, str] = {}

    def schema_of(keys: dict[str, Any]) -> list[dict[str, str]]:
        parts = [(key, "HASH") for key in list_of(keys.get("partition"))] + [(key, "RANGE") for key in list_of(keys.get("sort"))]
        types.update((key["attribute"], key["type"]) for key, _ in parts)
        return [{"AttributeName": key["attribute"], "KeyType": kind} for key, kind in parts]

    request: dict[str, Any] = {"TableName": table, "KeySchema": schema_of(definition["keys"]), "BillingMode": "PAY_PER_REQUEST"}
    for index in definition.get("indexes") or []:
        projection = index.get("projection") or {}
        kind = projection.get("type", "ALL")
        entry: dict[str, Any] = {"IndexName": index["name"], "KeySchema": schema_of(index), "Projection": {"ProjectionType": kind}}
        if kind == "INCLUDE":
            entry["Projection"]["NonKeyAttributes"] = projection["fields"]
        group = "GlobalSecondaryIndexes" if index["type"] == "GSI" else "LocalSecondaryIndexes"
        request.setdefault(group, []).append(entry)
    request["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]
    return request


def status_of(client: Client, table: str) -> str:
    try:
        status: str = client.raw_call("DescribeTable", {"TableName": table})["Table"]["TableStatus"]
    except TableNotFoundError:
        return ""
    return status


def wait_for(client: Client, table: str, wanted: str) -> None:
    for _ in range(MOST_POLLS):
        if status_of(client, table) == wanted:
            return
        time.sleep(0.1)
    raise RuntimeError(f"table {table} did not become {wanted or 'absent'} within a minute")


def drop(client: Client, table: str) -> None:
    """Deletes the table, if it is there."""
    try:
        client.raw_call("DeleteTable", {"TableName": table})
    except TableNotFoundError:
        return
    wait_for(client, table, "")


def create(client: Client, definition: dict[str, Any], table: str) -> None:
    """A new, empty table."""
    drop(client, table)
    client.raw_call("CreateTable", create_request(definition, table))
    wait_for(client, table, "ACTIVE")
