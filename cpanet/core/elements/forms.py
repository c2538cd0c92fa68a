"""Fields and their errors. A field names its help and its errors to assistive technology and keeps what was typed."""

from django import forms
from django.forms.utils import flatatt
from django.template import Library
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

register = Library()

CHOICE_WIDGETS = (forms.CheckboxSelectMultiple, forms.RadioSelect)
NATIVE_TYPES = {"date": forms.DateInput, "datetime-local": forms.DateTimeInput, "time": forms.TimeInput}


def widget_kind(bound_field) -> str:
    """How a field is drawn: check, choices, file, select, textarea or input."""
    widget = bound_field.field.widget
    if isinstance(widget, CHOICE_WIDGETS):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Select):
        return "select"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


def _css(kind, bound_field, extra):
    name = {"check": "form-check-input", "select": "form-select", "file": "drop-input"}
    parts = [bound_field.field.widget.attrs.get("class", ""), name.get(kind, "form-control"), extra]
    return " ".join(filter(None, [*parts, "is-invalid" if bound_field.errors else ""]))


def _described_by(bound_field, hint):
    ids = []
    if hint or bound_field.help_text:
        ids.append(f"{bound_field.auto_id}_help")
    if bound_field.errors:
        ids.append(f"{bound_field.auto_id}_errors")
    return " ".join(ids)


def widget_attrs(bound_field, kind, *, hint="", css="", **attrs) -> dict:
    """Attributes of the input itself: classes, what describes it, whether it is wrong."""
    found = {"class": _css(kind, bound_field, css)} if kind != "choices" else {}
    if described := _described_by(bound_field, hint):
        found["aria-describedby"] = described
    if bound_field.errors:
        found["aria-invalid"] = "true"
    given = {name.replace("_", "-"): str(value) for name, value in attrs.items() if value not in (None, False)}
    return found | {name: True if value == "True" else value for name, value in given.items()}


@register.simple_tag
def options(optgroups):
    """What a select can be set to. Written here: Django's own template for each of 600 time zones takes a tenth of a
    second."""
    return format_html_join("", "{}", ((_group(name, found),) for name, found, _index in optgroups))


def _group(name, found):
    rows = ((each["value"], flatatt(each["attrs"]) if each["attrs"] else "", each["label"]) for each in found)
    html = format_html_join("", '<option value="{}"{}>{}</option>', rows)
    return format_html('<optgroup label="{}">{}</optgroup>', name, html) if name else html


@register.simple_tag
def field(bound_field, label=None, hint="", prefix="", suffix="", css="", hide_label=False, **attrs):
    """One field of a form with label, help and errors; further arguments become attributes of the input."""
    kind = widget_kind(bound_field)
    widget = bound_field.as_widget(attrs=widget_attrs(bound_field, kind, hint=hint, css=css, **attrs))
    values = {
        "field": bound_field, "kind": kind, "widget": widget, "hint": hint, "prefix": prefix, "suffix": suffix,
        "label": bound_field.label if label is None else label, "hide_label": hide_label,
    }  # fmt: skip
    return render_to_string("ui/field.html", values)


@register.inclusion_tag("ui/form_fields.html")
def form_fields(form, skip="", only=""):
    """All fields of a form (or only / without the named ones), with the errors that belong to no field."""
    skipped, wanted = set(skip.split()), set(only.split())
    shown = [
        bound for bound in form.visible_fields() if bound.name not in skipped and (not wanted or bound.name in wanted)
    ]
    return {"form": form, "fields": shown}


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form):
    """The errors of a form that belong to no field, and those of hidden fields."""
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    return {"errors": [*form.non_field_errors(), *hidden]}
