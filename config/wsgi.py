import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# The first FHIR body of a worker would wait a third of a second for classes to be built.
import_module("integrations.fhir.body").warm_up()

# Nothing that stands by now is ever garbage: looking through it again and again is the longest
# pause of a page. What a request leaves goes by reference counts; cycles are rare, and can wait.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
