"""The tables that stand without row security, each with the reason: the only list, read by `doctor` and by tests."""

from __future__ import annotations

UNPROTECTED: dict[str, str] = {
    "account_emailaddress": "Signing in looks people up by address before anybody is known. Staff only, no resident.",
    "account_emailconfirmation": "A link from a mail is looked up before anybody is known; allauth signs the links.",
    "auth_group": "Django's own and empty: roles stand in memberships. The pages may only read it.",
    "auth_group_permissions": "Django's own and empty. The pages may only read it.",
    "auth_permission": "Django's own list of its models, nothing about people. The pages may only read it.",
    "base_journalbatch": "Sizes, hashes and signatures, meant to be shown to everybody. The pages may only read it.",
    "django_content_type": "The names of our models. The pages may only read it.",
    "django_migrations": "Which migrations were applied. The pages may only read it.",
    "django_session": "A session is looked up by its random key before anybody is known; sealed; staff only.",
    "mfa_authenticator": "Read while somebody is still signing in; secrets are sealed. Staff only.",
    "people_demonstration": "At most one row, without content: whether this node is a demonstration.",
    "people_person": "Signing in looks people up by address before anybody is known. Staff only, no resident.",
    "procrastinate_events": "The worker's own; the pages have no right to it.",
    "procrastinate_jobs": "The worker's own; the pages have no right to it.",
    "procrastinate_periodic_defers": "The worker's own; the pages have no right to it.",
    "procrastinate_workers": "The worker's own; the pages have no right to it.",
}
