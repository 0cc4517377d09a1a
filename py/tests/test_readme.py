"""The README's programs, in order, as one reads them."""
import re
import sys
import types
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text()
BLOCKS = [(TEXT.count("\n", 0, m.start(1)), m[1]) for m in re.finditer(r"```python\n(.*?)```", TEXT, re.S)]


@pytest.fixture(scope="module")
def module():
    made = types.ModuleType("readme")
    sys.modules["readme"] = made  # dataclasses look up annotations there
    yield made
    del sys.modules["readme"]


@pytest.fixture(autouse=True)
def nothing_is_left():
    """Instead of conftest's: what a program opens, those below it use."""


@pytest.fixture(autouse=True)
def aws(server, monkeypatch):
    """What boto3 finds in its environment: the engine over HTTP."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server)
    for name, value in (("ACCESS_KEY_ID", "local"), ("SECRET_ACCESS_KEY", "local"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize("line, program", BLOCKS, ids=lambda value: value if isinstance(value, int) else "")
def test_program(line, program, module, capsys):
    exec(compile("\n" * line + program, README, "exec"), module.__dict__)  # so that a traceback names the README's line
    if line == BLOCKS[0][0]:
        assert capsys.readouterr().out == "1 paid 1\n"


def test_the_handler_ends_in_time(module):
    context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: 5000)
    assert module.handler({"customer": "ada", "number": "1"}, context) == "open"


def test_the_repository_begins_with_the_same_program():
    assert BLOCKS[0][1] in (README.parent.parent / "README.md").read_text()
