"""What `tabletheory` gives out."""
import tabletheory
from tabletheory import errors_table


def test_every_error_is_given_out_by_name():
    assert set(errors_table.__all__) <= set(tabletheory.__all__)


def test_what_is_given_out_is_there_and_is_said_once():
    assert len(set(tabletheory.__all__)) == len(tabletheory.__all__)
    assert [name for name in tabletheory.__all__ if not hasattr(tabletheory, name)] == []
