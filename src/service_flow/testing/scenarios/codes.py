"""The codes of what running a scenario can find, SF900 to SF999: what each means and what to do."""

from __future__ import annotations

from service_flow.design.language.codes import Code

CODES: dict[str, Code] = {
    "SF901": Code(
        "A step was refused that should have been accepted",
        "The message says why. Mend the flow or the step, or write `refused:` if you mean to show a refusal.",
    ),
    "SF902": Code(
        "A step was accepted that should have been refused",
        "The flow allows what the scenario says it must not: mend the flow, or take `refused:` out.",
    ),
    "SF903": Code(
        "A step was refused for another reason",
        "Compare `refused:` and `because:` with the message. A form that is not filled in is refused before "
        "its guard is asked.",
    ),
    "SF904": Code(
        "A case is not as expected",
        "The message says what was expected and what was found.",
    ),
    "SF905": Code(
        "A step names something that the blueprint does not have",
        "Use one of the names that the message offers, or add it to the blueprint.",
    ),
}
