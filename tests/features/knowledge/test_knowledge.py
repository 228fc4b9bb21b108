"""Knowledge on a desk: articles offered with why, found by words, and a case that one of them answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from served_shop import FILES, Shop, because, blueprint, check_sound
from service_flow import (
    AsyncServiceDesk,
    Blueprint,
    DataInvalid,
    DataMissing,
    NotAllowed,
    NotFound,
    NotFromHere,
)
from service_flow.engine.store.sealing.keys import Keys
from service_flow.features.knowledge.searching import Index, tokens


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Boilers are NOISY", ["boiler", "noisy"]),
        ("锅炉有噪音", ["锅炉", "炉有", "有噪", "噪音"]),
        ("水泵", ["水泵"]),
        ("热", ["热"]),
        ("Ｂｏｉｌｅｒ锅炉HP-200", ["boiler", "锅炉", "hp", "200"]),
        ("gas is gas", ["gas", "gas"]),
        ("?!", []),
    ],
    ids=["english", "chinese", "two characters", "one character", "mixed and wide", "no plural", "no words"],
)
def test_a_text_is_parted_into_words_in_both_languages(text: str, words: list[str]) -> None:
    assert list(tokens(text)) == words


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("abc 水泵锅", max_size=12), max_size=5), st.text()
)
def test_a_score_is_a_share_and_comes_only_from_common_words(texts: dict[str, str], asked: str) -> None:
    found = Index({name: [(text, 1.0)] for name, text in texts.items()}).find(asked)
    for name, share in found.items():
        assert 0 < share <= 1.0000001
        assert set(tokens(asked)) & set(tokens(texts[name]))
    common = {name for name, text in texts.items() if set(tokens(asked)) & set(tokens(text))}
    assert found.keys() == common


def test_articles_are_offered_for_what_a_case_is_about_says_and_where_it_stands(shop: Shop) -> None:
    desk = shop.desk
    case = shop.open(need="Please come")
    assert desk.knowledge.offer(case) == ()
    desk.catalogue.concerns(case, "boiler", by="tom")
    (first,) = desk.knowledge.offer(case)
    assert (first.article, first.why) == ("noisy_boiler", ("is about Boiler",))
    desk.requests.perform(case, "diagnose", by="tom", data={"cause": "wear"})
    best, second = desk.knowledge.offer(case)
    assert best.article == "worn_parts"  # its cause and its state count more than the item
    assert best.why == ("stands in Open", "cause is Wear")
    assert [offer.why for offer in desk.knowledge.offer(case, language="zh")] == [
        ("处于“待处理”", "“cause”为“磨损”"), ("涉及“锅炉”",)
    ]  # fmt: skip
    assert (best.score, second.score) == (7.0, 3.0)
    assert desk.knowledge.offer(case, limit=1) == (best,)
    desk.requests.perform(case, "diagnose", by="tom", data={"cause": "use"})
    assert [offer.article for offer in desk.knowledge.offer(case)] == ["noisy_boiler"]


def test_the_words_of_the_customer_find_an_article_in_either_language(shop: Shop) -> None:
    (english,) = shop.desk.knowledge.offer(shop.open(need="Loud noise in the boiler"))
    (chinese,) = shop.desk.knowledge.offer(shop.open(need="锅炉有异响"), language="zh")
    assert english.why == ("same words",)
    assert (chinese.title, chinese.why, chinese.language) == ("锅炉有噪音", ("词语相符",), "zh")
    (plain,) = shop.desk.knowledge.offer(shop.open(need="When?", flow="question"))
    assert plain.why == ("for question",)


def test_an_article_without_a_text_in_the_language_is_told_in_the_other(shop: Shop) -> None:
    told = shop.desk.knowledge.article("worn_parts", language="zh")
    assert (told.language, told.text) == ("en", "Order the set for the year of manufacture.")


def test_customers_read_only_what_is_public(shop: Shop) -> None:
    shop.desk.requests.perform(shop.request, "diagnose", by="tom", data={"cause": "wear"})
    assert [offer.article for offer in shop.desk.knowledge.offer(shop.request)] == ["worn_parts", "noisy_boiler"]
    assert [offer.article for offer in shop.desk.knowledge.for_customer(shop.request)] == ["noisy_boiler"]
    assert shop.desk.knowledge.search("manufacture")[0].article == "worn_parts"
    assert shop.desk.knowledge.search("manufacture", for_customer=True) == ()
    said = because(NotFromHere, lambda: shop.desk.knowledge.send(shop.request, "worn_parts", by="tom"), shop.desk)
    assert said == "R-1: the article 'worn_parts' is not for customers; mark it `public: true` if it is"


def test_the_customer_says_what_helped_of_what_he_may_read_and_no_other_system_actor_does(shop: Shop) -> None:
    face, desk = shop.desk.knowledge, shop.desk
    assert face.article("noisy_boiler", for_customer=True).public
    with pytest.raises(NotFound, match="there is no article 'worn_parts' for customers"):
        face.article("worn_parts", for_customer=True)
    said = because(NotFromHere, lambda: face.answer(shop.request, "worn_parts", perform=False, by="customer"), desk)
    assert said == "R-1: the article 'worn_parts' is not for customers; mark it `public: true` if it is"
    because(NotFromHere, lambda: face.judge(shop.request, "worn_parts", helpful=True, by="customer"), desk)
    for actor in ("timer", "rule", "import"):
        because(NotAllowed, lambda by=actor: face.judge(shop.request, "noisy_boiler", helpful=True, by=by), desk)  # type: ignore[misc]
        because(NotAllowed, lambda by=actor: face.answer(shop.request, "noisy_boiler", by=by), desk)  # type: ignore[misc]
        because(NotAllowed, lambda by=actor: face.send(shop.request, "noisy_boiler", by=by), desk)  # type: ignore[misc]
    because(NotAllowed, lambda: face.send(shop.request, "noisy_boiler", by="customer"), desk)
    face.judge(shop.request, "noisy_boiler", helpful=True, by="customer")
    face.answer(shop.request, "noisy_boiler", by="customer")
    assert desk.get(shop.request).outcome == "completed"


def test_what_was_erased_finds_no_article(tmp_path: Path) -> None:
    articles = "articles: {erasure: {title: What is erased, text: Everything erased., public: true}}"
    trade = blueprint(tmp_path, knowledge=articles)
    with Shop(trade, f"sqlite:///{tmp_path / 'desk.db'}", keys=Keys("test", lambda _: bytes(32))) as shop:
        shop.desk.requests.perform(shop.request, "drop", by="tom")
        shop.desk.erasure.erase(shop.anna, reason="asked for it", by="tom")
        assert shop.desk.knowledge.offer(shop.request) == ()


def test_titles_and_keywords_weigh_more_than_texts_in_a_search(shop: Shop) -> None:
    found = shop.desk.knowledge.search("radiators humming monday", language="zh")
    assert [offer.article for offer in found] == ["noisy_boiler", "opening_hours"]
    assert found[0].title == "锅炉有噪音"
    assert shop.desk.knowledge.search("nothing like that") == ()


def test_a_case_is_answered_by_an_article_with_its_transition(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        answered = shop.desk.knowledge.answer(shop.request, "noisy_boiler", language="zh", by="tom")
        assert [type(event).__name__ for event in answered.events] == ["AnsweredByArticle", "Moved"]
        case = shop.desk.get(shop.request)
        assert (case.outcome, case.data["advice"]) == ("completed", "锅炉有噪音")
        said = because(
            NotFromHere, lambda: shop.desk.knowledge.answer(shop.request, "noisy_boiler", by="tom"), shop.desk
        )
        assert said == "R-1: it is closed (completed); nothing is left to answer"
        check_sound(shop.desk)


def test_what_refuses_the_transition_refuses_the_answer_and_without_one_it_is_recorded(shop: Shop) -> None:
    desk = shop.desk
    desk.appointments.book(shop.request, desk.appointments.free("visit")[0], by="tom")
    because(NotFromHere, lambda: desk.knowledge.answer(shop.request, "noisy_boiler", by="tom"), desk)
    desk.knowledge.answer(shop.request, "noisy_boiler", by="tom", perform=False)
    assert desk.get(shop.request).is_open
    assert desk.knowledge.readings(shop.request) == (("noisy_boiler", False, True, None),)
    because(NotFromHere, lambda: desk.knowledge.answer(shop.request, "noisy_boiler", by="tom", perform=False), desk)
    question = shop.open(flow="question")  # knowledge.yaml names no transition for it
    desk.knowledge.answer(question, "opening_hours", by="tom")
    assert desk.get(question).is_open
    other = shop.open(flow="question")
    because(DataInvalid, lambda: desk.knowledge.answer(other, "opening_hours", by="tom", data={"x": 1}), desk)


def test_what_the_form_asks_for_besides_comes_with_the_answer(tmp_path: Path) -> None:
    flow = FILES["flows/repair.yaml"].replace("collect: [advice]}", "collect: [advice, cause]}")
    with Shop(blueprint(tmp_path, flows__repair=flow)) as shop:
        answer = shop.desk.knowledge.answer
        because(DataMissing, lambda: answer(shop.request, "noisy_boiler", by="tom"), shop.desk)
        answer(shop.request, "noisy_boiler", by="tom", data={"cause": "use"})
        assert shop.desk.get(shop.request).data["cause"] == "use"


def test_figures_count_cases_and_the_last_judgement_of_each(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        face = shop.desk.knowledge
        for case in (shop.request, shop.open()):
            face.send(case, "noisy_boiler", by="tom")
            face.send(case, "noisy_boiler", by="tom")
            face.judge(case, "noisy_boiler", helpful=False, by="customer")
        face.judge(shop.request, "noisy_boiler", helpful=True, by="customer")
        face.answer(shop.request, "noisy_boiler", by="tom")
        assert [tuple(figures) for figures in face.figures()] == [
            ("noisy_boiler", 2, 1, 1, 1), ("opening_hours", 0, 0, 0, 0), ("worn_parts", 0, 0, 0, 0)
        ]  # fmt: skip
        check_sound(shop.desk)


def test_who_may_not_and_what_is_not_there(shop: Shop) -> None:
    face, desk = shop.desk.knowledge, shop.desk
    because(NotAllowed, lambda: face.answer(shop.request, "noisy_boiler", by="nobody"), desk)
    because(
        NotAllowed, lambda: face.answer(shop.request, "noisy_boiler", by="mia"), desk
    )  # the transition is the clerk's
    for act in (face.send, face.answer):
        assert "did you mean 'noisy_boiler'?" in because(
            NotFound,
            lambda act=act: act(shop.request, "noisy_bolier", by="tom"),
            desk,  # type: ignore[misc]
        )
    because(NotFound, lambda: face.judge(shop.request, "x", helpful=True, by="tom"), desk)
    because(DataInvalid, lambda: face.judge(shop.request, "noisy_boiler", helpful="no", by="tom"), desk)  # type: ignore[arg-type]
    because(DataInvalid, lambda: face.offer(shop.request, language="fr"), desk)
    because(DataInvalid, lambda: face.search(" "), desk)


def test_a_command_that_comes_twice_is_done_once(shop: Shop) -> None:
    for _ in range(2):
        sent = shop.desk.knowledge.send(shop.request, "noisy_boiler", by="tom", command_id="send")
        judged = shop.desk.knowledge.judge(shop.request, "noisy_boiler", helpful=True, by="tom", command_id="judge")
        answered = shop.desk.knowledge.answer(shop.request, "noisy_boiler", by="tom", command_id="answer")
    assert sent.repeated and judged.repeated and answered.repeated
    assert shop.desk.store.events(shop.request.reference.id)[-1].originator_version == 5


def test_rules_hear_of_an_answer_and_guards_know_it(tmp_path: Path) -> None:
    flow = """
flow: repair
subject: request
initial: open
states: {open: {owner: clerk}, done: {final: completed}}
transitions:
  close: {from: open, to: done, when: case.is_answered}
rules:
  no_help: {on: article.unhelpful, do: {requests.open: {need: Call back, flow: question}}}
"""
    question = """
flow: question
subject: request
initial: asked
opening: {by: [clerk, rule]}
states: {asked: {owner: clerk}, answered: {final: completed}}
transitions:
  close: {from: asked, to: answered, by: clerk}
"""
    articles = "articles: {hours: {title: Hours, text: From nine on., public: true}}"
    trade = blueprint(
        tmp_path, flows__repair=flow, flows__question=question, knowledge=articles, appointments=None, catalogue=None
    )
    with Shop(trade) as shop:
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "no"
        shop.desk.knowledge.answer(shop.request, "hours", by="tom")
        assert shop.desk.requests.may(shop.request, "close", by="tom").answer == "yes"
        shop.desk.knowledge.judge(shop.request, "hours", helpful=False, by="customer")
        assert [item.flow for item in shop.desk.requests.list()] == ["repair", "question"]


def test_items_are_looked_for_only_where_there_is_a_catalogue(tmp_path: Path) -> None:
    assert blueprint(tmp_path, catalogue=None).findings == ()


def test_the_async_face_offers_and_answers(trade: Blueprint) -> None:
    with Shop(trade) as shop:

        async def story() -> int:
            async with AsyncServiceDesk(trade, shop.desk.store, clock=shop.clock) as desk:
                assert (await desk.knowledge.offer(shop.request))[0].article == "noisy_boiler"
                assert (await desk.knowledge.search("噪音"))[0].article == "noisy_boiler"
                await desk.knowledge.send(shop.request, "noisy_boiler", by="tom")
                await desk.knowledge.answer(shop.request, "noisy_boiler", by="tom")
                return (await desk.knowledge.figures())[0].answered

        assert asyncio.run(story()) == 1
