"""What the workloads write and read: MIXED, about 430 bytes in 11 attributes."""
from decimal import Decimal


def line(number: int) -> dict:
    return {"sku": f"SKU-{number:04d}", "quantity": number % 9 + 1}


def mixed(partition: str, number: int) -> dict:
    """The same item for the same number, in Python's own types."""
    return {"pk": partition, "sk": f"ITEM#{number:05d}", "title": "A table lamp of brass and linen", "active": True,
            "total": Decimal(f"{number}.25"), "sizes": {1, 2, 3}, "tags": {"new", "lamp", "brass"},
            "address": {"city": "Berlin", "street": "Unter den Linden", "number": 7},
            "lines": [line(number), line(number + 1)], "notes": [{"by": "ada", "text": "call first"}], "steps": [{"at": "open", "n": number}]}


def wire(value):
    """A value as the service's JSON has it."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case set() if all(isinstance(element, str) for element in value):
            return {"SS": sorted(value)}
        case set():
            return {"NS": [str(element) for element in sorted(value)]}
        case list():
            return {"L": [wire(element) for element in value]}
    return {"M": {name: wire(member) for name, member in value.items()}}
