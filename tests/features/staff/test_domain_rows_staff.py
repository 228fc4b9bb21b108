"""The rows of docs/ledger.md on organisation and staff, as full_process carries them."""

from __future__ import annotations

import pytest
from staff_desks import DAY, START, Office, shipped

from service_flow.design.checking.proofs.organisation.carriers import Carriers
from service_flow.design.drawing import html
from service_flow.design.language.model import DutyModel
from service_flow.errors import DataInvalid

M, C, P, S, T, F = "marketing", "service_centre", "production", "service_provision", "technical", "finance"
THE_FOURTEEN = {
    "need_survey": (M, C), "information": (M, C), "order_taking": (M, C), "agreement": (M, C), "making": (P, M, S),
    "communication": (M, C), "delivery": (M, T, S), "customer_training": (C, T), "after_sales": (M, T, C),
    "payment": (M, F, C), "complaints": (C, M), "satisfaction": (C, M), "customer_files": (C,), "consultation": (C, M),
}  # fmt: skip
"""The work items of the source document, with who answers for them; the first leads."""


def test_o4_one_department_leads_each_of_the_fourteen_work_items_and_the_others_share_in_it() -> None:
    items = shipped().organisation.work_items
    found = {name: (*item.main, *item.shared) for name, item in items.items()}
    assert {name: (found[name][0], set(found[name][1:])) for name in THE_FOURTEEN} == {
        name: (answering[0], set(answering[1:])) for name, answering in THE_FOURTEEN.items()
    }
    assert all(len(item.main) == 1 for item in items.values())
    assert all(set(item.title) == {"en", "zh"} for item in items.values())


def test_o4_every_open_state_of_customers_work_belongs_to_a_work_item() -> None:
    blueprint = shipped()
    carriers = Carriers(blueprint.source, blueprint.flows)
    covered: dict[str, set[str]] = {}
    for item in blueprint.organisation.work_items.values():
        for text in item.where:
            carrier = carriers.find(text)
            assert carrier is not None, text
            covered.setdefault(carrier.flow.name, set()).update(carrier.states)
    assert set(covered) == {"service_request", "complaint", "customer"}
    for name, states in covered.items():
        assert {path for path, state in blueprint.flows[name].states.items() if state.outcome is None} <= states


@pytest.mark.parametrize(
    ("units", "count"),
    [
        (("support_centre",), 3),
        (("support_team",), 4),
        (("service_centre", "customer_service"), 12),
        (("production",), 7),
        (("marketing",), 8),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value),
)
def test_o5_every_duty_of_the_units_is_there_in_both_languages_and_tied_to_what_carries_it(
    units: tuple[str, ...], count: int
) -> None:
    duties = [duty for unit in units for duty in shipped().organisation.departments[unit].duties]
    assert len(duties) == count
    assert all(is_tied(duty) for duty in duties)


def test_o5_every_duty_of_every_post_is_tied_to_what_carries_it() -> None:
    posts = shipped().organisation.posts
    assert all(post.duties for post in posts.values())
    assert all(is_tied(duty) for post in posts.values() for duty in post.duties)


def is_tied(duty: DutyModel) -> bool:
    blueprint = shipped()
    carriers = Carriers(blueprint.source, blueprint.flows)
    return set(duty.text) == {"en", "zh"} and bool(duty.carried_by) and all(map(carriers.find, duty.carried_by))


def test_o8_every_post_is_described_with_education_experience_and_skills_in_both_languages() -> None:
    organisation = shipped().organisation
    for name, post in organisation.posts.items():
        for text in (post.title, post.description, post.education, post.experience):
            assert set(text) == {"en", "zh"}, name
        assert post.skills, name
    assert all(set(skill.title) == {"en", "zh"} for skill in organisation.skills.values())
    assert {language: set(spoken.title) for language, spoken in organisation.languages.items()} == {
        "zh": {"en", "zh"}, "en": {"en", "zh"},
    }  # fmt: skip


def test_o8_whoever_holds_a_post_has_the_skills_that_it_asks_for() -> None:
    organisation = shipped().organisation
    for name, person in organisation.people.items():
        for post in person.posts:
            lacking = {
                skill: level
                for skill, level in organisation.posts[post].skills.items()
                if person.skills.get(skill, 0) < level
            }
            assert not lacking, f"{name} as {post}"
        assert person.languages
        assert person.calendar is not None


def test_o9_trainings_give_skills_and_expire(office: Office) -> None:
    office.staff.train("mei", skill="repair", level=2, course="Repair I", by="zhao_lei", valid_until=START + DAY)
    assert office.staff.skills("mei")["repair"] == 2
    assert "repair" not in office.staff.skills("mei", at=START + DAY)


def test_o9_the_figures_of_a_person_have_the_load_beside_them(office: Office) -> None:
    anna = office.desk.customers.register(name="Anna Weber", by="mei")
    request = office.desk.requests.open(customer=anna, need="Which one fits?", by="mei")
    office.desk.requests.perform(request, "analyse", by="hanna", data={"kind": "advice"})
    figures = office.staff.figures("hanna")
    assert (figures.served, figures.kept) == (1, 1)
    assert (figures.days, figures.cases_a_day, figures.usual_cases_a_day) == (1, 1.0, 1.5)


def test_o9_what_customers_perceived_above_what_they_expected_stands_among_the_figures(office: Office) -> None:
    desk = office.desk
    anna = desk.customers.register(name="Anna Weber", by="mei")
    for expected, perceived in ((5, 6), (5, 3), (4, 6)):
        request = desk.requests.open(customer=anna, need="Which one fits?", by="mei")
        desk.requests.perform(request, "analyse", by="hanna", data={"kind": "advice"})
        desk.requests.perform(request, "advise", by="hanna", data={"advice_given": "The smaller one"})
        if perceived != 6 or expected != 4:  # the last says nothing
            answer = {"expected": expected, "perceived": perceived}
            desk.requests.perform(request, "record_answer", by="customer", data=answer)
    figures = office.staff.figures("hanna", survey=("expected", "perceived"))
    assert (figures.served, figures.answers, figures.gap) == (3, 2, -0.5)
    assert office.staff.figures("ines", survey=("expected", "perceived")).gap is None
    assert office.staff.figures("hanna").answers == 0
    for survey, said in ((("expected", "seen"), "no flow has a field 'seen'"), ("expected", "names two fields")):
        with pytest.raises(DataInvalid, match=said):
            office.staff.figures("hanna", survey=survey)


def test_q5_every_flow_says_what_kind_of_process_it_is_and_the_page_shows_it() -> None:
    flows = shipped().flows
    for flow in flows.values():
        nature = flow.model.nature
        assert nature is not None, flow.name
        assert None not in (nature.made, nature.customer, nature.kind), flow.name
        assert nature.works_on, flow.name
    assert "works on goods, information, people · custom · the customer takes part · business flow" in html(
        [flows["service_request"]]
    )
    assert "处理对象：信息、人 · 定制化 · 客户直接参与 · 业务流" in html([flows["complaint"]], lang="zh")


def test_q5_promises_are_reported_by_what_kind_of_process_they_belong_to(office: Office) -> None:
    desk = office.desk
    anna = desk.customers.register(name="Anna Weber", by="mei")
    request = desk.requests.open(customer=anna, need="Which one fits?", by="mei")
    desk.requests.perform(request, "analyse", by="hanna", data={"kind": "advice"})
    desk.complaints.receive(customer=anna, text="Nobody calls back", by="mei")
    report = desk.promises.report(by=("nature",))
    made = {row.key[0]: row.figures.made for row in report.rows}
    assert made == {
        "goods+information+people custom direct business": 2, "information+people custom direct business": 2,
    }  # fmt: skip
    assert report.titles["nature"]["information+people custom direct business"] == {
        "en": "works on information, people · custom · the customer takes part · business flow",
        "zh": "处理对象：信息、人 · 定制化 · 客户直接参与 · 业务流",
    }
