#!/usr/bin/env python3
"""Our client against servers we did not write.

    tests/interop/targets/run.py BUILD_DIR      ends with `N passed, N failed, N skipped`

- The contract scenarios over http:// against dynalite and moto. Those that fail because of the target are told of, with
  the reason, in failing_scenarios.json; the table must be exact.
- moto as STS and as an instance's metadata: `aws:` with roles, web identities and profiles.
- moto as KMS: what our SDK encrypts, boto3 and `cryptography` open, and the other way round.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests/interop/server"))
import toolbox  # noqa: E402
from processes import Server, dynalite, moto, without_aws  # noqa: E402
from relay import Call, Relay  # noqa: E402

ROLE = "arn:aws:iam::123456789012:role/interop"


def run(command: list, **environment: str) -> subprocess.CompletedProcess:
    # Nobody on the network is asked unless a test says where.
    settings = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=without_aws(**(settings | environment)),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


class Checks:
    def __init__(self, program: str) -> None:
        self.program, self.passed, self.failed = program, 0, 0

    def add(self, name: str, problems: list[str], passed: int = 0) -> None:
        """One check, and `passed` others besides."""
        self.passed += passed + (not problems)
        self.failed += bool(problems)
        print(f"   {name}: {'ok' if not problems else 'FAILED'}" + "".join(f"\n     {problem}" for problem in problems), flush=True)

    def contract(self, address: str, *scenarios: str, **environment: str) -> subprocess.CompletedProcess:
        paths = [f"contract-tests/scenarios/{path}" for path in scenarios or ("",)]
        return run([self.program, "contract", "--lang", "cpp", "--address", address, "--dms", "contract-tests/dms", *paths],
                   **environment)


def scenarios(checks: Checks, server: Server) -> None:
    """All scenarios; a scenario that passes counts as one, and the table of the others as one."""
    listed = {scenario: (re.compile(entry["says"]), entry["reason"])
              for entry in json.loads((HERE / "failing_scenarios.json").read_text())[server.name]
              for scenario in entry["scenarios"]}
    lines = checks.contract(server.endpoint).stdout.splitlines()
    reports = [found for line in lines if (found := re.fullmatch(r"(ok|FAIL|skip) cpp (\S+?)(?:: (.*))?", line))]
    passing = {found[2] for found in reports if found[1] == "ok"}
    problems = [] if len(reports) > 150 else ["the runner reported no scenarios: " + "\n".join(lines[-5:])]
    for found in reports:
        if found[1] == "ok" or (found[2] in listed and listed[found[2]][0].search(found[3] or "")):
            continue
        problems.append(f"fails, and not as the table says: {found[0]}")
    problems += [f"listed and passes: {name}" for name in sorted(passing & listed.keys())]
    problems += [f"listed and unknown: {name}" for name in sorted(listed.keys() - {found[2] for found in reports})]
    checks.add(f"{len(passing)} scenarios pass against {server.name}, {len(reports) - len(passing)} fail as listed", problems,
               len(passing))


def signed_by(calls: list[Call], wanted: str, token: bool) -> list[str]:
    """What is wrong with the calls of DynamoDB's: all are to be signed by one key, which `wanted` matches."""
    data = {call for call in calls if call.what.endswith(("Item", "Table"))}
    if not data:
        return ["DynamoDB was not called"]
    return [f"{call.what} was signed by {call.key!r}, with{'' if call.token else 'out'} a token" for call in data
            if not re.fullmatch(wanted, call.key) or bool(call.token) != token]


def whose_credentials(checks: Checks, name: str, server: Server, key: str, asked: list[str], **environment: str) -> None:
    """A scenario over `aws:`: its requests are signed by such a key, and that was fetched by these calls, once each."""
    with Relay(server.port) as relay:
        base = {"AWS_ENDPOINT_URL": relay.endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        given = {variable: value.replace("{relay}", relay.endpoint) for variable, value in environment.items()}
        done = checks.contract("aws:us-east-1", "p0/crud_basic.yml", **(base | given))
    problems = signed_by(relay.calls, key, token=True)
    if done.returncode:
        problems.append(done.stdout[-1000:] + done.stderr[-1000:])
    fetched = [call.what for call in relay.calls if not call.what.endswith(("Item", "Table"))]
    if fetched != asked:
        problems.append(f"credentials were fetched by {fetched}, not {asked}")
    checks.add(name, problems)


def credentials(checks: Checks, server: Server, folder: pathlib.Path) -> None:
    token, config, keys = folder / "token", folder / "config", folder / "credentials"
    token.write_text("a.web.identity")
    config.write_text(f"[profile partner]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = shared\n"
                      f"[profile here]\nrole_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n")
    keys.write_text("[base]\naws_access_key_id = BASEKEY\naws_secret_access_key = base-secret\n")
    metadata = ["PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                "GET /latest/meta-data/iam/security-credentials/default-role"]
    files = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(keys)}
    # By default metadata that does not come within a second is asked for again; machines that test are busy.
    instance = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{relay}",
                "AWS_METADATA_SERVICE_TIMEOUT": "30"}
    whose_credentials(checks, "a role by web identity", server, "ASIA.+", ["AssumeRoleWithWebIdentity"],
                      AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_ARN=ROLE, AWS_ROLE_SESSION_NAME="interop")
    whose_credentials(checks, "a profile's role over another profile's keys", server, "ASIA.+", ["AssumeRole"],
                      AWS_PROFILE="partner", **files)
    whose_credentials(checks, "an instance's role, by IMDSv2", server, "test-key", metadata, **instance)
    whose_credentials(checks, "a profile's role over the instance's", server, "ASIA.+", [*metadata, "AssumeRole"],
                      AWS_PROFILE="here", **(files | instance))


def encryption(checks: Checks, server: Server, python: pathlib.Path, client: pathlib.Path) -> None:
    def foreign(*words: str) -> subprocess.CompletedProcess:
        return run([python, HERE / "envelopes.py", server.endpoint, *words])

    key = foreign("key").stdout.strip()
    with Relay(server.port) as relay:
        ours = {"AWS_ENDPOINT_URL": relay.endpoint, "AWS_ACCESS_KEY_ID": "BASEKEY", "AWS_SECRET_ACCESS_KEY": "base-secret"}
        wrote = run([client, "aws:us-east-1", key, ROLE, "write"], **ours)
        checks.add("our SDK writes with KMS and an assumed role", [wrote.stderr] if wrote.returncode else
                   signed_by(relay.calls, "ASIA.+", token=True))
        opened = foreign("check", key)
        checks.add("boto3 and cryptography open what our SDK sealed",
                   [opened.stdout + opened.stderr] if opened.returncode else [])
        relay.calls.clear()
        read = run([client, "aws:us-east-1", key, ROLE, "read", "foreign", "created", "created"], **ours)
    wanted = "first of foreign|second of foreign\n" + "first of created|second of created\n" * 2
    checks.add("our SDK opens what they sealed", [] if read.stdout == wanted else [read.stdout + read.stderr])
    # Version 1 asks each time; version 2's key is kept by the cache that the program asks for.
    asked = sum(call.what == "Decrypt" for call in relay.calls)
    checks.add("data keys of version 2 are asked for once", [] if asked == 5 else [f"Decrypt was called {asked} times, not 5"])


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    checks = Checks(str(build / "bin/tabletheory"))
    node, packages = toolbox.node()
    with dynalite(node, packages) as server:
        scenarios(checks, server)
    python = toolbox.python(HERE)
    with moto(python) as server, tempfile.TemporaryDirectory() as folder:
        scenarios(checks, server)
        credentials(checks, server, pathlib.Path(folder))
        encryption(checks, server, python, build / "bin/interop_kms_client")
    print(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
