"""What surrounds a list: tabs, filters with their chips, pages, the query string."""

from django.template import Library
from django.utils.formats import localize

from cpanet.core import ui
from cpanet.core.elements.forms import widget_kind

register = Library()
PAGE_SIZES = (25, 50, 100)


def _params(context):
    return context["request"].GET


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The present query string with some parameters replaced; None removes one: `{% query page=None sort="name" %}`."""
    return ui.replaced_query(_params(context), **changes)


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def tabs(context, items, label=""):
    """Tabs of a page: mappings with url, label and maybe badge, icon, active (else the one whose path is shown)."""
    here = context["request"].get_full_path() if "request" in context else ""
    marked = [{**item, "active": item.get("active", item["url"] == here)} for item in items]
    return {"items": marked, "label": label}


def _value_text(bound_field, value):
    for key, words in getattr(bound_field.field, "choices", ()):
        if isinstance(words, (list, tuple)):
            found = next((text for inner, text in words if str(inner) == str(value)), None)
            if found is not None:
                return str(found)
        elif str(key) == str(value):
            return str(words)
    return str(localize(value))


def filter_chips(bound_fields, params) -> list[dict]:
    """The filters in force: label, value as text, and the query string without that one."""
    chips = []
    for bound in bound_fields:
        values = [value for value in params.getlist(bound.html_name) if value]
        for value in values:
            left = [other for other in values if other != value]
            url = ui.replaced_query(params, page=None, **{bound.html_name: left or None})
            chips.append({"label": bound.label, "text": _value_text(bound, value), "url": url})
    return chips


def _kept_params(form, params):
    own = {bound.html_name for bound in form} | {"page"}
    return [(name, value) for name in params if name not in own for value in params.getlist(name)]


@register.inclusion_tag("ui/filter_bar.html", takes_context=True)
def filter_bar(context, form, search="q", shown=0):
    """A GET form (a Form or FilterSet) over a list.

    `search`: the name of its search field, drawn first; then `shown` filters in the open (folded on phones; groups
    of boxes never); the others drop down.
    Filters in force are chips; other parameters of the address stay.
    """
    form = getattr(form, "form", form)
    params = _params(context)
    fields = form.visible_fields()
    searching = next((bound for bound in fields if bound.html_name == search), None)
    others = [bound for bound in fields if bound is not searching]
    narrow = [bound for bound in others if widget_kind(bound) != "choices"][:shown]
    chips = filter_chips(others, params)
    return {
        "form": form, "search": searching, "open": narrow,
        "others": [bound for bound in others if bound not in narrow], "chips": chips,
        "kept": _kept_params(form, params),
        "active": len(chips),
        "clear_url": ui.replaced_query(params, page=None, **{bound.html_name: None for bound in fields}),
    }  # fmt: skip


def page_steps(number: int, count: int) -> list[int | None]:
    """Page numbers to offer: the ends, the neighbours, None for a gap: `1 … 4 5 6 … 20`."""
    near = {1, count, number - 1, number, number + 1} & set(range(1, count + 1))
    steps: list[int | None] = []
    for page in sorted(near):
        if steps and page - steps[-1] == 2:
            steps.append(page - 1)
        elif steps and page - steps[-1] > 2:
            steps.append(None)
        steps.append(page)
    return steps


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context, page, prefix="", sizes=PAGE_SIZES, name=""):
    """Links to the pages of a Django `Page`, the total, the page size; `prefix` of parameters, `name` of the list."""
    params = _params(context)
    page_param, size_param = f"{prefix}page", f"{prefix}per_page"

    def url(number):
        return ui.replaced_query(params, **{page_param: number if number > 1 else None})

    size = page.paginator.per_page
    return {
        "page": page, "name": name,
        "steps": [{"number": n, "url": url(n) if n else ""} for n in page_steps(page.number, page.paginator.num_pages)],
        "previous_url": url(page.number - 1) if page.has_previous() else "",
        "next_url": url(page.number + 1) if page.has_next() else "",
        "sizes": [
            {"size": n, "url": ui.replaced_query(params, **{size_param: n, page_param: None}), "active": n == size}
            for n in sizes or PAGE_SIZES
        ],
        "total": page.paginator.count,
        "from": ui.format_number(page.start_index()), "to": ui.format_number(page.end_index()),
        "all": ui.format_number(page.paginator.count),
    }  # fmt: skip
