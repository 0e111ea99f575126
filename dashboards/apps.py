"""How the work is seen and done: screens for people, no tables of its own."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
