"""Small inline elements: icons, buttons, statuses, figures, times, avatars."""

from datetime import UTC, datetime

from django.template import Library
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cpanet.core import ui
from cpanet.core.money import format_money

register = Library()


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="i {}" width="{}" height="{}" {}><use href="{}#{}"></use></svg>',
        css, size, size, role, static("vendor/icons/icons.svg"), name,
    )  # fmt: skip


def _button(tag, label, variant, size, icon_name, css, attrs):
    classes = " ".join(filter(None, ["btn", f"btn-{variant}", size and f"btn-{size}", css, not label and "btn-icon"]))
    picture = icon(icon_name, 16 if size == "sm" else 18) if icon_name else ""
    text = format_html("<span>{}</span>", label) if label else ""
    return format_html('<{} class="{}"{}>{}{}</{}>', tag, classes, ui.html_attrs(attrs), picture, text, tag)


@register.simple_tag
def button(label="", variant="secondary", size="", icon="", type="submit", css="", **attrs):
    """A button. Variants: primary, secondary, ghost, danger. Further arguments become attributes (`hx_post=…`)."""
    return _button("button", label, variant, size, icon, css, {"type": type, **attrs})


@register.simple_tag
def link_button(label, url, variant="secondary", size="", icon="", css="", **attrs):
    """A link that looks like a button."""
    return _button("a", label, variant, size, icon, css, {"href": url, **attrs})


@register.simple_tag(takes_context=True)
def action_button(
    context, label, url, variant="secondary", size="", icon="", css="", confirm="", fields=None, hint="", **attrs
):
    """A one-button POST form. `confirm` asks first in a dialog; `fields` is a mapping of hidden values."""
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', (fields or {}).items())
    form_attrs = {"data_confirm": confirm or None, "data_confirm_action": label if confirm else None,
                  "data_confirm_danger": (variant == "danger") and bool(confirm)}  # fmt: skip
    face = _button("button", label, variant, size, icon, css, {"type": "submit", "title": hint or None, **attrs})
    return format_html(
        '<form method="post" action="{}" class="inline-form"{}><input type="hidden" name="csrfmiddlewaretoken" '
        'value="{}">{}{}</form>',
        url, ui.html_attrs(form_attrs), context.get("csrf_token", ""), hidden, face,
    )  # fmt: skip


@register.simple_tag
def status(slug, label="", tones=None, hint=""):
    """A status: dot, word, tint. `tones` adds slugs of your own: `"lost=down won=ok"`."""
    slug = str(slug)
    words = label or slug.replace("_", " ").capitalize()
    tone = ui.tone_of(slug, tones)
    return format_html('<span class="status tone-{}"{}>{}</span>', tone, ui.html_attrs({"title": hint or None}), words)


@register.simple_tag
def money(units, currency, muted_zero=False):
    """Money of the ledger (units) with its currency; None → a dash."""
    if units is None:
        return ui.NOTHING
    css = "num muted" if muted_zero and not units else "num"
    return format_html('<span class="{}">{}</span>', css, format_money(units, currency))


@register.simple_tag
def amount_signed(units, currency):
    """Money with its sign and the colour of its direction, for statements."""
    tone = "up" if units > 0 else "down" if units < 0 else "flat"
    return format_html('<span class="num amount-{}">{}</span>', tone, ui.format_signed_money(units, currency))


@register.simple_tag
def percent(fraction, digits=2):
    """A fraction as a percentage."""
    return format_html('<span class="num">{}</span>', ui.format_percent(fraction, digits))


@register.simple_tag
def number(value, digits=0):
    """A number with its thousands grouped."""
    return format_html('<span class="num">{}</span>', ui.format_number(value, digits))


@register.simple_tag
def ratio(part, whole, digits=2):
    """Two counts as a percentage: `{% ratio approved decided %}`."""
    return format_html('<span class="num">{}</span>', ui.format_ratio(part, whole, digits))


@register.simple_tag
def when(at: datetime | None, exact: bool = False, empty: str = ui.NOTHING):
    """A moment: relative within a week (or `exact`), its UTC time in the title."""
    if at is None:
        return empty
    words = ui.format_moment(at) if exact else ui.format_when(at, timezone.now())
    utc = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), utc, words)


@register.simple_tag
def avatar(name, size=""):
    """Initials in a circle whose colour stays with the name."""
    name = str(name)
    css = f"avatar-{size}" if size else ""
    return format_html(
        '<span class="ava hue-{} {}" aria-hidden="true">{}</span>', ui.hue_of(name), css, ui.initials(name)
    )


@register.simple_tag
def sparkline(values, label=""):
    """A line without axes. With a label it is an image, without one it is decoration."""
    points = ui.spark_points(values or [])
    if not points:
        return ""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="spark" viewBox="0 0 96 28" preserveAspectRatio="none" {}><polyline points="{}"/></svg>',
        role, points,
    )  # fmt: skip
