"""Requests sent by boto3: its sessions, credentials, endpoints, proxies and instrumentation, under this library's rules.

    import boto3
    from botocore.config import Config
    from tabletheory import boto3_transport, connect

    dynamodb = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    client = connect("aws:", transport=boto3_transport(dynamodb))

Let boto3 try once: the retries are then this library's, which know what may be repeated. boto3 is an extra:
`pip install tabletheory-py[boto3]`.
"""

from __future__ import annotations

import base64
import importlib
import json
from datetime import datetime
from typing import Any

from tabletheory import errors
from tabletheory._constants import (
    ANSWER_ATTEMPT_TIMEOUT,
    ANSWER_CREDENTIALS,
    ANSWER_LOST,
    ANSWER_NOT_SENT,
    ANSWER_OK,
)

_ERRORS = "com.amazonaws.dynamodb.v20120810#"
#: Of botocore.exceptions: what each failure says about the request. A class stands before those it derives from.
_KINDS = (
    ("NoCredentialsError", ANSWER_CREDENTIALS), ("PartialCredentialsError", ANSWER_CREDENTIALS), ("CredentialRetrievalError", ANSWER_CREDENTIALS),
    ("TokenRetrievalError", ANSWER_CREDENTIALS), ("UnauthorizedSSOTokenError", ANSWER_CREDENTIALS), ("SSOTokenLoadError", ANSWER_CREDENTIALS),
    ("EndpointConnectionError", ANSWER_NOT_SENT), ("ConnectTimeoutError", ANSWER_NOT_SENT), ("ProxyConnectionError", ANSWER_NOT_SENT),
    ("SSLError", ANSWER_NOT_SENT), ("ReadTimeoutError", ANSWER_ATTEMPT_TIMEOUT),
)

#: What a transport of the core is told: kind, HTTP status, JSON, request id, message of a failure.
Answer = tuple[int, int, str, str, str]


def _to_boto(shape: Any, value: Any) -> Any:
    """JSON's value as boto3 takes it: it wants bytes where JSON has base64."""
    if shape.type_name == "structure":
        return {name: _to_boto(shape.members[name], member) if name in shape.members else member
                for name, member in value.items()}
    if shape.type_name == "list":
        return [_to_boto(shape.member, element) for element in value]
    if shape.type_name == "map":
        return {name: _to_boto(shape.value, member) for name, member in value.items()}
    return base64.b64decode(value) if shape.type_name == "blob" else value


def _to_json(value: Any) -> Any:
    """The other way, which needs no shapes: each type of Python's comes from one of JSON's."""
    if isinstance(value, dict):
        return {name: _to_json(member) for name, member in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [_to_json(element) for element in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    return value.timestamp() if isinstance(value, datetime) else value


class Boto3Transport:
    """A transport over clients of boto3; made by `boto3_transport`. As safe to share between threads as they are."""

    #: Calls block: an AsyncClient makes them on other threads.
    blocks = True

    def __init__(self, clients: dict[str, Any]) -> None:
        self._clients = clients
        self._methods = {service: {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
                         for service, client in clients.items()}
        self._exceptions = importlib.import_module("botocore.exceptions")
        self._kinds = [(getattr(self._exceptions, name), kind) for name, kind in _KINDS if hasattr(self._exceptions, name)]

    def __call__(self, service: str, operation: str, body: str) -> Answer:
        client = self._clients.get(service)
        if client is None:
            return ANSWER_NOT_SENT, 0, "", "", f"boto3_transport was given no client of {service}; add {service}=boto3.client(…)"
        shape = client.meta.service_model.operation_model(operation).input_shape
        try:
            answer = getattr(client, self._methods[service][operation])(**_to_boto(shape, json.loads(body)))
        except self._exceptions.ClientError as error:
            return self._refusal(error)
        except self._exceptions.ParamValidationError as error:  # refused on this side, and so the next time
            return ANSWER_OK, 400, json.dumps({"__type": _ERRORS + "ValidationException", "message": str(error)}), "", ""
        except self._exceptions.BotoCoreError as error:
            kind = next((kind for cls, kind in self._kinds if isinstance(error, cls)), ANSWER_LOST)
            return kind, 0, "", "", f"{type(error).__name__}: {error}"
        about = answer.get("ResponseMetadata") or {}
        return ANSWER_OK, about.get("HTTPStatusCode", 200), json.dumps(_to_json(answer)), about.get("RequestId") or "", ""

    @staticmethod
    def _refusal(error: Any) -> Answer:
        """What the service said, as it said it: boto3 has taken it apart."""
        said = dict(error.response)
        about, named = said.pop("ResponseMetadata", None) or {}, said.pop("Error", None) or {}
        said.pop("Message", None)
        body = {**_to_json(said), "__type": _ERRORS + named.get("Code", "InternalServerError"),
                "message": named.get("Message", "")}
        return ANSWER_OK, about.get("HTTPStatusCode", 400), json.dumps(body), about.get("RequestId") or "", ""


def boto3_transport(dynamodb: Any, *, streams: Any = None, kms: Any = None) -> Boto3Transport:
    """A transport for `connect` and `connect_async` that sends with boto3.

    `dynamodb` is `boto3.client("dynamodb")` or a DynamoDB resource; `streams` and `kms`, clients of `dynamodbstreams` and
    `kms`, are wanted only by what uses them. InvalidModelError for anything else.
    """
    clients: dict[str, Any] = {}
    for service, wanted, given in (("dynamodb", "dynamodb", dynamodb), ("streams", "dynamodbstreams", streams), ("kms", "kms", kms)):
        if given is None and service != "dynamodb":
            continue
        client = getattr(getattr(given, "meta", None), "client", given)  # of a resource, its client
        name = getattr(getattr(getattr(client, "meta", None), "service_model", None), "service_name", None)
        if name != wanted:
            raise errors.invalid_model(f"boto3_transport takes boto3.client({wanted!r}) as {service}, "
                                       f"not {name or type(given).__name__}")
        clients[service] = client
    return Boto3Transport(clients)
