"""One file, from the environment, safe when nothing is set. README.md has the table of the variables."""

import zoneinfo
from pathlib import Path
from typing import Any

from django.conf.global_settings import LANGUAGES as KNOWN_LANGUAGES
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from asiaunbound import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret_key("SECRET_KEY", VAR_DIR)


# Where the publication lives. SITE_URL alone decides about https.

SITE_ORIGIN, SITE_HOST, SITE_PREFIX = environment.site_url("SITE_URL", "http://127.0.0.1:8000")
SITE_URL = f"{SITE_ORIGIN}/{SITE_PREFIX}"
IS_HTTPS = SITE_ORIGIN.startswith("https://")

ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or (
    list(environment.LOOPBACK_NAMES) if SITE_HOST in environment.LOOPBACK_NAMES else [SITE_HOST]
)
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    # asiaunbound.headers drops this header when it comes from anybody else.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_SSL_HOST = SITE_ORIGIN.partition("://")[2]
SECURE_REDIRECT_EXEMPT = [rf"^{SITE_PREFIX}(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 63_072_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = environment.flag("HSTS_PRELOAD")
# Subdomains and browsers' built-in lists concern the whole domain, so its owner decides and no warning presses for it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "asiaunbound.errors.csrf_failure"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# No page a reader sees has a script or a style of its own in it, so its policy needs no nonce and the page can be kept.
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "upgrade-insecure-requests": IS_HTTPS,
}
# The editor writes its scripts' addresses into the page, and one fixed block of style whose hash stands here.
EDITOR_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
STAFF_CSP: dict[str, Any] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE, EDITOR_STYLE_HASH],
    "img-src": [CSP.SELF, "data:"],
    "require-trusted-types-for": False,
}

# What is longer than these is refused before anything parses it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o644


# The parts of the house.

INSTALLED_APPS = [
    "asiaunbound.apps.AsiaUnboundConfig",
    "comments",
    "blog",
    "asiaunbound.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "post_office",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_prose_editor",
]

MIDDLEWARE = [
    # Before all others: a stored page has their headers already, and what is to be stored gets them first.
    "asiaunbound.front.StoredPagesMiddleware",
    # What a stranger says about the connection is dropped before anybody believes it.
    "asiaunbound.headers.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "asiaunbound.headers.HeadersMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, so that it hears of a lost database before anybody else does.
    "asiaunbound.errors.DatabaseOutageMiddleware",
]

ROOT_URLCONF = "asiaunbound.urls"
WSGI_APPLICATION = "asiaunbound.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# The database. Whoever answers readers gives up within five seconds; a migration may take its time (see wsgi.py).

DATABASE_SECONDS = environment.number("DATABASE_SECONDS", 0)
# As many requests a web process answers at the same time; the server reads the same variable.
WEB_THREADS = environment.number("GRANIAN_BLOCKING_THREADS", 4, least=1)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'asiaunbound.sqlite3'}", BASE_DIR),
    }
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": DATABASE_SECONDS or 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, as in real life: several connections to a database in memory lock each other out.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"] |= {
        "connect_timeout": 2,
        "options": f"-c statement_timeout={DATABASE_SECONDS}s -c lock_timeout={max(DATABASE_SECONDS - 1, 0)}s",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Who may sign in.

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = ["asiaunbound.hashers.PasswordHasher"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60


# Mail: everything goes into a queue in the database; "manage.py work" takes it from there to the mail server.

MAIL_SERVER = environment.mail_server("EMAIL_URL")
MAIL_WORKS = MAIL_SERVER is not None
MAILERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "post_office.EmailBackend"},
    "delivery": {"BACKEND": "asiaunbound.mail_delivery.EmailBackend", "OPTIONS": MAIL_SERVER}
    if MAIL_SERVER
    else {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": VAR_DIR / "mail"}},
}
MAIL_HOST = "localhost" if SITE_HOST in environment.LOOPBACK_NAMES else SITE_HOST
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", f"Asia Unbound <noreply@{MAIL_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
POST_OFFICE = {
    "DEFAULT_MAILER": "delivery",
    "MAX_RETRIES": 8,
    # The same message keeps the same id when it is tried again, so that a reader's mail program shows it once.
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": MAIL_HOST,
    # What is sent is marked batch by batch: if the worker is killed between the two, at most one letter goes twice.
    "BATCH_SIZE": 1,
    "THREADS_PER_PROCESS": 1,
}


# Language and time.

LANGUAGE_CODE = environment.text("LANGUAGE_CODE", "en-us").lower()
if LANGUAGE_CODE not in dict(KNOWN_LANGUAGES) | {"en-us": ""}:
    raise ImproperlyConfigured(f"LANGUAGE_CODE is {LANGUAGE_CODE!r}, which Django does not know. Try en-us or de.")
TIME_ZONE = environment.text("TIME_ZONE", "UTC")
try:
    zoneinfo.ZoneInfo(TIME_ZONE)
except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
    raise ImproperlyConfigured(
        f"TIME_ZONE is {TIME_ZONE!r}, which is no known time zone. Try UTC or Asia/Tokyo."
    ) from None
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "asiaunbound.formats"


# Files. What is uploaded or made at run time lies under VAR_DIR.

STATIC_URL = f"/{SITE_PREFIX}static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "asiaunbound" / "static"]
MEDIA_URL = f"/{SITE_PREFIX}media/"
MEDIA_ROOT = VAR_DIR / "media"
# Pages as they were last drawn (blog/pages.py). While templates are being written, each is drawn anew.
STORED_PAGES = environment.flag("STORED_PAGES", default=not DEBUG)
PAGES_ROOT = VAR_DIR / "pages"
RUN_ROOT = VAR_DIR / "run"
# The web server that sends some of them by itself, and where it finds them (blog/front_files.py).
FRONT_SERVER = environment.choice("FRONT_SERVER", "nginx")
WWW_ROOT = VAR_DIR / "www"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "asiaunbound.static_files.HashedStaticFilesStorage"
    },
}


# What is logged names neither e-mail addresses nor whole IP addresses.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "asiaunbound.logs.Discreet"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # The worker says in one line what could not be delivered; the whole of it stands beside each e-mail.
        "post_office": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
    },
}
