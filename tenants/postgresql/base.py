"""Django's PostgreSQL backend: tells the database the practice, refuses a privileged role."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from tenants import scope

PRIVILEGED = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND pg_has_role(c.relowner, 'MEMBER'))
FROM pg_roles r WHERE r.rolname = current_user
"""


class DatabaseWrapper(base.DatabaseWrapper):
    """One transaction, one practice: `set_config(…, true)` follows each outermost BEGIN."""

    _roles_checked: set[str] = set()

    def init_connection_state(self) -> None:
        """Refuse a role that row security does not bind, once for each process and alias.

        Raises:
            ImproperlyConfigured: the role is a superuser, bypasses row security or owns the tables.
        """
        super().init_connection_state()
        if self.settings_dict.get("PRIVILEGED") or self.alias in self._roles_checked:
            return
        with self.connection.cursor() as cursor:
            superuser, bypasses, owner = cursor.execute(PRIVILEGED).fetchone()
        if superuser or bypasses or owner:
            raise ImproperlyConfigured(
                "DATABASE_URL names a role that row security does not bind "
                "(superuser, BYPASSRLS or owner of the tables). Use the role clearchart_app."
            )
        self._roles_checked.add(self.alias)

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:  # noqa: FBT001 - Django's signature
        """Begin, and name the practice in the same breath."""
        super().set_autocommit(autocommit, *args, **kwargs)
        practice_id = scope.current_or_none()
        if not autocommit and practice_id is not None:
            scope.tell(self, practice_id)
