"""What templates may say: texts, dates and numbers by language, and links between languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.forms import Field
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from commonweave.base import formats
from commonweave.base.text import Text

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from django.forms import BoundField, Form

register = template.Library()


@register.filter
def text(value: object) -> str:
    """Say a Text in the reader's language; anything else as it is."""
    return value.shown() if isinstance(value, Text) else "" if value is None else str(value)


@register.filter
def spoken(value: object) -> SafeString:
    """Say a Text and mark its language and direction where they are not the page's own."""
    if not isinstance(value, Text):
        return conditional_escape("" if value is None else str(value))
    language = value.language_for()
    if not language or language == get_language():
        return conditional_escape(value.say())
    direction = "rtl" if _info(language)["bidi"] else "ltr"
    return format_html_join("", '<span lang="{}" dir="{}">{}</span>', [(language, direction, value.say())])


@register.filter
def number(value: formats.Number | None, places: int | None = None) -> str:
    """Write a number by locale."""
    return formats.say_number(value, places=places)


@register.filter
def percent(value: formats.Number | None) -> str:
    """Write a share of 0 to 1 as per cent."""
    return formats.say_percent(value)


@register.filter
def digits(value: object) -> str:
    """Write digits in the script of the reader's language."""
    return formats.digits("" if value is None else value)


@register.filter
def day(value: datetime.date | None, form: str = "long") -> str:
    """Write a date by locale: full, long, medium or short."""
    return formats.say_date(value, form=form)


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """Write a date and time by locale."""
    return formats.say_moment(value)


@register.filter
def span(value: datetime.timedelta | None) -> str:
    """Write a length of time, such as "3 days"."""
    return formats.say_span(value)


@register.filter
def tel(value: object) -> str:
    """Turn a telephone number as people write it into the target of a tel: link."""
    kept = "".join(sign for sign in str(value) if sign.isdigit() or sign in "+*#")
    return "tel:" + kept


@register.filter
def lookup(mapping: Mapping[Any, Any] | None, key: object) -> object:
    """Return mapping[key]; keys of choices arrive as text."""
    if not mapping:
        return ""
    return mapping.get(key, mapping.get(str(key), ""))


@register.simple_tag
def cells(row: Sequence[object], head: Sequence[object], numbers: Sequence[int] | None) -> list[dict[str, Any]]:
    """Return what a table row shows, cell by cell; done here because a template asks slowly what a plain text is not."""
    right = set(numbers or ())
    found = []
    for index, (label, cell) in enumerate(zip(head, row, strict=False)):
        parts = cell if isinstance(cell, dict) else {"text": "–" if cell is None else cell}
        found.append({"href": "", "tag": "", **parts, "label": label, "number": index in right})
    return found


@register.filter
def up_to(last: object) -> range:
    """Return 1 to last."""
    return range(1, int(str(last)) + 1)


@register.filter(name="int")
def whole(value: object) -> int:
    """Read an attribute of a component as a whole number."""
    return int(str(value))


@register.filter
def groups_of_five(value: object) -> list[str]:
    """Split a receipt's digits into groups of five, in the reader's digits."""
    kept = "".join(sign for sign in str(value) if sign.isdigit())
    return [formats.digits(kept[start : start + 5]) for start in range(0, len(kept), 5)]


@register.filter
def first_id(field: BoundField) -> str:
    """Return the id an error message should lead to: the field's first control."""
    if field.id_for_label:
        return field.id_for_label
    parts = field.subwidgets
    return str(parts[0].data["attrs"].get("id", field.auto_id)) if parts else field.auto_id


@register.filter
def field_errors(form: Form) -> list[tuple[str, str]]:
    """Return (id, message) of every field error of a form, in reading order."""
    unsaid = str(Field.default_error_messages["required"])
    return [
        (
            first_id(field),
            _("Please answer: %(question)s") % {"question": field.label} if str(error) == unsaid else str(error),
        )
        for field in form or ()
        for error in field.errors
    ]


@register.simple_tag
def attributes(attrs: Mapping[str, object]) -> SafeString:
    """Write a component's remaining attributes, escaped (the component library would not)."""
    pairs = getattr(attrs, "attrs_dict", lambda: attrs)()
    bare = [name for name, value in pairs.items() if value is True]
    valued = [(name, value) for name, value in pairs.items() if value not in (True, False, None)]
    return mark_safe(  # noqa: S308 both parts are escaped
        format_html_join("", ' {}="{}"', valued) + format_html_join("", " {}", [(name,) for name in bare])
    )


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, Any]]:
    """Return the same page in every language; after a POST the start page of the place, for there is no page to go back to."""
    request = context.get("request")
    offered = [code for code, _ in settings.LANGUAGES]
    if not context.get("resident") and context.get("navigation"):
        offered = list(getattr(settings, "STAFF_LANGUAGES", offered))
    now = get_language() or settings.LANGUAGE_CODE
    path = _start_of(context.get("place"))
    if request is not None and request.method in ("GET", "HEAD"):
        path = request.get_full_path()
    return [
        {
            "code": code,
            "name": _own_name(code),
            "bidi": _info(code)["bidi"],
            "url": _in_language(path, code),
            "current": code == now,
        }
        for code in offered
    ]


@register.simple_tag(takes_context=True)
def start_url(context: template.Context) -> str:
    """Return where the name in the masthead leads."""
    return _in_language(_start_of(context.get("place")), get_language() or settings.LANGUAGE_CODE)


def _start_of(place: object) -> str:
    start = getattr(place, "start_url", "")
    if start:
        return str(start() if callable(start) else start)
    try:
        return reverse("start")
    except NoReverseMatch:
        return f"/{get_language() or settings.LANGUAGE_CODE}/"


def _in_language(path: str, code: str) -> str:
    parts = path.split("/", 2)
    known = {known for known, _ in settings.LANGUAGES}
    rest = parts[2] if len(parts) > 2 and parts[1] in known else path.lstrip("/") if parts[1] not in known else ""  # noqa: PLR2004 the part after the language
    return f"/{code}/{rest}"


def _own_name(code: str) -> str:
    name = str(_info(code)["name_local"])
    return name[:1].upper() + name[1:]


def _info(code: str) -> dict[str, Any]:
    try:
        return dict(get_language_info(code))
    except KeyError:
        name = str(dict(settings.LANGUAGES).get(code, code))
        return {"bidi": False, "name_local": name}
