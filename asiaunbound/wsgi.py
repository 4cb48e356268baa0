import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")
# Readers are not kept waiting for a database; commands, migrations above all, may be.
os.environ.setdefault("DATABASE_SECONDS", "4")

application = get_wsgi_application()
