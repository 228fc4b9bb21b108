"""The neutral model of a blueprint: what YAML is read into and everything else is made from.

The words of the blueprint language are the fields of these classes; the JSON Schema and the language
reference are generated from them. Nothing here reads files or resolves names: folder.py does the first,
checking/ the second.
"""

from service_flow.design.language.model.blueprint import (
    BlueprintModel,
)
from service_flow.design.language.model.calendars import (
    CalendarModel,
    CalendarsModel,
    DateText,
    Span,
    Spans,
    Weekday,
)
from service_flow.design.language.model.data import (
    Collect,
    CollectWord,
    ElementType,
    FieldModel,
    FieldType,
)
from service_flow.design.language.model.decisions import (
    Cell,
    Cells,
    DecisionModel,
    ResultModel,
    ResultType,
    RowModel,
)
from service_flow.design.language.model.flow import (
    EntryModel,
    FlowModel,
    OpeningModel,
    StateModel,
    TransitionModel,
    ValueWord,
    Way,
)
from service_flow.design.language.model.migrations import (
    MigrationModel,
    RevisionText,
)
from service_flow.design.language.model.organisation import (
    DepartmentModel,
    OrganisationModel,
    PersonId,
    PersonModel,
    PostModel,
)
from service_flow.design.language.model.properties import (
    PropertyModel,
)
from service_flow.design.language.model.rules import (
    CommandName,
    RuleModel,
)
from service_flow.design.language.model.timing import (
    PromiseModel,
    SpanText,
    TimerModel,
    Warnings,
    WarnText,
    WithinModel,
)
from service_flow.design.language.model.words import (
    ANY,
    DEEP_HISTORY,
    HISTORY,
    RESERVED,
    STAY,
    SUBJECTS,
    SYSTEM_ACTORS,
    Choices,
    ChoiceWord,
    ChoiceWords,
    ClockWord,
    LanguageCode,
    Name,
    Names,
    Path,
    Paths,
    SomePaths,
    Subject,
    Title,
    Word,
    plain,
)

__all__ = [
    "ANY",
    "DEEP_HISTORY",
    "HISTORY",
    "RESERVED",
    "STAY",
    "SUBJECTS",
    "SYSTEM_ACTORS",
    "BlueprintModel",
    "CalendarModel",
    "CalendarsModel",
    "Cell",
    "Cells",
    "ChoiceWord",
    "ChoiceWords",
    "Choices",
    "ClockWord",
    "Collect",
    "CollectWord",
    "CommandName",
    "DateText",
    "DecisionModel",
    "DepartmentModel",
    "ElementType",
    "EntryModel",
    "FieldModel",
    "FieldType",
    "FlowModel",
    "LanguageCode",
    "MigrationModel",
    "Name",
    "Names",
    "OpeningModel",
    "OrganisationModel",
    "Path",
    "Paths",
    "PersonId",
    "PersonModel",
    "PostModel",
    "PromiseModel",
    "PropertyModel",
    "ResultModel",
    "ResultType",
    "RevisionText",
    "RowModel",
    "RuleModel",
    "SomePaths",
    "Span",
    "SpanText",
    "Spans",
    "StateModel",
    "Subject",
    "TimerModel",
    "Title",
    "TransitionModel",
    "ValueWord",
    "WarnText",
    "Warnings",
    "Way",
    "Weekday",
    "WithinModel",
    "Word",
    "plain",
]
