"""Building blocks of a page: headers, cards, alerts, empty states, tiles, charts, timelines, dialogs, menus."""

from django.template import Library
from django.template.loader import render_to_string

from cpanet.core import ui
from cpanet.core.elements.parts import split_parts

register = Library()
GAP = 0.5  # between the pieces of the money bar, in percent of its length
ALERT_ICONS = {"ok": "circle-check", "info": "info-circle", "warn": "alert-triangle", "down": "alert-circle"}


def _block(template, content, **values):
    body, parts = split_parts(content)
    return render_to_string(template, {"body": body, "parts": parts, **values})


@register.simple_block_tag
def page_header(content, title, subtitle="", back_url="", back_label="", eyebrow=""):
    """The head of a page; its content is the row of actions. Parts: `meta` (beside the title), `subtitle`."""
    values = {"title": title, "subtitle": subtitle, "back_url": back_url, "back_label": back_label, "eyebrow": eyebrow}
    return _block("ui/page_header.html", content, **values)


@register.simple_block_tag
def card(content, title="", subtitle="", id="", css="", flush=False, level=2):
    """A card. Parts: `actions` (right of the title), `footer`. `flush` leaves no padding, for tables and lists."""
    values = {"title": title, "subtitle": subtitle, "id": id, "css": css, "flush": flush, "level": level}
    return _block("ui/card.html", content, **values)


@register.simple_block_tag
def alert(content, tone="info", title="", dismiss=False):
    """A notice within the page: ok, info, warn or down. Part: `actions`."""
    values = {"tone": tone, "title": title, "dismiss": dismiss, "icon_name": ALERT_ICONS.get(tone, "info-circle")}
    return _block("ui/alert.html", content, **values)


@register.simple_block_tag
def definition_list(content, columns=1):
    """Labels and values; hold `{% term "Label" %}value{% endterm %}`."""
    return _block("ui/definition_list.html", content, columns=columns)


@register.simple_block_tag
def term(content, label, hint=""):
    """One pair of a definition list."""
    return _block("ui/term.html", content, label=label, hint=hint)


@register.simple_block_tag
def dialog(content, id, title, wide=False):
    """A dialog opened by any element with `data-dialog="<id>"`. Part: `footer`."""
    return _block("ui/dialog.html", content, id=id, title=title, wide=wide)


@register.simple_block_tag
def menu(content, label="", icon="dots", variant="ghost", size="", name="", align="end"):
    """A button that drops a menu; hold `menu_item`s. `name` is its accessible name when there is no label."""
    values = {"label": label, "icon_name": icon, "variant": variant, "size": size, "name": name, "align": align}
    return _block("ui/menu.html", content, **values)


@register.inclusion_tag("ui/menu_item.html", takes_context=True)
def menu_item(context, label, url, icon="", method="get", confirm="", danger=False, active=False, fields=None):
    """One line of a menu: a link, or with `method="post"` a form."""
    return {
        "label": label, "url": url, "icon_name": icon, "method": method, "confirm": confirm, "danger": danger,
        "active": active, "fields": fields or {}, "csrf_token": context.get("csrf_token", ""),
    }  # fmt: skip


@register.inclusion_tag("ui/empty_state.html")
def empty_state(icon="inbox", title="", text="", action_label="", action_url="", compact=False):
    """What a list shows when it has nothing: why, and the one thing to do about it."""
    return {
        "icon_name": icon, "title": title, "text": text, "action_label": action_label, "action_url": action_url,
        "compact": compact,
    }  # fmt: skip


@register.inclusion_tag("ui/kpi.html")
def kpi(
    label, value, delta=None, good="up", delta_kind="percent", hint="", url="", series=None, chart="", metric="",
    icon="", compare="", selected=False,
):  # fmt: skip
    """A tile with one figure.

    `delta`: change as a fraction (or points with delta_kind="points"); `good`: which direction is good: up, down, none.
    With `chart` (id of a chart on the page) and `metric` a click draws that metric there; with `url` it is a link.
    """
    direction = "flat" if not delta else "up" if delta > 0 else "down"
    points = delta_kind == "points"
    change = "" if delta is None else ui.format_change(delta, points=points)
    mood = "flat" if direction == "flat" or good == "none" else "good" if direction == good else "bad"
    return {
        "label": label, "value": value, "hint": hint, "url": url, "series": series, "chart": chart, "metric": metric,
        "icon_name": icon, "compare": compare, "selected": selected, "has_delta": delta is not None,
        "direction": direction, "mood": mood, "points": points,
        "delta_text": change,
    }  # fmt: skip


@register.inclusion_tag("ui/chart.html")
def chart(id, data, title, height="md"):
    """A chart of `cpanet.core.ui.chart_data`, with its table twin; `title` names it; height: sm, md or lg."""
    shown = next((m for m in data["metrics"] if m["key"] == data["selected"]), None)
    rows = [
        {"label": label, "cells": [metric["texts"][i] for metric in data["metrics"]]}
        for i, label in enumerate(data["labels"])
    ]
    return {"id": id, "data": data, "title": title, "height": height, "rows": rows, "shown": shown}


@register.inclusion_tag("ui/timeline.html")
def timeline(items, empty=""):
    """What happened: items are mappings with at, title and maybe text, actor, icon, tone, url."""
    return {"items": items, "empty": empty}


@register.inclusion_tag("ui/progress.html")
def progress(job, url="", title=""):
    """Progress of a job (state, done, total, errors); with `url` the page asks there for this element until it ends."""
    total = getattr(job, "total", 0) or 0
    done = getattr(job, "done", 0) or 0
    state = str(getattr(job, "state", ""))
    running = state in {"queued", "running", "pending", "processing", "new", "waiting"}
    return {
        "job": job, "url": url, "title": title, "done": done, "total": total, "state": state, "running": running,
        "percent": 100 if state == "done" else ui.share(done, total),
    }  # fmt: skip


@register.inclusion_tag("ui/money_bar.html")
def money_bar(steps, currency):
    """The journey of money. `steps`: mappings with label, units and maybe hint, url, key, in order of the way."""
    whole = sum(max(step["units"], 0) for step in steps)
    drawn, start = [], 0
    for i, step in enumerate(steps):
        end = ui.share(sum(max(earlier["units"], 0) for earlier in steps[: i + 1]), whole)
        width = end - start - (GAP if end < 100 else 0)
        drawn.append({**step, "start": start, "width": f"{width:g}" if end > start else ""})
        start = end
    return {"steps": drawn, "currency": currency, "whole": whole}


@register.inclusion_tag("ui/copy_field.html")
def copy_field(value, label="", hint="", id="", multiline=False):
    """A read-only value with a copy button."""
    return {"value": value, "label": label, "hint": hint, "id": id or ui.id_of("copy", value), "multiline": multiline}


@register.inclusion_tag("ui/code_block.html")
def code_block(text, label="", copy=True):
    """Code or a raw message, with a copy button."""
    return {"text": text, "label": label, "copy": copy}
