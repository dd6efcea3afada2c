"""What the visitor sends is what a browser without JavaScript would send."""

from __future__ import annotations

from tools.visitor import Answer

PAGE = b"""<form method="post" action="/en/go/"><input type="hidden" name="draft" value="x">
<input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
<input type="checkbox" name="who" value="police"><input type="checkbox" name="agree">
<textarea name="what">
Two
lines</textarea>
<select name="team"><option value="">-</option><option value="7" selected>Seven</option></select>
<button name="next" value="1">Go</button><button>Unnamed</button></form>
<form><input name="q" value="old"></form>"""


def _page() -> Answer:
    return Answer(200, {}, PAGE, 0.0, "/en/here/")


def test_form_holds_what_would_be_sent_untouched() -> None:
    form, search = _page().forms
    assert (form.action, form.method) == ("/en/go/", "post")
    assert dict(form.values) == {"draft": "x", "kind": "b", "what": "Two\nlines", "team": "7"}
    assert form.choices == {"kind": ["a", "b"], "who": ["police"], "agree": ["on"], "team": ["", "7"]}
    assert form.buttons == {"next": ["1"]}
    assert (search.action, search.method) == ("/en/here/", "get")


def test_filled_form_replaces_what_it_names_and_keeps_the_rest() -> None:
    form = _page().forms[0]
    pairs = form.filled(kind="a", who=["police", "support"], next_="1")
    assert ("kind", "b") not in pairs
    assert pairs[-4:] == [("kind", "a"), ("who", "police"), ("who", "support"), ("next", "1")]
    assert ("draft", "x") in pairs
