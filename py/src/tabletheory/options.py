"""What clients, writes and tables can be told, with types: the keywords of `connect`, `Table.create`, `Table.ensure_table` …

All are optional; what is left out is as the core has it. The core checks them: InvalidModelError names the one that does
not fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Required, TypedDict

from tabletheory.conditions import Condition


class Credentials(TypedDict, total=False):
    """Credentials of one's own, instead of those that are looked for."""

    access_key_id: Required[str]
    secret_access_key: Required[str]
    session_token: str


class Role(TypedDict, total=False):
    """A role to assume, with the credentials there are."""

    arn: Required[str]
    external_id: str
    session_name: str
    duration_s: int


class Network(TypedDict, total=False):
    """Timeouts and the pool of connections (docs/running-against-dynamodb.md)."""

    connect_timeout_ms: int
    tls_timeout_ms: int
    read_timeout_ms: int
    attempt_timeout_ms: int
    max_connections: int
    idle_timeout_ms: int
    max_lifetime_ms: int
    accept_gzip: bool
    ca_file: str


class Retry(TypedDict, total=False):
    """How often, and after which pauses (docs/retries-and-deadlines.md)."""

    max_attempts: int
    base_delay_ms: int
    throttle_base_delay_ms: int
    max_delay_ms: int
    batch_rounds: int


class KeyCache(TypedDict, total=False):
    """How long data keys are kept and used."""

    max_age_s: int
    max_uses: int
    max_bytes: int
    max_keys: int


class Encryption(TypedDict, total=False):
    """Where the keys of encrypted attributes come from: one of `kms`, `static_development_key` (32 bytes) and
    `deterministic_for_tests` (a seed); docs/encryption.md."""

    kms: str
    cache: KeyCache
    static_development_key: bytes
    deterministic_for_tests: str


class Clock(TypedDict, total=False):
    """Time that stands still but for `tick_ns` after each reading, sleeps, and `advance_clock`; for tests."""

    at: Required[datetime]
    tick_ns: int


class ClientOptions(TypedDict, total=False):
    """Of `connect` and `connect_async`."""

    region: str
    profile: str
    credentials: Credentials
    role: Role
    adaptive_rate: bool
    network: Network
    retry: Retry
    target: str | list[str]
    table_names: Mapping[str, str]
    table_prefix: str
    encryption: Encryption
    clock: Clock
    seed: int


class WriteOptions(TypedDict, total=False):
    """Of writes: `condition` is joined with the one the operation brings; `if_version` is the version the stored item must
    have; `protect` names attributes this call must not touch; `return_item_on_failure` fills the error's `item`."""

    condition: Condition | None
    if_version: int | None
    protect: Sequence[str]
    return_item_on_failure: bool


class Throughput(TypedDict, total=False):
    """Provisioned capacity, of the table and each of its indexes."""

    read_units: int
    write_units: int


class EncryptionAtRest(TypedDict, total=False):
    """A KMS key of the account's own; without, the service's managed key."""

    kms_key: str


StreamView = Literal["NONE", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]


class TableOptions(TypedDict, total=False):
    """Of tables that are made (docs/tables-and-migration.md)."""

    provisioned: Throughput
    tags: Mapping[str, str]
    deletion_protection: bool
    wait: bool
    enable_ttl: bool
    stream: StreamView
    encryption_at_rest: EncryptionAtRest
    point_in_time_recovery: bool


class TableChanges(TypedDict, total=False):
    """What to change about a table that is there; what is left out stays as it is."""

    provisioned: Throughput
    on_demand: bool
    deletion_protection: bool
    stream: StreamView
    encryption_at_rest: EncryptionAtRest
    point_in_time_recovery: bool
    tags: Mapping[str, str]
    remove_tags: Sequence[str]
    add_indexes: bool
    drop_indexes: bool
    ttl: bool
    dry_run: bool


class LeaseNames(TypedDict, total=False):
    """Of a table of leases, where they differ from what docs/leases.md says."""

    partition_key: str
    sort_key: str
    sort_value: str
    token: str
    expires_at: str
    ttl: str
    ttl_margin_s: int
