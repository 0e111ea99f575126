"""System checks: every table of ours is a practice's, or is named here with its reason."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from tenants.models import PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager

OUR_APPS = frozenset(
    {
        "tenants",
        "accounts",
        "audit",
        "charts",
        "routing",
        "outbox",
        "escalation",
        "referrals",
        "metrics",
        "integrations",
        "watchdog",
        "config",
    }
)

GLOBAL_TABLES = {
    "tenants_practice": "the practices themselves",
    "tenants_door": "opaque keys that lead to a practice",
    "tenants_wake": "what is due when, by ids; holds no word",
    "watchdog_heartbeat": "when each sweep last ran; of no practice",
    "watchdog_clockreading": "how far apart clocks lay; of no practice",
    "watchdog_breach": "which obligation does not hold, by ids; read before a practice is known",
    "accounts_user": "a person may belong to several practices; holds sign-in facts only",
}


@register()
def every_table_is_fenced(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """One error for each model of ours that escapes the scope."""
    return [
        error
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and model._meta.db_table not in GLOBAL_TABLES
        for error in _escapes(model)
    ]


def _escapes(model: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if not issubclass(model, PracticeModel):
        errors.append(
            Error("Not a PracticeModel, and not in GLOBAL_TABLES.", obj=model, id="tenants.E001")
        )
        return errors
    if not isinstance(model._meta.base_manager, PracticeManager):
        errors.append(Error("Meta must inherit PracticeModel.Meta.", obj=model, id="tenants.E002"))
    errors += [
        Error(f"{field.name} must be a PracticeForeignKey.", obj=model, id="tenants.E003")
        for field in model._meta.local_fields
        if field.is_relation
        and issubclass(field.related_model, PracticeModel)
        and not isinstance(field, PracticeForeignKey)
    ]
    if model._meta.local_many_to_many:
        errors.append(
            Error("Use a through model that is a PracticeModel.", obj=model, id="tenants.E004")
        )
    return errors
