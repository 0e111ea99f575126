"""The roles of a person, and which of them is their main one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import CHOICES, Role


class RolesForm(forms.Form):
    """What somebody may do from now on."""

    roles = forms.MultipleChoiceField(
        choices=CHOICES, error_messages={"required": _("Choose at least one role.")}
    )
    main = forms.ChoiceField(
        choices=CHOICES, error_messages={"required": _("Choose the role they mostly work in.")}
    )

    def clean(self) -> dict[str, Any]:
        """The main one is one of them.

        Raises:
            ValidationError: it is not.
        """
        given = super().clean() or self.cleaned_data
        if "roles" in given and given.get("main") not in (None, *given["roles"]):
            self.add_error("main", _("Choose one of the roles that are ticked."))
        return given

    def said(self) -> list[Role]:
        """The main role first, the others in their usual order."""
        given = self.cleaned_data
        others = [role for role in Role if role in given["roles"] and role != given["main"]]
        return [Role(given["main"]), *others]
