"""The one settings file. Without any variable it describes the embedded stack: SQLite, stores on
disk, the queue in memory. Each variable of docs/settings.md moves one part elsewhere.

Production code never asks whether it is under test: tests set the same variables as operators.
"""

import os
from pathlib import Path
from typing import Any

from commonkeep.env import Environment
from commonkeep.secret_key import stored_secret_key

env = Environment(os.environ)

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(env.text("COMMONKEEP_DATA", str(ROOT / "var"))).absolute()
PORT = env.whole("PORT", 8000, least=1, most=65535)
ORIGIN = env.origin("COMMONKEEP_ORIGIN", f"http://127.0.0.1:{PORT}")
SECURE = ORIGIN.startswith("https://")

# ── Where each part lives ──
DATABASES = {"default": env.database("DATABASE_URL", DATA / "commonkeep.sqlite3")}
REDIS_URL = env.url("REDIS_URL", "", schemes=("redis", "rediss"))
EMBEDDED_QUEUE = not REDIS_URL
DOCK = env.choice("COMMONKEEP_DOCK", "disk", ("disk", "s3"))
VAULT = env.choice("COMMONKEEP_VAULT", "disk", ("disk", "s3"))
DISK_STORES = Path(env.text("COMMONKEEP_STORES", str(DATA)))
S3: dict[str, str] = {}
if "s3" in (DOCK, VAULT):
    _why = "a store is set to s3"
    S3 = {
        "endpoint": env.required("COMMONKEEP_S3_ENDPOINT", _why)
        and env.origin("COMMONKEEP_S3_ENDPOINT", "http://store.invalid"),
        "access_key": env.required("COMMONKEEP_S3_ACCESS_KEY", _why, secret=True),
        "secret_key": env.required("COMMONKEEP_S3_SECRET_KEY", _why, secret=True),
        "bucket": env.required("COMMONKEEP_S3_BUCKET", _why),
        "region": env.text("COMMONKEEP_S3_REGION", "us-east-1"),
    }
    S3["public_endpoint"] = env.url(
        "COMMONKEEP_S3_PUBLIC_ENDPOINT", S3["endpoint"], schemes=("https", "http")
    )

# ── What it allows ──
CEILING = env.size("COMMONKEEP_CEILING", "100GB")
TRUSTED_PROXIES = env.whole("COMMONKEEP_TRUSTED_PROXIES", 0, least=0, most=8)

if SECURE:
    SECRET_KEY = env.required("COMMONKEEP_SECRET_KEY", "the origin is public", secret=True)
    if SECRET_KEY and len(SECRET_KEY) < 50:
        env.problem("COMMONKEEP_SECRET_KEY", "too short", "Give at least 50 random characters.")
else:
    SECRET_KEY = env.secret("COMMONKEEP_SECRET_KEY")
env.finish()
SECRET_KEY = SECRET_KEY or stored_secret_key(DATA)

# ── Django ──
DEBUG = False
ALLOWED_HOSTS = list(
    dict.fromkeys([ORIGIN.split("://")[1].rsplit(":", 1)[0], "127.0.0.1", "localhost", "[::1]"])
)
CSRF_TRUSTED_ORIGINS = [ORIGIN]
ROOT_URLCONF = "commonkeep.urls"
WSGI_APPLICATION = "commonkeep.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "rest_framework",
    "drf_spectacular",
    "commonkeep",
    "accounts",
    "donations",
    "storage",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 63_072_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Strict"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
STATIC_URL = "static/"

# One request's JSON, and the octet stream of one batch with the JSON that describes it.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a read that later writes would otherwise fail under a concurrent writer.
    # FULL: NORMAL loses commits that were acknowledged when the power goes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # or each thread fails once when it restarted

CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["commonkeep.parsers.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "commonkeep.errors.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Commonkeep",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Sealed files in, sealed files out. docs/api.md tells the story around it.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "commonkeep.openapi.with_problems",
    ],
}

# ── Celery ──
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request waits for it once at most; the row is committed by then.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2} if REDIS_URL else {}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # Each finds by its rows what is due, so a round that was missed is made up by the next.
    # While no worker runs they do not pile up.
    name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {
        "storage.sweep": 30,
        "storage.reap": 600,
        "accounts.close_due": 3600,
        "accounts.forget": 3600,
    }.items()
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # It would log every refusal with its path; refusals are answers, not events.
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "urllib3": {"level": "ERROR"},
    },
}
