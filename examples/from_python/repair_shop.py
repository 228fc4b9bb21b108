"""The repair shop of examples/first_flow, written in Python: the same models, checks and revisions as from YAML."""

from __future__ import annotations

import sys

from service_flow import Blueprint, ServiceDesk
from service_flow.design.language.model import (
    BlueprintModel,
    Collect,
    FieldModel,
    FlowModel,
    OpeningModel,
    OrganisationModel,
    PersonModel,
    PostModel,
    StateModel,
    TransitionModel,
    Way,
)


def both(en: str, zh: str) -> dict[str, str]:
    """A title in English and Chinese."""
    return {"en": en, "zh": zh}


def step(en: str, zh: str, source: str, target: str, *by: str, collect: tuple[str, ...] = (), when: str | None = None
         ) -> TransitionModel:  # fmt: skip
    """A transition with one source and one target, as all of this shop are."""
    return TransitionModel(
        title=both(en, zh),
        sources=[source],
        to=[Way(state=target)],
        by=list(by),
        collect=Collect(required=list(collect)),
        when=when,
    )


def repair() -> FlowModel:
    """A repair: brought in, quoted, done if the customer wants it for that price, handed back."""
    faults = {"broken": both("Broken", "损坏"), "worn": both("Worn", "磨损"), "unknown": both("Not found", "未查明")}
    return FlowModel(
        flow="repair",
        subject="request",
        title=both("Repair", "维修"),
        initial="received",
        opening=OpeningModel(by=["counter"]),
        data={
            "fault": FieldModel(type="choice", title=both("Fault", "故障"), choices=faults),
            "price": FieldModel(type="money", title=both("Price", "价格")),
        },
        states={
            "received": StateModel(title=both("Brought in", "已送修"), owner="technician", value="supporting"),
            "quoted": StateModel(
                title=both("Quoted, the customer decides", "待客户确认报价"), owner="counter", clock="paused"
            ),
            "at_work": StateModel(title=both("Being repaired", "维修中"), owner="technician", value="adding"),
            "ready": StateModel(title=both("To be picked up", "待取件"), owner="counter", value="supporting"),
            "returned": StateModel(title=both("Handed back", "已取件"), final="completed"),
        },
        transitions={
            "quote": step(
                "Quote a price", "报价", "received", "quoted", "technician",
                collect=("fault", "price"), when='fault != "unknown" && price > 0',
            ),
            "accept": step("Accept", "接受报价", "quoted", "at_work", "counter", "customer"),
            "decline": step("Decline", "放弃维修", "quoted", "ready", "counter", "customer"),
            "finish": step("Finish the repair", "完成维修", "at_work", "ready", "technician"),
            "hand_back": step("Hand back", "交还客户", "ready", "returned", "counter"),
        },
    )  # fmt: skip


def customer() -> FlowModel:
    """A customer's file: every request is somebody's."""
    return FlowModel(
        flow="customer",
        subject="customer",
        title=both("Customer", "客户"),
        initial="known",
        opening=OpeningModel(by=["counter"]),
        states={
            "known": StateModel(title=both("Known", "已登记"), owner="counter", value="supporting"),
            "closed": StateModel(title=both("File closed", "档案已关闭"), final="departed"),
        },
        transitions={"close": step("Close the file", "关闭客户档案", "known", "closed", "counter")},
    )


def organisation() -> OrganisationModel:
    """Posts own states and perform transitions; people hold posts."""
    return OrganisationModel(
        posts={
            "counter": PostModel(title=both("Counter", "前台")),
            "technician": PostModel(title=both("Technician", "技师"), supervisor="counter"),
        },
        people={
            "ada": PersonModel(name="Ada", posts=["counter"]),
            "bruno": PersonModel(name="Bruno", posts=["technician"]),
        },
    )


def blueprint() -> Blueprint:
    """Checked like one from YAML. Raises BlueprintError, whose findings name the place in the models."""
    top = BlueprintModel(
        blueprint="first_flow",
        version="1.0.0",
        title=both("Repair shop", "维修店"),
        languages=["en", "zh"],
        channels=["counter", "phone"],
    )
    return Blueprint.from_models(top, [repair(), customer()], organisation())


def main() -> None:
    """Carry one repair through the flow; write the blueprint as YAML into the folder that is named, if any."""
    shop = blueprint()
    with ServiceDesk(shop) as desk:
        anna = desk.customers.register(name="Anna Weber", by="ada")
        drill = desk.requests.open(customer=anna, need="The drill does not start", channel="counter", by="ada")
        desk.requests.perform(drill, "quote", by="bruno", data={"fault": "worn", "price": "40.00 EUR"})
        desk.requests.perform(drill, "accept", by="customer")
        for entry in desk.history(drill):
            print(entry.what, "->", entry.entered, "by", entry.by)
    for folder in sys.argv[1:2]:
        shop.save(folder)
        print(f"wrote {folder}: try `service-flow check {folder}`")


if __name__ == "__main__":
    main()
