"""The gate before sending and looking up: nothing when it is calm, work or a question when it is not, never a lost word."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

import altcha
import pytest
from django.urls import reverse
from django.utils import translation

from commonweave.base.gate import asking, proof, question
from commonweave.base.gate.memory import memory
from commonweave.base.tests.roles import WebClient
from commonweave.places.models import Place
from commonweave.places.tests.factories import make_place
from commonweave.reports.draft import begin, lock, lock_receipt
from commonweave.reports.models import Gap, Message, Report
from commonweave.reports.tests.factories import make_report, make_team
from commonweave.sharing import receipts
from tools.visitor import Answer

if TYPE_CHECKING:
    from tools.visitor import Form

pytestmark = pytest.mark.django_db
HERE, THERE = "203.0.113.5", "198.51.100.9"
CALM = 10  # reports from one network before anything is asked


@pytest.fixture(autouse=True)
def _city(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory(), "clock", lambda: 1_000_000_060.0)  # no window ends in the middle of a test
    city = make_place("gg-city", make_place("gg", type="country"), name="City")
    make_team(city)


class Phone:
    """A browser without scripts, at one address."""

    def __init__(self, address: str = HERE) -> None:
        self.client = WebClient(REMOTE_ADDR=address)

    def post(self, name: str, status: int, pairs: dict[str, str]) -> Answer:
        response = self.client.post(reverse(name), pairs)
        assert response.status_code == status, response.content.decode()[:3000]
        return Answer(status, dict(response.headers), response.content, 0.0, "")

    def last_step(self) -> Answer:
        """Come to the last step."""
        draft = form_with(
            self.post("reports:what", 200, {"draft": lock(begin()), "kind": "happened", "next": "1"}), "q"
        )
        return self.post("reports:where", 200, dict(draft.filled(choose="gg-city")))

    def form(self) -> Form:
        """The form of the last step."""
        return form_with(self.last_step(), "what")

    def send(self, form: Form, words: str, status: int = 200, **more: str) -> Answer:
        """Send the last step."""
        return self.post("reports:who", status, dict(form.filled(what=words, who="city_support", send="1", **more)))


def form_with(answer: Answer, name: str) -> Form:
    return next(form for form in answer.forms if name in form.names | form.choices.keys() | dict(form.values).keys())


def is_sent(answer: Answer) -> bool:
    return 'name="visit"' in answer.text


def flood(address: str = HERE, often: int = CALM) -> None:
    for _ in range(often):
        memory().count("send", address)


def read(page: Answer) -> str:
    """Answer the question as a person does: by reading it."""
    words = page.text.partition('<label for="id_answer">')[2].partition("</label>")[0]
    numbers = [int(word) for word in words.replace("?", " ").split() if word.isdigit()]
    return str(
        max(numbers)
        if "largest" in words
        else min(numbers)
        if "smallest" in words
        else numbers[0 if "first" in words else -1]
    )


def solve(challenge: str) -> str:
    """Search as the page's script does."""
    made = altcha.Challenge.from_dict(json.loads(challenge))
    found = altcha.solve_challenge(made)
    assert found is not None
    return b64encode(json.dumps(altcha.Payload(made, found).to_dict()).encode()).decode()


def challenge_on(page: Answer) -> str:
    return page.text.partition('data-proof="')[2].partition('"')[0].replace("&quot;", '"')


def test_nothing_is_asked_while_nothing_is_unusual() -> None:
    phone = Phone()
    for number in range(CALM):
        form = phone.form()
        assert "asked" not in form.names
        assert is_sent(phone.send(form, f"Words {number}"))
    assert Report.objects.count() == CALM


def test_a_question_keeps_every_word_and_its_answer_sends() -> None:
    phone = Phone()
    form = phone.form()
    flood()
    asked = phone.send(form, "Every word of mine")
    assert not Report.objects.exists()
    assert "Every word of mine" in asked.text
    form = form_with(asked, "what")
    wrong = phone.send(form, "Every word of mine", answer="7")
    assert not is_sent(wrong)
    assert is_sent(phone.send(form_with(wrong, "what"), "Every word of mine", answer=read(wrong)))
    assert Report.objects.count() == 1


def test_a_good_answer_is_carried_over_other_mistakes() -> None:
    """Who forgot to tick somebody does not have to answer twice."""
    phone = Phone()
    flood()
    page = phone.last_step()
    answers = dict(form_with(page, "what").filled(what="Nobody ticked", send="1", answer=read(page)))
    again = phone.post("reports:who", 200, answers)
    assert "id_answer" not in again.text
    assert is_sent(phone.send(form_with(again, "what"), "Nobody ticked"))


def test_work_sends_once_and_the_same_form_again_gives_the_same_receipt() -> None:
    """A second press is the same report; other words with the same solution are not sent."""
    phone = Phone()
    flood()
    page = phone.last_step()
    form, work = form_with(page, "what"), solve(challenge_on(page))
    first, second = (phone.send(form, "Words", work=work) for _ in range(2))
    assert is_sent(first)
    assert is_sent(second)
    assert not is_sent(phone.send(form, "Other words", work=work)), "replayed"
    assert Report.objects.count() == 1


def test_work_for_another_draft_is_none() -> None:
    phone = Phone()
    flood()
    work = solve(challenge_on(phone.last_step()))
    assert not is_sent(phone.send(phone.form(), "Words", work=work))


def test_forged_work_is_none() -> None:
    """An easier challenge of one's own, a changed one, an expired one, and rubbish."""
    phone = Phone()
    flood()
    page = phone.last_step()
    form, challenge = form_with(page, "what"), json.loads(challenge_on(page))
    data = challenge["parameters"]["data"]
    own = altcha.create_challenge(
        proof.ALGORITHM, 1, counter=0, data=data, hmac_secret=b"mine", hmac_key_secret=b"mine"
    )
    late = altcha.create_challenge(
        proof.ALGORITHM,
        1,
        counter=0,
        data=data,
        expires_at=1,
        hmac_secret=proof._key(),
        hmac_key_secret=proof._key("-found"),
    )
    changed = {**challenge, "parameters": {**challenge["parameters"], "cost": 1, "keyPrefix": ""}}
    for forged in (own.to_dict(), late.to_dict(), changed):
        assert not is_sent(phone.send(form, "Words", work=solve(json.dumps(forged))))
    for rubbish in (
        "",
        "x",
        "e30=",
        b64encode(b"[" * 9000).decode(),
        b64encode(b'{"challenge":{"parameters":1}}').decode(),
    ):
        assert not is_sent(phone.send(form, "Words", work=rubbish))
    assert not Report.objects.exists()


def test_work_and_answers_end_after_two_hours() -> None:
    made = json.loads(proof.challenge(1, "x", asking.LASTS))
    assert made["parameters"]["expiresAt"] == pytest.approx(time.time() + 7200, abs=5)
    old = question.question("x", -1)
    assert not any(question.answered(old.token, str(number), "x") for number in range(100))
    fresh = question.question("x", 60)
    assert sum(question.answered(fresh.token, str(number), "x") for number in range(100)) == 1
    assert not any(question.answered(fresh.token, str(number), "y") for number in range(100))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_questions_are_answered_in_the_digits_of_the_language(language: str) -> None:
    with translation.override(language):
        asked = question.question("x", 60)
    numbers = re.findall(r"\d+", asked.words)
    assert len(numbers) == question.HOW_MANY
    assert sum(question.answered(asked.token, number, "x") for number in numbers) == 1


def test_another_network_is_not_asked() -> None:
    """One flood must not cost those who live elsewhere anything, until the whole node has too much to do."""
    flood(HERE, 100)
    phone = Phone(THERE)
    assert is_sent(phone.send(phone.form(), "Words"))
    for _ in range(300):
        memory().count("node.send", "")
    assert 'name="asked"' in phone.last_step().text


def test_too_much_from_one_network_waits_and_keeps_every_word() -> None:
    phone = Phone()
    form = phone.form()
    flood(HERE, 600)
    told = phone.send(form, "Every word of mine", 429)
    assert "Every word of mine" in told.text
    assert "minutes" in told.text
    assert not Report.objects.exists()


def test_trying_numbers_costs_work_and_the_number_need_not_be_typed_again() -> None:
    phone = Phone()
    _report, digits = make_report(Place.objects.get(code="gg-city"))
    unknown = " ".join(receipts.show(receipts.draw()))
    for _ in range(CALM):
        phone.post("reports:receipt", 404, {"number": unknown})
    asked = phone.post("reports:receipt", 200, {"number": " ".join(receipts.show(digits))})
    assert 'name="visit"' not in asked.text
    assert receipts.show(digits)[0] not in asked.text, "an open page does not show the number"
    form = form_with(asked, "kept")
    assert 'name="visit"' not in phone.post("reports:receipt", 200, dict(form.filled(answer="7"))).text
    assert 'name="visit"' in phone.post("reports:receipt", 200, dict(form.filled(answer=read(asked)))).text


def test_a_number_that_opens_is_never_counted_as_a_guess() -> None:
    phone = Phone()
    _report, digits = make_report(Place.objects.get(code="gg-city"))
    number = " ".join(receipts.show(digits))
    for _ in range(CALM + 5):
        assert 'name="visit"' in phone.post("reports:receipt", 200, {"number": number}).text


def test_gaps_of_one_network_are_counted_to_a_point() -> None:
    """A script that asks where nobody takes it moves no number that people act upon."""
    make_place("gg-far", make_place("gh", type="country"))
    for _ in range(25):
        Phone().post("reports:where", 200, {"draft": lock(replace(begin(), kind="happened")), "choose": "gg-far"})
    assert Gap.objects.count() == 20


def test_a_thread_takes_thirty_additions_and_keeps_the_words_of_the_next() -> None:
    phone = Phone()
    _report, digits = make_report(Place.objects.get(code="gg-city"))
    for _ in range(30):
        memory().count("thread", digits)
    said = {"visit": lock_receipt(digits), "do": "add", "words-text": "One more thing"}
    told = phone.post("reports:receipt", 200, said)
    assert "One more thing" in told.text
    assert "You have added a lot" in told.text
    assert not Message.objects.exists()
