"""What can go wrong with an expression: it cannot be read, or it has no value for these data."""

from __future__ import annotations

from service_flow.errors import ServiceFlowError


class ExpressionError(ServiceFlowError):
    """An expression cannot be read.

    `message` says what is wrong and the way out; `offset` and `length`, in characters from 0, say where.
    """

    def __init__(self, message: str, offset: int = 0, length: int = 0) -> None:
        self.message, self.offset, self.length = message, offset, length
        super().__init__(f"character {offset + 1}: {message}")


class EvaluationError(ServiceFlowError):
    """An expression has no value for these data. It is an answer of its own, never "false".

    `because` says why, with names of fields but never with their values; `missing` is the name (`price`, or
    `customer.tier` within a record) that had no value, if that is why.
    """

    def __init__(self, because: str, *, missing: str | None = None) -> None:
        self.because, self.missing = because, missing
        super().__init__(because)
