"""Where each call is."""

from __future__ import annotations

import views
from django.urls import path

urlpatterns = [
    path("session", views.session),
    path("customers", views.register),
    path("requests", views.open_request),
    path("requests/<number>", views.see_request),
    path("requests/<number>/options", views.see_options),
    path("requests/<number>/transitions/<transition>", views.perform),
    path("requests/<number>/history", views.see_history),
    path("worklist", views.see_worklist),
]
handler404 = "problems.not_found"
