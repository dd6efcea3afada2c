"""Addresses of the floor `delivery`."""

from django.urls import path

from commonweave.delivery import views

app_name = "delivery"
urlpatterns = [path("outbox/", views.outbox, name="outbox")]
