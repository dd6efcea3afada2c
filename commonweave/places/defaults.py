"""What holds at a place when neither it nor any place above it says otherwise."""

from __future__ import annotations

from typing import Any

PUBLIC_NAME = "public_name"
HOME_NAME = "home_name"
ACCENT = "accent"
LANGUAGES = "languages"
EMERGENCY = "emergency"
TIME_ZONE = "time_zone"
WORKING_WEEK = "working_week"
HOLIDAYS = "holidays"
ACKNOWLEDGE_DAYS = "acknowledge_days"
ANSWER_DAYS = "answer_days"
PASS_ON_DAYS = "pass_on_days"  # noqa: S105 the name of a setting
RETENTION_DAYS = "retention_days"
REPORT_KINDS = "report_kinds"
FIRST_RECIPIENTS = "first_recipients"

LONGEST_DEADLINE = 60

DEFAULTS: dict[str, Any] = {
    PUBLIC_NAME: {"texts": {"en": "Commonweave"}, "original": "en", "machine": []},
    HOME_NAME: {
        "texts": {"en": "Around here", "fr": "Par ici", "ar": "حولنا", "sq": "Këtu pranë", "ny": "Kwathu"},
        "original": "en",
        "machine": ["fr", "ar", "sq", "ny"],
    },
    ACCENT: "#24326b",
    LANGUAGES: ["en", "fr", "ar", "sq", "ny"],
    EMERGENCY: [],
    TIME_ZONE: "UTC",
    WORKING_WEEK: [0, 1, 2, 3, 4],
    HOLIDAYS: [],
    ACKNOWLEDGE_DAYS: 3,
    ANSWER_DAYS: 10,
    PASS_ON_DAYS: 3,
    RETENTION_DAYS: 90,
    REPORT_KINDS: ["online", "happened", "neighbourhood"],
    FIRST_RECIPIENTS: ["city_support", "civil_society", "police"],
}
