"""Flows of any size that look like those of a real service: phases one after the other, some with regions."""

from __future__ import annotations

import random
from itertools import pairwise

from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

_PHASES = {
    "need": "需求", "offer": "报价", "order": "订单", "design": "设计", "purchase": "采购", "production": "生产",
    "assembly": "装配", "quality": "质检", "packing": "包装", "delivery": "配送", "billing": "开票", "care": "关怀",
}  # fmt: skip
_STAGES = {
    "planned": "已计划", "prepared": "已准备", "under_way": "进行中", "checked": "已检查", "waiting_for_parts": "等待备件",
    "approved": "已批准",
}  # fmt: skip
_REGIONS = {"work": "作业", "customer_news": "客户通知", "paperwork": "单据"}
_POSTS = ("account_manager", "production_planner", "service_coordinator", "billing_clerk")


def plausible(size: int, seed: int = 1) -> Flow:
    """A flow of about so many states: the same for the same arguments."""
    return Flow(FlowModel.model_validate(_Maker(random.Random(seed)).model(size)))


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.transitions: dict[str, object] = {}

    def model(self, size: int) -> dict[str, object]:
        states: dict[str, object] = {}
        ends: list[tuple[str, str]] = []  # where each phase begins, and what leads on from it
        count = 0
        while count < size - 3:
            number = len(states)
            name, chinese = list(_PHASES.items())[number % len(_PHASES)]
            name = name if number < len(_PHASES) else f"{name}_{number // len(_PHASES) + 1}"
            title = {"en": name.replace("_", " ").capitalize(), "zh": chinese}
            if number % 4 == 2:
                regions = {side: self.phase(f"{name}.{side}", {"en": side, "zh": _REGIONS[side]}, True)
                           for side in list(_REGIONS)[: self.chance.choice([2, 2, 3])]}  # fmt: skip
                states[name] = {"title": title, "regions": regions}
                count += sum(len(region["states"]) for region in regions.values())
                self.step(f"stop_{name}", name, "cancelled")
                ends.append((name, name))
            else:
                states[name] = phase = self.phase(name, title, False)
                inner = list(phase["states"])
                count += len(inner)
                ends.append((f"{name}.{inner[0]}", f"{name}.{inner[-1]}"))
        for (_, last), (first, _) in zip(ends, [*ends[1:], ("completed", "")], strict=True):
            self.step(f"on_from_{last}", last, first, join="." not in last, automatic="." not in last)
        for number in range(6, len(ends), 5):
            last = ends[number][1]
            self.step(f"back_from_{last}", last, self.chance.choice(ends[: number - 3])[0])
        states["on_hold"] = {"clock": "paused", "owner": "account_manager"}
        states["completed"], states["cancelled"] = {"final": "completed"}, {"final": "cancelled"}
        self.step("hold", "any", "on_hold", **{"except": "cancelled"})
        self.step("resume", "on_hold", "history")
        return {"flow": "plausible", "subject": "request", "title": {"en": "A plausible service", "zh": "模拟服务"},
                "initial": next(iter(states)), "data": {"price": {"type": "decimal"}}, "states": states,
                "transitions": self.transitions}  # fmt: skip

    def phase(self, path: str, title: dict[str, str], region: bool) -> dict[str, dict[str, object]]:
        stages = list(_STAGES)[: self.chance.randint(2, 4 if region else 6)]
        states = {
            stage: {"title": {"en": stage.replace("_", " "), "zh": _STAGES[stage]},
                    "value": self.chance.choice(["adding", "supporting", "none"]),
                    "clock": "paused" if stage.startswith("waiting") else None,
                    "done": region and stage == stages[-1]}
            for stage in stages
        }  # fmt: skip
        for one, other in pairwise(stages):
            self.step(f"{path}_{other}", f"{path}.{one}", f"{path}.{other}", automatic=self.chance.random() < 0.15)
        if len(stages) > 2:
            self.step(f"{path}_again", f"{path}.{stages[-1]}", f"{path}.{stages[0]}", when="price > 0")
        return {"title": title, "initial": stages[0], "states": states, "owner": self.chance.choice(_POSTS)}

    def step(self, name: str, source: str, target: str, **words: object) -> None:
        by = [] if words.get("automatic") else [self.chance.choice(_POSTS)]
        name = name.replace(".", "_")
        self.transitions[name] = {"from": [source], "to": [{"state": target}], "by": by, **words}
        if "except" in words:
            self.transitions[name]["except"] = [words["except"]]  # type: ignore[index]
