"""Addresses of residents' and teams' pages."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from commonweave.reports.open311 import views as open311
from commonweave.reports.views import (
    answer,
    assist,
    files,
    folded,
    handover,
    hold,
    proof,
    receipt,
    repeats,
    steps,
    team,
    waiting,
)

app_name = "reports"
urlpatterns = [
    path("report/", steps.start, name="start"),
    path("at/<slug:code>/report/", steps.start, name="start_at"),
    path("report/what/", steps.what, name="what"),
    path("report/where/", steps.where, name="where"),
    path("report/who/", steps.who, name="who"),
    path("report/waiting/", waiting.waiting, name="waiting"),
    path("assist/", assist.assist, name="assist"),
    path("receipt/", receipt.receipt, name="receipt"),
    path("at/<slug:code>/receipt/", receipt.receipt, name="receipt_at"),
    path("proof/", proof.check_proof, name="check_proof"),
    path("receipt/files/", files.files, name="files"),
    path("at/<slug:code>/receipt/files/", files.files, name="files_at"),
    path("receipt/files/part/", files.part, name="files_part"),
    path("queue/<uuid:pk>/files/<uuid:file>/", files.file, name="file"),
    path("queue/", team.queue, name="queue"),
    path("queue/rewrap/", team.rewrap, name="rewrap"),
    path("queue/same/<uuid:pk>/", folded.folded, name="folded"),
    path("queue/same/<uuid:pk>/close/", folded.close_folded, name="close_folded"),
    path("queue/<uuid:pk>/", team.report, name="report"),
    path("queue/<uuid:pk>/open/", team.open_report, name="open"),
    path("queue/<uuid:pk>/answer/", answer.answer, name="answer"),
    path("queue/<uuid:pk>/hand-on/", handover.hand_on, name="hand_on"),
    path("queue/<uuid:pk>/ask/", handover.ask, name="ask"),
    path("queue/<uuid:pk>/outside/", handover.outside, name="outside"),
    path("queue/<uuid:pk>/accept/", handover.accept, name="accept"),
    path("queue/<uuid:pk>/decline/", handover.decline, name="decline"),
    path("queue/<uuid:pk>/close/", team.close, name="close"),
    path("queue/<uuid:pk>/same/", repeats.tell_repeat, name="tell_repeat"),
    path("queue/<uuid:pk>/hold/", hold.ask_hold, name="ask_hold"),
    path("queue/<uuid:pk>/hold/end/", hold.end_hold, name="end_hold"),
    path("queue/<uuid:pk>/hold/decide/", hold.decide_hold, name="decide_hold"),
]

FORM = r"\.(?P<form>xml|json)$"
open311_urlpatterns: list[URLPattern] = [
    re_path(rf"^discovery{FORM}", open311.discovery, name="discovery"),
    re_path(rf"^services{FORM}", open311.services, name="services"),
    re_path(rf"^services/(?P<code>[\w-]+){FORM}", open311.service, name="service"),
    re_path(rf"^requests{FORM}", open311.requests, name="requests"),
    re_path(rf"^requests/(?P<pk>[0-9a-f-]{{1,40}}){FORM}", open311.service_request, name="request"),
    re_path(rf"^tokens/(?P<pk>[\w-]{{1,80}}){FORM}", open311.token, name="token"),
]
"""Open311 has no languages and no pages, so these stand outside the prefix of a language."""
