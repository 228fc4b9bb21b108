"""A repair shop whose flow says what its customers may see."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\nlanguages: [en, zh]\n",
    "organisation.yaml": """\
posts: {clerk: {title: {en: Workshop, zh: 维修部}}, boss: {}}
people: {tom17: {name: Tom Secret, posts: clerk}, ada42: {name: Ada Hidden, posts: boss}}
""",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n",
    "flows/repair.yaml": """\
flow: repair
subject: request
initial: work.open
opening: {collect: {optional: [fault, price, inner, kind, hidden_kind, when, parts, secrets]}}
data:
  fault:  {type: text, shown: customer, title: {en: Fault, zh: 故障}}
  price:  {type: money, told: {en: What it will cost, zh: 预计费用}}
  inner:  {type: text}
  kind:   {type: choice, shown: customer, choices: {pump: {en: A pump, zh: 水泵}, fan: {en: A fan, zh: 风扇}}}
  hidden_kind: {type: choice, choices: [rude_customer, nice_customer]}
  when:   {type: date, shown: customer}
  parts:  {type: list, of: choice, choices: {belt: {en: A belt, zh: 皮带}, bolt: {en: A bolt, zh: 螺栓}}, shown: customer}
  secrets: {type: list, of: text}
  answer: {type: text, shown: customer, title: {en: Your answer, zh: 您的答复}}
states:
  work:
    initial: open
    owner: clerk
    told: {en: It is with us, zh: 正在处理}
    states: {open: {}, looked_into: {title: Inner words}, waiting: {told: {en: We wait for you, zh: 等待您回复}, clock: paused}}
  closed: {final: completed, told: {en: It is ready, zh: 已完成}}
  inward: {owner: boss, title: Quarrel}
transitions:
  look:    {from: work.open, to: work.looked_into, by: clerk, title: Look into it}
  tell:    {from: work, by: clerk, collect: {optional: [price, inner, fault]}, told: {en: We told you, zh: 进展通知}}
  ask:     {from: work, to: work.waiting, by: boss, shown: customer, title: {en: We asked you, zh: 向您询问}}
  answer:  {from: work.waiting, to: work.open, by: [clerk, customer], collect: [answer], shown: customer,
            title: {en: Answer us, zh: 回复我们}}
  cancel:  {from: work, to: closed, by: customer, title: {en: Call it off, zh: 取消}, when: has(fault)}
  quarrel: {from: work, to: inward, by: boss, collect: [inner]}
  close:   {from: work, to: closed, by: clerk}
promises:
  ready: {from: opened, until: closed, within: 2 days, told: {en: It is ready, zh: 维修完成}}
  inner: {from: opened, until: closed, within: 1 days}
""",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: received
states: {received: {owner: clerk, told: {en: Received, zh: 已收到}}, answered: {final: answered}}
transitions: {answer: {from: received, to: answered}}
""",
}


def written(folder: Path, **changed: str) -> Path:
    """The shop as a folder; `changed` are other texts of its files, by name without folder and ending."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    return folder
