"""The test kit itself: what a spy sees, and which error each fault becomes."""
import pytest
from typing import Annotated

import tabletheory as tt
from tabletheory import PK, model
from tabletheory.testing import START, FaultPlan, FaultRule, Spy, client_for_tests, test_options


@model("Thing", table="things")
class Thing:
    id: Annotated[str, PK]
    n: int = 0


def test_a_spy_sees_the_exact_requests_and_passes_them_on():
    with client_for_tests() as (client, spy):
        things = client.table(Thing)
        things.ensure_table()
        things.put(Thing("a", 3))
        assert spy.operations[-1] == "PutItem"
        assert spy.calls[-1][1] == {"TableName": "things", "Item": {"id": {"S": "a"}, "n": {"N": "3"}}}
        assert things.get("a") == Thing("a", 3)


@pytest.mark.parametrize("fault", ["throttle", "unavailable", "internal_error", "not_sent"])
def test_what_was_not_done_is_tried_again(fault):
    with client_for_tests(FaultPlan([FaultRule(fault, operation="PutItem", nth_call=1)])) as (client, spy):
        things = client.table(Thing)
        things.ensure_table()
        things.put(Thing("a"))
        assert spy.operations.count("PutItem") == 2 and things.get("a") == Thing("a")


@pytest.mark.parametrize("fault", ["lost_request", "lost_answer", "internal_error_after"])
def test_a_write_whose_answer_is_lost_for_good_has_an_unknown_outcome(fault):
    plan = FaultPlan([FaultRule(fault, operation="PutItem", probability=1)])
    with client_for_tests(plan, retry={"max_attempts": 2}) as (client, spy):
        things = client.table(Thing)
        things.ensure_table()
        with pytest.raises(tt.OutcomeUnknownError):
            things.put(Thing("a"))
        assert (things.find("a") is not None) == (fault != "lost_request") and plan.struck == [2]


def test_faults_give_up_after_the_attempts_there_are():
    with client_for_tests(FaultPlan([FaultRule("throttle", probability=1)]), retry={"max_attempts": 3}) as (client, spy):
        with pytest.raises(tt.ThrottledError):
            client.table(Thing).put(Thing("a"))
        assert spy.operations == ["PutItem"] * 3


def test_the_same_plan_fails_the_same_way():
    def struck(seed):
        plan = FaultPlan([FaultRule("throttle", probability=0.3)], seed)
        with client_for_tests(plan, retry={"max_attempts": 10}) as (client, spy):
            things = client.table(Thing)
            things.ensure_table()
            for n in range(20):
                things.put(Thing(str(n)))
            return spy.operations, plan.struck

    assert struck(1) == struck(1) and struck(1) != struck(2) and struck(1)[1][0] > 0


def test_the_numbers_of_a_plan_are_those_of_splitmix64():
    plan = FaultPlan([], seed=1234567)
    # The published outputs of the generator for this seed, as fractions of 2^64.
    for published in (6457827717110365317, 3203168211198807973, 9817491932198370423):
        assert plan._random() == (published >> 11) / 2**53


def test_two_clients_of_the_same_options_write_the_same(tabletheory_client):
    def stored():
        with tt.connect("memory:", **test_options()) as client:
            table = client.table(Thing)
            table.ensure_table()
            table.put(Thing("a"))
            return client.raw_call("Scan", {"TableName": "things"})

    assert stored() == stored()


def test_a_spy_over_a_callable_asks_it_instead():
    spy = Spy(lambda service, operation, body: (200, '{"TableNames": ["made up"]}'))
    with tt.connect("memory:", transport=spy) as client:
        assert client.raw_call("ListTables", {}) == {"TableNames": ["made up"]}


@pytest.mark.parametrize("kind", [ConnectionRefusedError, ConnectionResetError, ValueError])
def test_what_a_transport_raises_becomes_an_error_of_the_call(kind):
    def broken(service, operation, body):
        raise kind("out of order")

    with tt.connect("memory:", transport=broken, retry={"max_attempts": 1}) as client:
        with pytest.raises(tt.TransportError, match=f"{kind.__name__}: out of order"):
            client.raw_call("ListTables", {})


def test_injected_time_and_randomness():
    with tt.connect("memory:", now=lambda: START, random=lambda: 7) as client:
        things = client.table(Thing)
        things.ensure_table()
        things.put(Thing("a"))
        assert things.get("a") == Thing("a")
