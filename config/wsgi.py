import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# The first FHIR body of a worker would wait a third of a second for classes to be built.
import_module("integrations.fhir.body").warm_up()
