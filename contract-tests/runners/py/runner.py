"""The contract runner of the Python SDK: one line of JSON per scenario in, one line out (contract-tests/README.md)."""
import json
import sys
import time
import traceback
from datetime import datetime, timezone
from typing import Any

import raw_table
from expectations import ABSENT, Seen, check_data, check_outcome, data_of, mismatch
from logical import parse_json
from session import OPERATIONS, Session

from tabletheory import Client, ItemNotFoundError, Schema, TableTheoryError, connect

# Every reading is a millisecond after the one before, and not of whole milliseconds, as clocks are not.
CLOCK = {"at": datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=timezone.utc), "tick_ns": 1_000_000}


class LoadedModel:
    """A model of the SDK, with its document and its attributes by name."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.model = Schema.loads(text, f"{name}.json").model(name)
        self.definition = next(model for model in json.loads(text)["models"] if model["name"] == name)
        self.attributes = {attribute.name: attribute for attribute in self.model.attributes}
        self.version = next((a.name for a in self.model.attributes if "version" in a.roles), None)

    def find(self, name: str) -> Any:
        return self.attributes.get(name)

    def is_key(self, name: str) -> bool:
        return name in (self.model.partition_key, self.model.sort_key)


def run_step(session: Session, step: dict[str, Any], variables: dict[str, Any]) -> str:
    """The problem with a step, or ''."""
    expectation = step.get("expect") or {}
    data = data_of(expectation)
    seen, failure = Seen(), None
    try:
        seen = session.run(step)
    except TableTheoryError as error:
        failure = error
    # A get that finds nothing is how `item_absent` comes true for it.
    if step["op"] == "get" and isinstance(failure, ItemNotFoundError) and next(iter(data), "") == "item_absent":
        failure = None
    problem = check_outcome(expectation, failure)
    if problem or failure:
        return problem
    saves = step.get("save") or {}
    if OPERATIONS[step["op"]] == "item" and (data or saves):
        session.observe(step, seen)
    if problem := check_data(expectation, seen, session.model(step), variables):
        return problem
    for variable, attribute in saves.items():
        if seen.item is ABSENT or attribute not in seen.item:
            return mismatch(f"an attribute {attribute} to save", "nothing")
        variables[variable] = seen.item[attribute]
    return ""


def steps_of(scenario: dict[str, Any], phase: str) -> list[tuple[str, dict[str, Any]]]:
    parts = {"seed": ["seed_steps"], "read": ["read_steps"]}.get(phase, ["steps", "seed_steps", "read_steps"])
    return [(f"{part.replace('_steps', ' step').replace('steps', 'step')} {i}", step)
            for part in parts for i, step in enumerate(scenario.get(part) or [], 1)]


def options_of(scenario: dict[str, Any], is_embedded: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"clock": CLOCK, "seed": 1} if is_embedded else {}
    seed = (scenario.get("encryption") or {}).get("seed")
    return options if seed is None else {**options, "encryption": {"deterministic_for_tests": seed}}


def run_phase(client: Client, request: dict[str, Any], is_embedded: bool) -> str:
    """The problem with what is asked for, or ''."""
    scenario, phase = request["scenario"], request.get("phase", "all")
    models = {name: LoadedModel(name, text) for name, text in request["models"].items()}
    model = models[scenario["model"]]
    table = request.get("table") or (scenario.get("table") or {}).get("name") or model.model.table
    if phase == "drop":
        raw_table.drop(client, table)
        return ""
    if phase != "read":
        raw_table.create(client, model.definition, table)

    def sleep(ms: int) -> None:
        if is_embedded:
            client.advance_clock(ms * 1_000_000)
        else:
            time.sleep(ms / 1000)

    session, variables = Session(client, models, scenario["model"], table, sleep), {}
    for label, step in steps_of(scenario, phase):
        if problem := run_step(session, step, variables):
            return f"{label}: {problem}"
    if phase == "all":
        raw_table.drop(client, table)
    return ""


def report_of(line: str, default_address: str) -> dict[str, str]:
    try:
        request = parse_json(line)
        address = request.get("address", default_address)
        is_embedded = address.startswith("memory:")
        with connect(address, **options_of(request["scenario"], is_embedded)) as client:
            problem = run_phase(client, request, is_embedded)
    except TableTheoryError as error:
        problem = f"{error.code}: {error.message}"
    except Exception as error:
        traceback.print_exc()
        problem = f"{type(error).__name__}: {error}"
    return {"outcome": "failed" if problem else "passed", "detail": " ".join(problem.splitlines())}


def main() -> None:
    given = sys.argv.index("--address") if "--address" in sys.argv else 0
    default_address = sys.argv[given + 1] if given else "memory:"
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(report_of(line, default_address)), flush=True)


if __name__ == "__main__":
    main()
