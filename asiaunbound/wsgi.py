import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")
# Readers are not kept waiting for a database; commands, migrations above all, may be.
os.environ.setdefault("DATABASE_SECONDS", "4")

django = get_wsgi_application()

# Only now, for these ask Django for its settings and its tables.
from asiaunbound.front import Front  # noqa: E402

application = Front(django)
