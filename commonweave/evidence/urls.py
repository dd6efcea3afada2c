"""Addresses of the floor `evidence`: pages under a language, and what programs ask, without one."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweave.evidence import views

app_name = "evidence"
urlpatterns: list[URLPattern] = [
    path("evidence/", views.find, name="find"),
    path("evidence/saved/", views.saved, name="saved"),
    path("evidence/saved/<uuid:pk>/open/", views.open_saved, name="open_saved"),
    path("evidence/saved/<uuid:pk>/change/", views.change_saved, name="change_saved"),
    path("evidence/saved/<uuid:pk>/forget/", views.forget_saved, name="forget_saved"),
    path("evidence/findings/", views.findings, name="findings"),
    path("evidence/findings/<slug:tried>/<slug:outcome>/", views.finding, name="finding"),
    path(
        "evidence/findings/<slug:tried>/<slug:outcome>/<slug:scale>/<int:number>/",
        views.finding_then,
        name="finding_then",
    ),
    path("evidence/feed.atom", views.feed, name="feed"),
    path("evidence/map/", views.gap_map, name="gap_map"),
    path("evidence/map/table.csv", views.gap_table, name="gap_table"),
    path("evidence/ours/", views.ours, name="ours"),
    path("evidence/ours/new/", views.start_record, name="start_record"),
    path("evidence/ours/<uuid:pk>/", views.edit_record, name="edit_record"),
    path("evidence/ours/list/", views.import_list, name="import_list"),
    path("evidence/ours/list/<uuid:pk>/", views.take_in, name="take_in"),
    path("evidence/ours/libraries/", views.harvests, name="harvests"),
    path("evidence/ours/libraries/<uuid:pk>/", views.harvest, name="harvest"),
    path("evidence/ours/libraries/<uuid:pk>/on/", views.harvest_on, name="harvest_on"),
    path("evidence/ours/read/", views.read_pdf, name="read_pdf"),
    path("evidence/ours/<uuid:pk>/document/", views.attach, name="attach"),
    path("evidence/ours/<uuid:pk>/document/remove/", views.detach, name="detach"),
    path("evidence/ours/<uuid:pk>/publish/", views.publish, name="publish"),
    path("evidence/ours/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("evidence/ours/<uuid:pk>/version/", views.new_version, name="new_version"),
    path("evidence/record/<slug:slug>/document.pdf", views.document, name="document"),
    path("evidence/ours/<uuid:pk>/effects/", views.effects, name="effects"),
    path("evidence/ours/<uuid:pk>/effects/new/<slug:measure>/", views.add_effect, name="add_effect"),
    path("evidence/ours/<uuid:pk>/effects/<uuid:effect>/", views.edit_effect, name="edit_effect"),
    path("evidence/ours/<uuid:pk>/effects/<uuid:effect>/remove/", views.remove_effect, name="remove_effect"),
    path("evidence/record/<slug:slug>/", views.record, name="record"),
    path("evidence/record/<slug:slug>/rate/", views.appraise, name="appraise"),
    path("evidence/record/<slug:slug>/rate/answers/", views.rate, name="rate"),
    path("evidence/record/<slug:slug>/rate/give-up/", views.give_up, name="give_up"),
    path("evidence/record/<slug:slug>/settle/", views.settle, name="settle"),
    path("evidence/record/<slug:slug>/settle/agree/", views.agree, name="agree"),
    path("evidence/record/<slug:slug>/ratings.json", views.appraisals, name="appraisals"),
    path("evidence/record/<slug:slug>/reply/", views.reply, name="reply"),
    path("evidence/record/<slug:slug>/reply/link/", views.reply_link, name="reply_link"),
    path("evidence/reply/<slug:token>/", views.reply_by_link, name="reply_by_link"),
    path("evidence/replies/<uuid:pk>/take-away/", views.refuse_reply, name="refuse_reply"),
    path("evidence/record/<slug:slug>/used/", views.note_adaptation, name="note_adaptation"),
    path("evidence/used/<uuid:pk>/", views.decide_adaptation, name="decide_adaptation"),
    path("evidence/assumptions/", views.assumptions, name="assumptions"),
    path("evidence/assumptions/new/", views.state_assumption, name="state_assumption"),
    path("evidence/assumption/<slug:slug>/", views.assumption, name="assumption"),
    path("evidence/assumption/<slug:slug>/study/", views.add_bearing, name="add_bearing"),
    path("evidence/assumption/<slug:slug>/known/", views.call_assumption, name="call_assumption"),
    path("evidence/assumption/<slug:slug>/rely/", views.rely, name="rely"),
    path("evidence/criteria/", views.criteria, name="criteria"),
    path("evidence/record/<slug:slug>.<slug:citation>", views.citation, name="citation"),
]
exchange_urlpatterns: list[URLPattern] = [
    path("oai", views.oai, name="oai"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<slug:part>.xml", views.sitemap_part, name="sitemap_part"),
]
