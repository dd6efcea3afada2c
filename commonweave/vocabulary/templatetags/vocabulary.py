"""Words for codes in templates: `{{ report.kind|public:"report-kind" }}`."""

from __future__ import annotations

from django import template

from commonweave.vocabulary import queries

register = template.Library()


@register.filter
def public(code: str, scheme: str) -> str:
    """Say a code as residents read it."""
    return queries.label(scheme, code).say()


@register.filter
def working(code: str, scheme: str) -> str:
    """Say a code as staff work with it."""
    return queries.working(scheme, code).say()
