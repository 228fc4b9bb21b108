"""What a service is made of. One folder is one feature, blind to its siblings; a new one is a line in this list."""

from service_flow.engine.feature import Feature
from service_flow.features import complaints, customers, requests

DEFAULT: tuple[Feature, ...] = (customers.FEATURE, requests.FEATURE, complaints.FEATURE)

__all__ = ["DEFAULT", "Feature"]
