"""The network's own page for a visitor who can be sent nowhere: one file, no foreign resources, no script."""

import base64
import hashlib
from html import escape

_STYLE = (
    "html{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;"
    "font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}main{max-width:26rem;padding:2rem;"
    "text-align:center}h1{font-size:1.375rem;margin:0 0 .5rem}p{margin:.25rem 0;opacity:.75}small{opacity:.6}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_UNKNOWN = ("This link leads nowhere", "Check that the address was copied whole.")
_REFUSED = ("This offer is not available", "The offer behind this link is closed for you at the moment.")

HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"),
)


def not_found(network_name: str, reason: str) -> str:
    """The page as HTML; `reason` is a code the visitor can name to support."""
    title, hint = _UNKNOWN if reason in ("unknown_host", "unknown_code", "") else _REFUSED
    owner = f"<p>{escape(network_name)}</p>" if network_name else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><p>{hint}</p>{owner}"
        f"<small>{escape(reason)}</small></main></body></html>"
    )
