import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")
# Readers are not kept waiting for a database; commands, migrations above all, may be.
os.environ.setdefault("DATABASE_SECONDS", "4")

django.setup(set_prefix=False)

# Only now, for these ask Django for its settings and its tables.
from asiaunbound import nginx  # noqa: E402
from asiaunbound.front import Front  # noqa: E402
from asiaunbound.requests import Utf8Handler  # noqa: E402
from blog import following  # noqa: E402

nginx.begin()
following.begin()
application = Front(Utf8Handler())
