"""All settings of cpanet, read from the environment. `.env.example` says each variable in a sentence.

Without DATABASE_URL and REDIS_URL the embedded servers of CPANET_DATA_DIR are used.
"""

import hashlib
import hmac
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cpanet import api_settings, schedule
from cpanet.embedded import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# -- Where things are ------------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("CPANET_DATA_DIR", default="") or BASE_DIR / "data").resolve()
DEBUG = env.bool("CPANET_DEBUG", default=False)
HOST = env.str("CPANET_HOST", default="127.0.0.1")
PORT = env.int("CPANET_PORT", default=8000)
EDGE_PORT = env.int("CPANET_EDGE_PORT", default=8001)
HTTPS = env.bool("CPANET_HTTPS", default=False)


def _address(name, port):
    default = "https://{host}" if HTTPS else f"http://{{host}}:{port}"
    value = env.str(name, default=default)
    if "{host}" not in value:
        raise ImproperlyConfigured(f"{name}={value!r} must contain {{host}}, for example https://{{host}}")
    return value.rstrip("/")


WEB_ADDRESS = _address("CPANET_WEB_ADDRESS", PORT)
CLICK_ADDRESS = _address("CPANET_CLICK_ADDRESS", EDGE_PORT)
OPERATOR_HOSTS = env.list("CPANET_OPERATOR_HOSTS", default=["localhost", "127.0.0.1"])
TRUSTED_PROXIES = env.int("CPANET_TRUSTED_PROXIES", default=0)
SIMULATED_RAIL = env.bool("CPANET_SIMULATED_RAIL", default=False)
SPOOL_DIR = DATA_DIR / "spool"
EDGE_DIR = DATA_DIR / "edge"
SPOOL_RETENTION_HOURS = env.int("CPANET_SPOOL_RETENTION_HOURS", default=48)
CLICK_RETENTION_DAYS = env.int("CPANET_CLICK_RETENTION_DAYS", default=400)
if CLICK_RETENTION_DAYS != 0 and CLICK_RETENTION_DAYS < 90:
    raise ImproperlyConfigured("CPANET_CLICK_RETENTION_DAYS must be 0 (for ever) or 90 at least: leads need clicks")
KEEP_DELIVERIES_DAYS = env.int("CPANET_KEEP_DELIVERIES_DAYS", default=90)
if KEEP_DELIVERIES_DAYS != 0 and KEEP_DELIVERIES_DAYS < 7:
    raise ImproperlyConfigured("CPANET_KEEP_DELIVERIES_DAYS must be 0 (for ever) or 7 at least: retries last days")
KEEP_CONTACTS_DAYS = env.int("CPANET_KEEP_LEAD_CONTACTS_DAYS", default=180)
if KEEP_CONTACTS_DAYS != 0 and KEEP_CONTACTS_DAYS < 30:
    raise ImproperlyConfigured("CPANET_KEEP_LEAD_CONTACTS_DAYS must be 0 (for ever) or 30 at least: people are called")
EDGE_DURABILITY = env.str("CPANET_EDGE_DURABILITY", default="sync")
if EDGE_DURABILITY not in ("sync", "write"):
    raise ImproperlyConfigured(f"CPANET_EDGE_DURABILITY={EDGE_DURABILITY!r}: say 'sync' or 'write'")
GEOIP_PATH = env.str("CPANET_GEOIP_PATH", default="")
OUTBOUND_ALLOW = env.list("CPANET_OUTBOUND_ALLOW", default=[])


# -- Secrets ---------------------------------------------------------------------------------------------------------
def _kept_secret(name):
    """A random secret kept in the data directory, made at the first start."""
    path = DATA_DIR / name
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new-" + secrets.token_hex(4))
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # the first of several processes wins, the others read what it wrote
            path.hardlink_to(new)
        new.unlink()
    return path.read_text().strip()


SECRET_KEY = env.str("CPANET_SECRET_KEY", default="") or _kept_secret("secret_key")
SECRET_KEY_FALLBACKS = env.list("CPANET_SECRET_KEY_FALLBACKS", default=[])
ENCRYPTION_KEYS = env.list("CPANET_ENCRYPTION_KEYS", default=[]) or [
    hashlib.sha256(b"cpanet encryption" + key.encode()).hexdigest() for key in [SECRET_KEY, *SECRET_KEY_FALLBACKS]
]


# -- Database: three roles of one server -----------------------------------------------------------------------------
def _as_role(url, suffix):
    """The address of `url` for the role `<its user>_<suffix>`, with a password derived from the secret key."""
    parts = urlsplit(url)
    role = f"{parts.username or 'cpanet'}_{suffix}"
    host = parts.netloc.rpartition("@")[2]
    password = ""
    if host:
        password = ":" + hmac.new(SECRET_KEY.encode(), role.encode(), hashlib.sha256).hexdigest()
    return urlunsplit(parts._replace(netloc=f"{quote(role)}{password}@{host}"))


DATABASE_OWNER_URL = env.str("DATABASE_URL", default="")
DATABASE_APP_URL = env.str("DATABASE_APP_URL", default="")
DATABASE_SHIPPER_URL = env.str("DATABASE_SHIPPER_URL", default="")
if not DATABASE_OWNER_URL and not DATABASE_APP_URL:
    DATABASE_OWNER_URL = addresses.database_url(DATA_DIR)
if DATABASE_OWNER_URL:
    DATABASE_APP_URL = DATABASE_APP_URL or _as_role(DATABASE_OWNER_URL, "app")
    DATABASE_SHIPPER_URL = DATABASE_SHIPPER_URL or _as_role(DATABASE_OWNER_URL, "shipper")


def _database(url):
    config = environ.Env.db_url_config(url)
    host = parse_qs(urlsplit(url).query).get("host")  # postgresql://user@/name?host=/a/socket/directory
    if host:
        config["HOST"] = host[0]
        config.get("OPTIONS", {}).pop("host", None)
    return {
        **config,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {"default": _database(DATABASE_APP_URL)}
if DATABASE_OWNER_URL:
    DATABASES["owner"] = _database(DATABASE_OWNER_URL)
if DATABASE_SHIPPER_URL:
    DATABASES["shipper"] = _database(DATABASE_SHIPPER_URL)
DATABASE_ROUTERS = ["cpanet.tenancy.routers.OneDatabase"]

# -- Redis: cache and queue; nothing in it is the only copy ------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="") or addresses.redis_url(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "cpanet.tenancy.scope.cache_key",
    }
}
CELERY_BROKER_URL = addresses.celery_url(REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 25 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 24 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = schedule.TASKS

# -- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "cpanet.core",
    "cpanet.embedded",
    "cpanet.tenancy",
    "cpanet.accounts",
    "cpanet.jobs",
    "cpanet.ledger",
    "offers",
    "tracking",
    "payouts",
    "reconciliation",
    "cpanet.portal",
    "cpanet",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "pgtrigger",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "cpanet.core.middleware.RequestIdMiddleware",
    "cpanet.core.middleware.NoNulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cpanet.tenancy.middleware.NetworkMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cpanet.accounts.middleware.PersonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "cpanet.urls"
OPERATOR_URLCONF = "cpanet.urls_operator"
WSGI_APPLICATION = "cpanet.wsgi.application"
ALLOWED_HOSTS = ["*"]  # NetworkMiddleware answers only for the networks' own domains and the operator's hosts
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique within a network, not over the installation

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "cpanet.portal.context.cabinet",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "cpanet.core.templatetags.ui",
            ],
        },
    }
]

# -- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cpanet.accounts.adapter.NetworkAccountAdapter"
ACCOUNT_FORMS = {"signup": "cpanet.accounts.forms.WebmasterSignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = (
    True  # within the network: row-level security hides the others, accounts.User holds the constraint
)
ACCOUNT_EMAIL_VERIFICATION = env.str("CPANET_EMAIL_VERIFICATION", default="optional")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key,100/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "cpanet"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

EMAIL_BACKEND = "cpanet.jobs.mail.OutboxBackend"
_email = env.email_url("CPANET_EMAIL_URL", default="filemail://")
DELIVERY_EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _email.get("EMAIL_FILE_PATH") or str(DATA_DIR / "mail")
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("CPANET_FROM_EMAIL", default="cpanet <noreply@localhost>")

# -- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "cpanet.core.formats"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# -- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
_collection = BASE_DIR / "staticfiles"
# Without collected files (development, tests, the first command) whitenoise serves them from their sources.
_collected = (_collection / "staticfiles.json").exists() or "collectstatic" in sys.argv
STATIC_ROOT = _collection if _collected else None
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/files/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# -- Security --------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cpanet.portal.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

# -- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = api_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS
DJANGO_TABLES2_TEMPLATE = "ui/table.html"

# -- Logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("CPANET_LOG_LEVEL", default="INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
