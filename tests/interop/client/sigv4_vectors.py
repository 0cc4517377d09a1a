#!/usr/bin/env python3
"""Golden signatures made by botocore, an implementation that is not ours.

  sigv4_vectors.py PATH           write them to PATH (vectors/sigv4.json)
  sigv4_vectors.py --check PATH   fail when PATH differs from what botocore makes today

Randomised with a fixed seed: methods, paths, queries, headers with odd white space, session tokens, bodies.
Needs botocore, which tests/interop/server/requirements.txt brings.
"""
import datetime
import json
import pathlib
import random
import sys
from unittest import mock

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CASES = 60
WORDS = ["x", "Table", "a b", "ü", "a~b", "1.5", "a+b", "c=d", "%41", "-_.~", "日本"]


def encoded(draw: random.Random, safe: str) -> str:
    from urllib.parse import quote
    return quote(draw.choice(WORDS), safe=safe)


def case(draw: random.Random) -> dict:
    path = "/" + "/".join(draw.choice([encoded(draw, ""), ".", "..", ""]) for _ in range(draw.randint(0, 4)))
    query = "&".join(f"{encoded(draw, '')}={encoded(draw, '')}" for _ in range(draw.randint(0, 4)))
    headers = {"Content-Type": "application/x-amz-json-1.0",
               "X-Amz-Target": "DynamoDB_20120810." + draw.choice(["GetItem", "PutItem"])}
    for i in range(draw.randint(0, 3)):
        headers[f"X-Extra-{draw.choice('aBc')}{i}"] = draw.choice(["v", "  two   words ", "a,  b", "\ttab\t", ""])
    if draw.random() < 0.3:
        headers["User-Agent"] = "not signed"
    return {
        "method": draw.choice(["GET", "POST", "PUT"]),
        "host": draw.choice(["dynamodb.us-east-1.amazonaws.com", "localhost:8000", "[::1]:8000"]),
        "path": path, "query": query, "headers": headers,
        "body": draw.choice(["", "{}", json.dumps({"k": draw.random()}), "ü" * draw.randint(1, 90)]),
        "access_key_id": "AKID" + str(draw.randint(0, 10**9)),
        "secret_access_key": "".join(draw.choice("abcXYZ/+=0") for _ in range(40)),
        "session_token": draw.choice(["", "token/" + "=+x" * draw.randint(1, 20)]),
        "region": draw.choice(["us-east-1", "eu-central-1", "cn-north-1"]),
        "service": draw.choice(["dynamodb", "kms", "sts"]),
        "unix_seconds": draw.randint(0, 4_000_000_000),
    }


def signed(given: dict) -> dict:
    url = f"http://{given['host']}{given['path']}" + (f"?{given['query']}" if given["query"] else "")
    request = AWSRequest(method=given["method"], url=url, data=given["body"].encode(), headers=given["headers"])
    request.headers["Host"] = given["host"]
    keys = Credentials(given["access_key_id"], given["secret_access_key"], given["session_token"] or None)
    moment = datetime.datetime.fromtimestamp(given["unix_seconds"], datetime.timezone.utc).replace(tzinfo=None)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        auth.SigV4Auth(keys, given["service"], given["region"]).add_auth(request)
    return given | {"authorization": request.headers["Authorization"]}


def main() -> int:
    draw = random.Random(20260101)
    cases = [signed(case(draw)) for _ in range(CASES)]
    text = json.dumps({"about": "Made by botocore: tests/interop/client/sigv4_vectors.py", "cases": cases}, indent=1) + "\n"
    path = pathlib.Path(sys.argv[-1])
    if sys.argv[1] != "--check":
        path.write_text(text)
    elif path.read_text() != text:
        print(f"{path} is not what botocore makes; run tests/interop/client/sigv4_vectors.py {path}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
