"""The settings of the site. DESK_STORE, SITE_DB and DJANGO_SECRET_KEY are read from the environment."""

from __future__ import annotations

import os

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "only for trying it out: sessions are signed with this")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "urls"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "problems.AnswerWithProblems",
]
CSRF_FAILURE_VIEW = "problems.no_csrf_token"

# Users, groups and sessions. The desk keeps its cases elsewhere and is not among Django's databases.
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("SITE_DB", "site.db")},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DESK_STORE = os.environ.get("DESK_STORE", "sqlite:///desk.db")
