"""What is done after a command: effects are run, here or by a worker. Importing this package loads no worker."""

from service_flow.engine.work.call import EffectCall, EffectFunction
from service_flow.engine.work.effects import AsyncEffects, Effects, ParkedEffect
from service_flow.engine.work.running import EffectSummary

__all__ = ["AsyncEffects", "EffectCall", "EffectFunction", "EffectSummary", "Effects", "ParkedEffect"]
