from django.apps import AppConfig

from config.catalogues.compiling import compile_stale


class ConfigConfig(AppConfig):
    name = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before the first word is said."""
        compile_stale()
