"""What functions for effects are made with: `ServiceDesk(..., effects={"send_mail": send_mail})`."""

from service_flow.engine.work import EffectCall, EffectFunction, EffectSummary, ParkedEffect
from service_flow.engine.work.webhook import webhook
from service_flow.errors import EffectFailed

__all__ = ["EffectCall", "EffectFailed", "EffectFunction", "EffectSummary", "ParkedEffect", "webhook"]
