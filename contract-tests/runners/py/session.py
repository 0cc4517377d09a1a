"""A scenario's steps through the public SDK, in dynamic items. As src/contract/cpp_session*.cpp."""
import base64
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from expectations import Seen
from logical import ABSENT, element_value, expression_value, integer, logical_item, logical_value

from tabletheory import Client, Condition, Path, Table, attr, named, raw_condition

#: What the step's expectations look at: `item` is read back where it is asked for.
OPERATIONS = {
    "create": "item", "put": "item", "save": "item", "upsert": "item", "patch": "item", "update": "item", "delete": "item",
    "get": "item", "get_optional": "item", "transition_append_event": "item", "query": "page", "scan": "page", "count": "count",
    "batch_get": "items", "transact_get": "items", "batch_write": "", "transact_write": "", "validate_provenance": "", "sleep": "",
}

Step = dict[str, Any]


def paths(names: Iterable[str] | None) -> list[Path]:
    return [named(name) for name in names or ()]


def key_of(model: Any, attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: logical_value(model.find(name), value) for name, value in attributes.items() if model.is_key(name)}


class Session:
    """One scenario's table and models."""

    def __init__(self, client: Client, models: dict[str, Any], default_model: str, table_name: str,
                 sleep: Callable[[int], None]) -> None:
        self.client, self.models, self.default_model = client, models, default_model
        self.table_name, self.pause = table_name, sleep
        self.tables: dict[str, Table[dict[str, Any]]] = {}

    def model(self, step: Step, part: Step | None = None) -> Any:
        return self.models[(part or {}).get("model") or step.get("model") or self.default_model]

    def table(self, model: Any) -> Table[dict[str, Any]]:
        if model.name not in self.tables:
            self.tables[model.name] = self.client.table(model.model, self.table_name)
        return self.tables[model.name]

    def run(self, step: Step) -> Seen:
        """What the step gives."""
        op = step["op"]
        if op not in OPERATIONS:
            raise RuntimeError(f"the scenario itself is wrong: there is no operation {op}")
        method = getattr(self, {"save": "put", "get_optional": "get"}.get(op, op))
        return method(step, self.model(step)) or Seen()

    # --- One item ---

    def create(self, step: Step, model: Any) -> None:
        self.table(model).create(logical_item(model, step["item"]))

    def put(self, step: Step, model: Any) -> None:
        self.table(model).put(logical_item(model, step["item"]))

    def upsert(self, step: Step, model: Any) -> None:
        self.table(model).upsert(logical_item(model, step["item"]))

    def patch(self, step: Step, model: Any) -> None:
        self.table(model).patch(logical_item(model, step["item"]))

    def update(self, step: Step, model: Any) -> None:
        self.table(model).update(logical_item(model, step["item"]), paths(step.get("fields")),
                                 protect=step.get("protected_attributes", ()))

    def delete(self, step: Step, model: Any) -> None:
        # A key is handed over as it is given, an item by its key attributes.
        key = logical_item(model, step["key"]) if "key" in step else key_of(model, step["item"])
        version = step.get("version")
        self.table(model).delete(key, if_version=None if version is None else integer(version))

    def get(self, step: Step, model: Any) -> Seen:
        key, consistent = logical_item(model, step["key"]), step.get("consistent_read") is True
        if step["op"] == "get":
            return Seen(item=self.table(model).get(key, consistent=consistent))
        return Seen(item=self.find(model, key, consistent))

    def find(self, model: Any, key: dict[str, Any], consistent: bool) -> Any:
        item = self.table(model).find(key, consistent=consistent)
        return ABSENT if item is None else item

    def sleep(self, step: Step, model: Any) -> None:
        self.pause(integer(step["ms"]))

    # --- Reads of many ---

    def condition(self, model: Any, node: Step) -> Condition:
        name = node["attribute"]
        attribute = model.find(name)
        read = element_value if node["operator"].lower() == "contains" else logical_value
        values = [*([node["value"]] if "value" in node else []), *node.get("values", [])]
        # A name the model has is that attribute, whatever is in it; any other is a path such as profile.city.
        path = attr(name) if attribute is None else named(name)
        return path.compare(node["operator"], *(read(attribute, value) for value in values))

    def configured(self, model: Any, node: Step, read: Any) -> Any:
        if "index" in node:
            read = read.using_index(node["index"])
        for condition in node.get("filter", []):
            read = read.where(self.condition(model, condition))
        if "projection" in node:
            read = read.select(*paths(node["projection"]))
        if "limit" in node:
            read = read.page_size(integer(node["limit"]))
        if "cursor_key" in node:
            read = read.sign_cursors(node["cursor_key"])
        return read.after(node["cursor"]) if "cursor" in node else read

    def query_of(self, model: Any, node: Step) -> Any:
        query = self.table(model).query(self.condition(model, node["partition"]))
        if "sort" in node:
            query = query.sort(self.condition(model, node["sort"]))
        query = self.configured(model, node, query)
        if node.get("sort_direction") == "DESC":
            query = query.descending()
        return query.consistent(node["consistent_read"]) if "consistent_read" in node else query

    def scan_of(self, model: Any, node: Step) -> Any:
        return self.configured(model, node, self.table(model).scan())

    def page(self, model: Any, read: Any) -> Seen:
        page = read.page()
        return Seen(items=list(page.items), models=[model] * len(page.items), cursor=page.cursor, count=len(page.items))

    def query(self, step: Step, model: Any) -> Seen:
        return self.page(model, self.query_of(model, step["query"]))

    def scan(self, step: Step, model: Any) -> Seen:
        return self.page(model, self.scan_of(model, step["scan"]))

    def count(self, step: Step, model: Any) -> Seen:
        counted = step["count"]
        read = self.query_of(model, counted["query"]) if "query" in counted else self.scan_of(model, counted["scan"])
        return Seen(count=read.count())

    # --- Batches and transactions ---

    def found(self, items: list[Any], models: list[Any]) -> Seen:
        there = [(item, model) for item, model in zip(items, models, strict=True) if item is not None]
        return Seen(items=[item for item, _ in there], models=[model for _, model in there], count=len(there))

    def batch_get(self, step: Step, model: Any) -> Seen:
        keys = [logical_item(model, key) for key in step["batch_get"]["keys"]]
        return self.found(self.table(model).batch_get(keys), [model] * len(keys))

    def batch_write(self, step: Step, model: Any) -> None:
        puts, deletes = ([logical_item(model, item) for item in step["batch_write"].get(name, [])] for name in ("puts", "deletes"))
        self.table(model).batch_write(puts, deletes)

    def transact_get(self, step: Step, _: Any) -> Seen:
        transaction = self.client.transact_get()
        slots, models = [], []
        for node in step["transact_get"]["items"]:
            model = self.model(step, node)
            slots.append(transaction.get(self.table(model), logical_item(model, node["key"])))
            models.append(model)
        items = transaction.run()
        return self.found([items[slot] for slot in slots], models)

    def transact_write(self, step: Step, _: Any) -> None:
        transaction = self.client.transact_write()
        for action in step["transact_write"]["actions"]:
            self.add_action(self.model(step, action), action, transaction)
        transaction.run()

    def options_of(self, model: Any, action: Step) -> dict[str, Any]:
        conditions = []
        if action.get("if_not_exists") is True:
            conditions.append(named(model.model.partition_key).not_exists())
        if "condition_expression" in action:
            values = {name: expression_value(value) for name, value in action.get("expression_attribute_values", {}).items()}
            conditions.append(raw_condition(action["condition_expression"], action.get("expression_attribute_names"), values))
        # The version of an action: its own, else (of an update) the one its item brings.
        version = action.get("version")
        if version is None and action["kind"] == "update" and model.version:
            version = action.get("item", {}).get(model.version)
        return {
            **({"condition": reduce(lambda left, right: left & right, conditions)} if conditions else {}),
            **({} if version is None else {"if_version": integer(version)}),
        }

    def add_action(self, model: Any, action: Step, transaction: Any) -> None:
        table, kind, options = self.table(model), action["kind"], self.options_of(model, action)
        if kind in ("delete", "condition"):
            key = key_of(model, action.get("key") or action.get("item") or {})
            add = transaction.delete if kind == "delete" else transaction.check
            add(table, key, **options)
            return
        item: dict[str, Any] = {}
        for part in ("key", "item", "set"):
            item.update(logical_item(model, action.get(part, {})))
        if kind == "update":
            brought = [name for name in action.get("item", {}) if not model.is_key(name) and name != model.version]
            transaction.update(table, item, paths([*action.get("set", {}), *brought]), **options)
        else:
            getattr(transaction, kind)(table, item, **options)

    # --- Release state ---

    def transition_append_event(self, step: Step, _: Any) -> None:
        actual, event = step["actual"], step["event"]
        model, event_model = self.model(step, actual), self.model(step, event)
        expected = actual.get("expected_version")
        self.client.transition(
            self.table(model), {**logical_item(model, actual["key"]), **logical_item(model, actual["set"])}, list(actual["set"]),
            self.table(event_model), logical_item(event_model, event["item"]),
            expected_version=None if expected is None else integer(expected))

    def validate_provenance(self, step: Step, model: Any) -> None:
        self.client.check_deploy_authority(logical_item(model, step["item"]))

    # --- Looking ---

    def observe(self, step: Step, seen: Seen) -> None:
        """Reads the item of the step: through the table, unless the step did, and as it is stored."""
        model = self.model(step)
        key = key_of(model, step.get("actual", {}).get("key") or step.get("key") or step["item"])
        if step["op"] not in ("get", "get_optional"):
            seen.item = self.find(model, key, True)
        request = {"TableName": self.table_name, "Key": wire_of(key), "ConsistentRead": True}
        seen.stored = self.client.raw_call("GetItem", request).get("Item")


def wire_of(key: dict[str, Any]) -> dict[str, Any]:
    def wire(value: Any) -> dict[str, str]:
        if isinstance(value, str):
            return {"S": value}
        return {"B": base64.b64encode(value).decode()} if isinstance(value, bytes) else {"N": str(value)}

    return {name: wire(value) for name, value in key.items()}
