"""Properties: what must always hold of a flow, as small machines that watch a case go by.

The proof of a blueprint lets them watch every case there can be; a history lets them watch one that was.
"""

from service_flow.design.properties.monitors import BROKEN, Letter, Monitor, monitor_of
from service_flow.design.properties.places import Places, form_of

__all__ = ["BROKEN", "Letter", "Monitor", "Places", "form_of", "monitor_of"]
