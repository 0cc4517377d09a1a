"""Encrypted items of our SDK opened by boto3's KMS and AES-GCM of `cryptography`, and one sealed by them for our SDK.

    python3 envelopes.py ENDPOINT key            makes a key, prints its ARN
    python3 envelopes.py ENDPOINT check KEY_ARN  opens all items of the table, and puts one, `foreign`, that we sealed

Written from docs/spec/byte-formats.md and sharing no line with the SDK. Prints what is wrong, and ends with 1 then.
"""
import json
import os
import sys

import boto3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TABLE = "interop_records"
IDS = ["batched", "created", "transacted", "updated"]


def service(name: str, endpoint: str):
    return boto3.client(name, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="checker",
                        aws_secret_access_key="checker")


def binding(attribute: str, item_id: str) -> tuple[bytes, dict, str]:
    """Associated data, KMS context and version of the two attributes."""
    if attribute == "first":
        return b"theorydb:encrypted:v1|attr=first", {}, "1"
    key = json.dumps({"at": {"N": "1"}, "id": {"S": item_id}}, separators=(",", ":"))
    return (f"tabletheory:encrypted:v2|table={TABLE}|attr=second|key={key}".encode(), {"tabletheory:table": TABLE}, "2")


def unsealed(kms, key: str, attribute: str, item_id: str, stored: dict) -> str:
    associated, context, version = binding(attribute, item_id)
    parts = stored["M"]
    assert set(parts) == {"v", "edk", "nonce", "ct"} and parts["v"] == {"N": version}, sorted(parts)
    data_key = kms.decrypt(CiphertextBlob=parts["edk"]["B"], KeyId=key, EncryptionContext=context)["Plaintext"]
    plain = json.loads(AESGCM(data_key).decrypt(parts["nonce"]["B"], parts["ct"]["B"], associated))
    assert plain["t"] == "S" and set(plain) == {"t", "s"}, sorted(plain)
    return plain["s"]


def sealed(kms, key: str, attribute: str, item_id: str, text: str) -> dict:
    associated, context, version = binding(attribute, item_id)
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    nonce = os.urandom(12)
    plain = json.dumps({"t": "S", "s": text}, separators=(",", ":")).encode()
    return {"M": {"v": {"N": version}, "edk": {"B": data_key["CiphertextBlob"]}, "nonce": {"B": nonce},
                  "ct": {"B": AESGCM(data_key["Plaintext"]).encrypt(nonce, plain, associated)}}}


def check(endpoint: str, key: str) -> list[str]:
    database, kms, problems = service("dynamodb", endpoint), service("kms", endpoint), []
    items = {item["id"]["S"]: item for item in database.scan(TableName=TABLE, ConsistentRead=True)["Items"]}
    if sorted(items) != IDS:
        problems.append(f"items {sorted(items)}, not {IDS}")
    for name, item in items.items():
        for attribute in ("first", "second"):
            text = unsealed(kms, key, attribute, name, item[attribute])
            if text != f"{attribute} of {name}":
                problems.append(f"{name}.{attribute} says {text!r}")
    database.put_item(TableName=TABLE, Item={
        "id": {"S": "foreign"}, "at": {"N": "1"}, "first": sealed(kms, key, "first", "foreign", "first of foreign"),
        "second": sealed(kms, key, "second", "foreign", "second of foreign")})
    return problems


def main() -> int:
    endpoint, what = sys.argv[1:3]
    if what == "key":
        print(service("kms", endpoint).create_key()["KeyMetadata"]["Arn"])
        return 0
    problems = check(endpoint, sys.argv[3])
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
