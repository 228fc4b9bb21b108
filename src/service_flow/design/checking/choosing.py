"""Which findings are told: all but pedantic ones, or those of chosen codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from service_flow.design.checking.codes import CODES
from service_flow.design.language.codes import CODES as OF_READING
from service_flow.errors import Finding, ServiceFlowError, meant, printable

KNOWN = {**OF_READING, **CODES}
"""Every code of ours that a blueprint can give. Features of others have codes with a prefix of their own."""
_PREFIX = "SF"
_FORM = re.compile(r"[A-Z]+[0-9]*")
_FIRST_OF_PROOFS = 290
_OF_FEATURES = range(330, 400)
"""Found by the checks of features, which are asked when a blueprint is loaded."""


def keeps_from_loading(code: str) -> bool:
    """Whether a blueprint with such a finding cannot be loaded at all."""
    if code not in KNOWN:
        return False
    number = int(code.removeprefix(_PREFIX))
    return number < _FIRST_OF_PROOFS or (number in _OF_FEATURES and KNOWN[code].severity == "error")


def is_of_another(code: str) -> bool:
    """Whether it can be a code that a feature of somebody else gives."""
    return _FORM.fullmatch(code) is not None and not code.startswith(_PREFIX)


class Choice:
    """Findings by their codes: those that begin with one of `select`, if there are any, and with none of `ignore`.

    A pedantic code is chosen only by its whole name. Raises ServiceFlowError for a beginning that no code has, and for
    ignoring what keeps a blueprint from being loaded: who checks one has loaded it.
    """

    def __init__(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
        self.select, self.ignore = _codes(select), _codes(ignore)
        for beginning in (*self.select, *self.ignore):
            _refuse_unknown(beginning)
        for beginning in self.ignore:
            if all(map(keeps_from_loading, _beginning(beginning))) and not is_of_another(beginning):
                raise ServiceFlowError(f"{beginning} cannot be ignored: the blueprint would not be loaded")

    def __contains__(self, finding: Finding) -> bool:
        code = finding.code
        if code in KNOWN and KNOWN[code].pedantic and code not in self.select:
            return False
        return (not self.select or code.startswith(self.select)) and not code.startswith(self.ignore)


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    """What was handed in, one code or several."""
    codes = (given,) if isinstance(given, str) else tuple(given)
    for code in codes:
        if not isinstance(code, str):
            raise ServiceFlowError(f"codes are texts such as 'SF403', not {printable(code)}")
    return codes


def _refuse_unknown(beginning: str) -> None:
    if not is_of_another(beginning) and not _beginning(beginning):
        raise ServiceFlowError(f"no code begins with '{printable(beginning)}'{meant(beginning, KNOWN)}")


def _beginning(beginning: str) -> list[str]:
    return [code for code in KNOWN if beginning and code.startswith(beginning)]
