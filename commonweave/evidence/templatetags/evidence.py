"""Marks and words of the evidence pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from commonweave.base.languages import runs_from_right
from commonweave.evidence import marks

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from commonweave.evidence.models import Record

register = template.Library()
register.simple_tag(marks.direction, name="direction")
register.simple_tag(marks.strength, name="strength")


@register.simple_tag
def title(record: Record) -> SafeString:
    """Write a publication's own title, marked with its language where that is not the page's."""
    return _marked(record.titles.texts.get(record.language, ""), record.language)


@register.simple_tag
def other_title(record: Record) -> SafeString:
    """Write the title in the reader's language, else in English, where the publication's own is neither."""
    now = get_language() or "en"
    code = next((code for code in (now, "en") if code in record.titles.texts), record.language)
    return _marked("" if record.language in (now, code) else record.titles.texts[code], code)


def _marked(said: str, language: str) -> SafeString:
    if not said or language == get_language():
        return format_html("{}", said)
    direction = "rtl" if runs_from_right(language) else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', language, direction, said)
