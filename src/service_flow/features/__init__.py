"""What a service is made of. One folder is one feature, blind to its siblings; a new one is a line in this list."""

from service_flow.engine.feature import Feature
from service_flow.features import (
    appointments,
    assignment,
    attachments,
    catalogue,
    complaints,
    customer_view,
    customers,
    erasure,
    knowledge,
    recovery,
    requests,
    staff,
)

DEFAULT: tuple[Feature, ...] = (
    customers.FEATURE,
    requests.FEATURE,
    complaints.FEATURE,
    recovery.FEATURE,
    attachments.FEATURE,
    catalogue.FEATURE,
    assignment.FEATURE,
    erasure.FEATURE,
    knowledge.FEATURE,
    appointments.FEATURE,
    staff.FEATURE,
    customer_view.FEATURE,
)

__all__ = ["DEFAULT", "Feature"]
