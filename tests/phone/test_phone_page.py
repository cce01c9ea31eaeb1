"""The page without script, its policy, its size, and what hostile text becomes."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from components.look.i18n import texts
from components.phone import inline
from components.phone import page as pages

PHONE = Path(pages.__file__).parent
NASTY = "</script><script>alert(1)</script>\u202e" + "m" * 10_000


def state(**vote):
    full = {
        "poll": "un", "title": "Que faire\u202f?", "method": "single", "options": [
            {"id": "a", "label": "Alpha", "role": ""}, {"id": "b", "label": "<b>Beta</b>", "role": ""}],
        "state": "open", "shown": False, "result": None, "max_choices": 1, "several": False, "phones_vote": True,
        "grades": [], "points": 0, "cap": 0, "scale": 0, "budget": 0, "counting": "", "who": ["citizen", "press"],
        "college_needed": False, "colleges": [], "shared_allowed": False,
    }  # fmt: skip
    promise = {
        "level": "Consultation",
        "decides": "Le conseil",
        "when": "mars",
        "negotiable": "",
        "not_negotiable": "",
    }
    return {
        "meeting": {"code": "ABCD", "title": "Essai", "closed": False},
        "step": {"kind": "vote", "title": "Un vote"},
        "promise": promise,
        "indicative": "Vote indicatif.",
        "vote": {**full, **vote} if vote.get("poll", "un") else None,
    }


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_form_is_complete_without_script():
    tags = Tags(pages.phone_page(state(), "d", "fr", {"poll": "un", "choice": ["b"], "receipt": "AAAA-2222"}))
    assert tags.all("form") == [{"method": "post", "action": "/v/ABCD?lang=fr", "id": "ballot"}]
    assert {"type": "hidden", "name": "poll", "value": "un"} in tags.all("input")
    radios = [attributes for attributes in tags.all("input") if attributes["type"] == "radio"]
    assert [radio["value"] for radio in radios] == ["a", "b"]
    assert ["checked" in radio for radio in radios] == [False, True]
    assert tags.all("legend")
    assert tags.all("button")


def test_several_choices_are_boxes_and_communes_a_list():
    tags = Tags(pages.phone_page(state(several=True, max_choices=2), "d", "fr"))
    assert [a["type"] for a in tags.all("input")][1:] == ["checkbox", "checkbox"]
    tags = Tags(pages.phone_page(state(method="commune"), "d", "fr"))
    assert [a["value"] for a in tags.all("option")] == ["", "a", "b"]


def test_hostile_text_is_text():
    told = state(title=NASTY, options=[{"id": NASTY, "label": NASTY, "role": ""}] * 2)
    told["meeting"]["title"] = told["step"]["title"] = told["promise"]["decides"] = NASTY
    for vote in ({}, {"state": "closed", "shown": True, "result": result(NASTY)}):
        told["vote"].update(vote)
        html = pages.phone_page(told, "d", "fr", line=pages.Line(NASTY, NASTY, NASTY))
        assert html.count("<script") == 2
        assert "alert(1)<" not in html
    html = pages.code_page("fr", NASTY, NASTY)
    assert "<script" not in html
    assert 'value="&lt;/script&gt;' in html


def result(label="Alpha", percent=37.5):
    option = {
        "id": "a",
        "label": label,
        "count_text": "3",
        "percent_text": "37\u202f%",
        "percent": percent,
        "count": 3,
    }
    return {"too_few": False, "sentence": "8 réponses", "base": "Sur 8", "options": [option]}


def test_a_shown_result_is_in_words_figures_and_bars():
    html = pages.phone_page(state(state="closed", shown=True, result=result()), "d", "fr")
    assert "3 · 37\u202f%" in html
    assert 'width="37.5%"' in html
    few = {"too_few": True, "sentence": "Moins de 5", "options": []}
    assert "Moins de 5" in pages.phone_page(state(state="closed", shown=True, result=few), "d", "fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("kind", ["welcome", "vote", "card", "scenario", "tables", "floor", "pause", "close"])
def test_every_kind_of_step_says_what_happens(kind, lang):
    told = {**state(poll=""), "step": {"kind": kind, "title": "Titre"}}
    assert texts("phone", lang)[f"now_{kind}"].split("’")[0] in pages.phone_page(told, "d", lang)


def test_the_policy_allows_our_script_and_sheet_and_nothing_else():
    html = pages.phone_page(state(), "d", "fr")
    policy = pages.security_policy("192.168.1.10:5007")
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "ws://192.168.1.10:5007" in policy
    assert "style=" not in html
    assert not [name for _, attributes in Tags(html).tags for name in attributes if name.startswith("on")]


def test_the_script_speaks_to_browsers_of_2017():
    """Android 8 and iOS 13: no optional chaining, nullish coalescing, class fields, dialog, replaceAll, :has, inset."""
    script = inline.source()
    assert not re.search(
        r"\?\.[a-zA-Z(\[]|\?\?|\.replaceAll|\.at\(|\.flat\(|matchAll|catch \{|AbortController|\.\.\.", script
    )
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    sheet = (PHONE / "phone.css").read_text(encoding="utf-8")
    assert not re.search(r":has\(|\binset:|:is\(|:where\(|aspect-ratio|clamp\(|\bdvh|user-scalable", sheet)


def test_every_text_the_script_names_exists():
    named = set(re.findall(r"\bT\.(\w+)", inline.source()))
    for lang in ("fr", "en"):
        assert named <= set(texts("phone", lang))
        assert named <= set(inline.script_texts(lang))
    # A name put together begins with words that can be found: T['left_' + …], never T[name].
    assert not re.findall(r"\bT\[(?!'\w+_')", inline.source())


def test_the_script_is_sent_without_comments_and_with_its_texts_untouched():
    written, sent = inline.source(), inline.script()
    code = "\n".join(line for line in written.splitlines() if not line.strip().startswith("//"))
    assert (
        re.findall(r"'(?:\\.|[^'\\\n])*'", code) == re.findall(r"'(?:\\.|[^'\\\n])*'", sent)[1:]
    )  # after 'use strict'
    assert "  " not in re.sub(r"'[^'\n]*'", "", sent)
    assert len(sent) < 0.85 * len(written)
    assert not re.search(r"^//|[^:']//", sent, re.M)


def test_no_text_of_the_area_is_left_over():
    source = "".join(path.read_text(encoding="utf-8") for path in PHONE.rglob("*.*") if path.suffix != ".pyc")
    for other in ("voting/ballots.py", "meeting/entitlement.py"):
        source += (PHONE.parent / other).read_text(encoding="utf-8")
    # Texts whose names are put together: now_ + kind of step, hint_ + method…
    families = (
        "now_",
        "promise_",
        "vote_",
        "hint_",
        "consent_",
        "left_",
        "amount_",
        "college_",
        "cap_",
    )
    unused = {
        name
        for name in texts("phone", "fr")
        if not re.search(rf"\b{name}\b", source) and not name.startswith(families)
    }
    assert unused == set()


def test_the_line_tells_the_truth():
    own = {"poll": "un", "choice": ["a"], "receipt": "AAAA-2222"}
    assert pages.line_of(state(), "fr", own).strong == "Reçu."
    assert pages.line_of(state(), "fr", {**own, "poll": "autre"}).strong == ""
    assert pages.line_of(state(), "fr", None).strong == ""
    assert pages.line_of(state(state="closed"), "fr", own).rest == "Votre bulletin a été reçu."
    assert pages.line_of(state(state="closed"), "fr", None).strong == "Le vote est clos."
    assert re.fullmatch(
        "Reçu à \\d{1,2}\u00a0h\u00a0\\d\\d\\.", pages.line_of(state(), "fr", own, 1.7e9).strong
    )
    assert re.fullmatch(r"Received at \d{1,2}:\d\d\.", pages.line_of(state(), "en", own, 1.7e9).strong)


# --- served -----------------------------------------------------------------------------------------


def test_all_bytes_of_a_first_visit_are_under_30_kb(house):
    house.ask("ville")
    for url in (house.url + "/", house.page, house.page + "?lang=en"):
        answer = httpx.get(url, headers={"Accept-Encoding": "gzip"})
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        assert head + answer.num_bytes_downloaded < 22_000
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "<link" not in answer.text.replace('<link rel="icon" href="data:,">', "")
        assert not re.search(r'src="|url\(|@import', answer.text)
    plain = httpx.get(house.page, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert len(plain.content) < 65_000
    assert gzip.decompress(gzip.compress(plain.content)) == plain.content


def test_a_page_that_has_not_changed_is_not_sent_again(house):
    with httpx.Client() as phone:
        first = phone.get(house.page)
        again = phone.get(house.page, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        house.ask("un")
        assert phone.get(house.page, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_door_asks_for_the_code_and_forgives_how_it_is_typed(house):
    assert "Code de la séance" in httpx.get(house.url).text
    spaced = f" {house.code[:2].lower()} {house.code[2:].lower()} "
    for typed in (house.code, house.code.lower(), spaced, "-".join(house.code)):
        answer = httpx.get(house.url, params={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/v/{house.code}")
    assert (
        httpx.get(house.url, params={"code": house.code, "lang": "en"})
        .headers["Location"]
        .endswith("?lang=en")
    )
    assert httpx.get(f"{house.url}/v/{house.code.lower()}").headers["Location"] == f"/v/{house.code}"


@pytest.mark.parametrize(
    "typed", ["ZZZZ", "<script>", "é" * 40, "A" * 9000, "\u202e\x00", "' OR 1=1", "../../etc"]
)
def test_a_wrong_code_is_said_and_kept(house, typed):
    answer = httpx.get(house.url, params={"code": typed})
    assert answer.status_code == 404
    assert "Aucune séance ne porte le code" in answer.text
    assert "<script>" not in answer.text
    assert typed[:4].replace("<", "&lt;").replace("'", "&#x27;") in answer.text or "\x00" in typed


def test_unknown_meetings_and_pages_answer_with_the_door(house):
    for path in ("/v/ZZZZ", "/v/", "/v", f"/v/{house.code}/other", "/v/%F0%9F%92%A9", "/v/%3Cscript%3E"):
        answer = httpx.get(house.url + path)
        assert answer.status_code == 404
        assert "Code de la séance" in answer.text
    assert httpx.post(f"{house.url}/v/ZZZZ", data={"poll": "x"}).status_code == 404
    assert httpx.delete(house.page).status_code == 405
    assert httpx.head(house.page).status_code == 200


def test_a_vote_by_plain_form(house):
    poll = house.ask("un")
    with httpx.Client() as phone:
        assert "Que faire" in phone.get(house.page).text
        answer = phone.post(house.page, data={"poll": poll, "choice": "b"})
        assert answer.status_code == 200
        assert re.search(r"<b>Reçu à \d{1,2}\s*h\s*\d\d\.</b>", answer.text)
        assert re.search(r"Reçu n°\s[2-9A-Z]{4}-[2-9A-Z]{4}", answer.text)
        assert re.search(r'value="b" required checked', answer.text)
        assert "<b>Reçu.</b>" in phone.get(house.page).text
        house.act("close")
        late = phone.post(house.page, data={"poll": poll, "choice": "a"})
        assert late.status_code == 409
        assert "Le vote est clos. Ce bulletin n’est pas reçu." in late.text
        assert "Votre bulletin a été reçu." in phone.get(house.page).text
    assert house.counts(poll) == {("b",): 1}


def test_several_choices_and_nothing_chosen_by_plain_form(house):
    poll = house.ask("trois")
    with httpx.Client() as phone:
        phone.get(house.page)
        body = f"poll={poll}&choice=x&choice=z"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert phone.post(house.page, content=body, headers=form).status_code == 200
        answer = phone.post(house.page, content=body + "&choice=y", headers=form)
        assert (answer.status_code, "2 choix au plus" in answer.text) == (400, True)
        house.act("close", "seal")
        poll = house.ask("un")
        answer = phone.post(house.page, content=f"poll={poll}", headers=form)
        assert (answer.status_code, "Choisissez une réponse" in answer.text) == (400, True)
        bad = phone.post(house.page, content=b"poll=%FF%FE&choice=%80", headers=form)
        assert bad.status_code == 400
        assert phone.post(house.page, json={"poll": poll}).status_code == 415
        assert phone.post(house.page, content="a" * 9000, headers=form).status_code == 413
        foreign = phone.post(
            house.page, data={"poll": poll, "choice": "a"}, headers={"Origin": "http://evil.example"}
        )
        assert foreign.status_code == 403
    assert house.counts("trois") == {("x", "z"): 1}
    assert house.counts(poll) == {}


def test_a_form_without_cookies_says_so(house):
    poll = house.ask("un")
    answer = httpx.post(house.page, data={"poll": poll, "choice": "a"})
    assert answer.status_code == 403
    assert "cookies" in answer.text


def test_a_false_key_is_replaced_and_said(house):
    name = f"cordee_{house.code}"
    answer = httpx.get(house.page, headers={"Cookie": f"{name}=false"})
    assert answer.status_code == 200
    assert "n’était pas valable" in answer.text
    assert len(answer.headers.get_list("Set-Cookie")) == 2
    assert httpx.get(house.page, headers={"Cookie": "\x01=;;;=====" + "a" * 400}).status_code in (200, 400)


def test_a_phone_is_counted_as_present_once_it_comes_back_with_its_key(house):
    with httpx.Client() as phone:
        phone.get(house.page)
        phone.get(house.page)
        phone.get(house.page)
    httpx.get(house.page)  # a machine that keeps nothing is nobody
    house.urn.writer.stop()
    assert house.console.store.joined(house.code) == 1


def test_the_data_of_the_page_is_the_state(house):
    house.ask("un")
    data = json.loads(re.search(r'id="data">(.*?)</script>', httpx.get(house.page).text, re.S)[1])
    api = httpx.get(f"{house.api}/state").json()
    of_this_phone = ("own", "second", "entitled", "entitled_second", "remote")
    told = {name: value for name, value in api.items() if name not in of_this_phone}
    assert {**data["state"], "digest": data["digest"]} == told
