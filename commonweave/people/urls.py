"""Addresses of the floor `people`. Those under accounts/ stand before allauth's own and replace them."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweave.people import views
from commonweave.people.sign_in import ActivateApp, AddPasskey, MakeRecoveryCodes

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("manage/", views.manage, name="manage"),
    path("manage/organisations/", views.organisations, name="organisations"),
    path("manage/organisations/new/", views.new_organisation, name="new_organisation"),
    path("manage/organisations/<uuid:pk>/", views.organisation, name="organisation"),
    path("manage/organisations/<uuid:pk>/change/", views.edit_organisation, name="edit_organisation"),
    path("manage/organisations/<uuid:pk>/invite/", views.invite, name="invite"),
    path("manage/organisations/<uuid:pk>/team/", views.new_team, name="new_team"),
    path("manage/organisations/<uuid:pk>/trust/", views.trust, name="trust"),
    path("manage/organisations/<uuid:pk>/trust/end/", views.end_trust, name="end_trust"),
    path("manage/organisations/<uuid:pk>/program/", views.new_credential, name="new_credential"),
    path("manage/programs/<uuid:pk>/end/", views.end_credential, name="end_credential"),
    path("manage/teams/<uuid:pk>/clocks/", views.edit_team, name="edit_team"),
    path("manage/teams/<uuid:pk>/cover/", views.cover, name="cover"),
    path("manage/coverage/<uuid:pk>/end/", views.end_coverage, name="end_coverage"),
    path("manage/memberships/<uuid:pk>/end/", views.end_membership, name="end_membership"),
    path("manage/invitations/<uuid:pk>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("manage/proposals/", views.proposals, name="proposals"),
    path("manage/proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("manage/proposals/<uuid:pk>/approve/", views.approve, name="approve"),
    path("manage/proposals/<uuid:pk>/decline/", views.decline, name="decline"),
    path("sealing/", views.sealing, name="sealing"),
    path("sealing/passphrase/", views.set_passphrase, name="set_passphrase"),
    path("sealing/open/", views.unseal, name="unseal"),
    path("sealing/close/", views.reseal, name="reseal"),
    path("sealing/organisations/<uuid:pk>/key/", views.make_key, name="make_key"),
    path("sealing/keys/<uuid:pk>/give/", views.give_key, name="give_key"),
    path("accept/", views.accept, name="accept"),
    path("accept/<str:token>/", views.open_invitation, name="open_invitation"),
    path("begin/", views.start, name="start"),
    path("account/", views.account, name="account"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("accounts/2fa/totp/activate/", ActivateApp.as_view(), name="activate_app"),
    path("accounts/2fa/webauthn/add/", AddPasskey.as_view(), name="add_passkey"),
    path("accounts/2fa/recovery-codes/generate/", MakeRecoveryCodes.as_view(), name="make_recovery_codes"),
]
