"""The elements of the pages: what they print, what they escape, what they tell assistive technology."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.test.html import parse_html
from django.utils import translation

from cpanet.core import tables, ui
from cpanet.core.elements.forms import widget_kind
from cpanet.core.elements.lists import filter_chips, page_steps

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def render(source, path="/", **values):
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(Context({"request": request, **values}))


# -- Figures


def test_numbers_are_grouped_and_nothing_is_a_dash():
    assert ui.format_number(1234567) == "1,234,567"
    assert ui.format_number(-5) == "−5"
    assert ui.format_number(None) == "—"


@pytest.mark.parametrize(("language", "text"), [("en", "2.37%"), ("tr", "%2,37"), ("ru", "2,37\xa0%")])
def test_a_percentage_is_written_as_its_language_writes_it(language, text):
    with translation.override(language):
        assert ui.format_percent(Decimal("0.0237")) == text


def test_a_ratio_of_nothing_is_no_division():
    assert ui.format_ratio(3, 0) == "—"
    assert ui.format_ratio(3, None) == "—"
    assert ui.format_ratio(3, 12) == "25.00%"


def test_changes_carry_their_sign_as_percent_and_as_points():
    assert ui.format_change(0.082) == "+8.2%"
    assert ui.format_change(Decimal("-0.0011"), points=True) == "−0.11"


def test_signed_money_shows_both_directions():
    assert ui.format_signed_money(120000, "USD") == "+$12.00"
    assert ui.format_signed_money(-120000, "USD") == "−$12.00"
    assert ui.format_signed_money(0, "USD") == "$0.00"


def test_a_moment_is_relative_within_a_week_and_a_date_after_it():
    assert ui.format_when(NOW - timedelta(minutes=3), NOW) == "3 minutes ago"
    assert ui.format_when(NOW + timedelta(days=2), NOW) == "in 2 days"
    assert ui.format_when(NOW - timedelta(days=30), NOW) == "Oct 23, 2026"


def test_when_keeps_the_exact_utc_moment_in_the_title():
    assert 'title="2026-11-22 12:00:00 UTC"' in render("{% when at %}", at=NOW)
    assert render("{% when at %}", at=None) == "—"


# -- Statuses, names


def test_each_status_has_one_tone_and_strangers_are_neutral():
    slugs = [slug for words in ui.TONES.values() for slug in words.split()]
    assert len(slugs) == len(set(slugs))
    assert ui.tone_of("approved") == "ok"
    assert ui.tone_of("never_heard_of") == "off"
    assert ui.tone_of("lost", "lost=down won=ok") == "down"


def test_a_status_is_a_word_and_is_escaped():
    assert render('{% status "in_review" %}') == '<span class="status tone-warn">In review</span>'
    assert "&lt;b&gt;" in render("{% status s %}", s="<b>")


def test_initials_and_their_colour_are_steady():
    assert ui.initials("Ayşe Yılmaz") == "AY"
    assert ui.initials("«Роза»") == "?"
    assert ui.hue_of("Ayşe Yılmaz") == ui.hue_of("Ayşe Yılmaz")


# -- Buttons and blocks


def test_button_arguments_become_escaped_attributes():
    html = render('{% button "Go" hx_post=url disabled=off autofocus=True %}', url='/a?b="c"', off=False)
    assert 'hx-post="/a?b=&quot;c&quot;"' in html
    assert "disabled" not in html
    assert " autofocus" in html


def test_an_action_button_posts_with_the_token_and_asks_first():
    html = render('{% action_button "Pay" "/pay/" confirm="Pay $5?" fields=f %}', csrf_token="tok", f={"id": 7})
    assert 'method="post" action="/pay/"' in html
    assert 'name="csrfmiddlewaretoken" value="tok"' in html
    assert 'name="id" value="7"' in html
    assert 'data-confirm="Pay $5?"' in html


def test_parts_land_in_their_places_also_when_cards_nest():
    html = render(
        '{% card "Outer" %}{% part "actions" %}OUT{% endpart %}{% card "Inner" %}{% part "footer" %}IN{% endpart %}x'
        "{% endcard %}{% endcard %}"
    )
    assert "\x00" not in html
    assert html.index('class="card-actions">OUT') < html.index("Inner") < html.index('class="card-foot">IN')


def test_values_in_blocks_are_escaped():
    html = render("{% page_header t %}{% endpage_header %}{% alert %}{{ t }}{% endalert %}", t="<script>1</script>")
    assert "<script>" not in html


def test_the_money_bar_fills_its_whole_length():
    steps = [{"label": name, "units": units} for name, units in [("a", 1), ("b", 1), ("c", 1), ("d", 0)]]
    html = render('{% money_bar steps "USD" %}', steps=steps)
    assert 'x="66" y="0" width="34"' in html
    assert html.count("<rect") == 3


def test_progress_asks_again_only_while_the_job_runs():
    running = render('{% progress job url="/j/1/" %}', job=SimpleNamespace(state="running", done=5, total=20))
    assert 'hx-get="/j/1/"' in running
    assert 'value="25"' in running
    assert "hx-get" not in render(
        '{% progress job url="/j/1/" %}', job=SimpleNamespace(state="done", done=20, total=20)
    )
    unknown = render("{% progress job %}", job=SimpleNamespace(state="queued", done=0, total=0))
    assert "value=" not in unknown


# -- Charts


def test_a_chart_has_a_table_twin_with_the_same_figures():
    metric = ui.chart_metric("earning", "Earnings", [120000, None], kind="money", currency="USD", previous=[0, 10000])
    html = render('{% chart "c" data "By day" %}', data=ui.chart_data(["1 Nov", "2 Nov"], [metric]))
    payload = json.loads(html.split('type="application/json">')[1].split("</script>")[0])
    assert payload["metrics"][0]["texts"] == ["$12.00", "—"]
    assert payload["metrics"][0]["previousTexts"] == ["$0.00", "$1.00"]
    assert '<th scope="row">1 Nov</th><td class="num">$12.00</td>' in html


def test_chart_labels_cannot_leave_their_script():
    metric = ui.chart_metric("a", "</script><b>", [1])
    assert "</script><b>" not in render('{% chart "c" data "t" %}', data=ui.chart_data(["x"], [metric]))


def test_a_sparkline_stays_in_its_box_and_needs_two_points():
    points = [tuple(map(float, pair.split(","))) for pair in ui.spark_points([1, 9, 5]).split()]
    assert all(0 <= x <= 96 and 2 <= y <= 26 for x, y in points)
    assert ui.spark_points([1]) == ""


# -- Forms


class OrderForm(forms.Form):
    name = forms.CharField(help_text="As on the card.")
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], required=False)
    extras = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField()
    file = forms.FileField(required=False)


def test_a_field_names_its_help_and_its_errors():
    html = render("{% field form.name %}", form=OrderForm({}))
    assert 'aria-describedby="id_name_help id_name_errors"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_help"' in html
    assert 'id="id_name_errors"' in html


def test_a_good_field_claims_no_error():
    html = render("{% field form.name %}", form=OrderForm({"name": "x", "agree": "on"}))
    assert "aria-invalid" not in html
    assert "_errors" not in html


def test_kinds_of_widgets_are_told_apart():
    kinds = {bound.name: widget_kind(bound) for bound in OrderForm()}
    assert kinds == {"name": "input", "size": "select", "extras": "choices", "agree": "check", "file": "file"}


def test_choices_are_a_group_with_a_legend():
    html = render("{% field form.extras %}", form=OrderForm())
    assert "<fieldset" in html
    assert "<legend" in html


def test_form_fields_show_errors_that_belong_to_no_field():
    form = OrderForm({"name": "x", "agree": "on"})
    form.add_error(None, "The shop is closed.")
    html = render("{% form_fields form %}", form=form)
    assert "The shop is closed." in html
    assert 'role="alert"' in html


def test_a_typed_value_survives_an_error_escaped():
    html = render("{% field form.name %}", form=OrderForm({"name": '"><script>'}))
    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


# -- Lists


def test_query_replaces_and_removes_parameters():
    assert render('{% query page=None sort="name" %}', "/?page=3&q=a") == "?q=a&amp;sort=name"


def test_chips_name_the_choice_and_drop_only_themselves():
    form = OrderForm(QueryDict("size=l&extras=a&extras=b&page=4"))
    chips = filter_chips(form.visible_fields(), form.data)
    assert [(chip["label"], chip["text"]) for chip in chips] == [("Size", "Large"), ("Extras", "A"), ("Extras", "B")]
    assert chips[1]["url"] == "?size=l&extras=b"


def test_a_filter_bar_keeps_the_parameters_of_others():
    html = render("{% filter_bar form %}", "/?sort=-a&page=2&size=l", form=OrderForm(QueryDict("size=l")))
    assert '<input type="hidden" name="sort" value="-a">' in html
    assert 'name="page"' not in html
    assert "Large" in html


@pytest.mark.parametrize(
    ("number", "count", "steps"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 20, [1, None, 4, 5, 6, None, 20]),
        (3, 20, [1, 2, 3, 4, None, 20]),
    ],
)
def test_page_steps_offer_ends_and_neighbours(number, count, steps):
    assert page_steps(number, count) == steps


def test_pagination_marks_the_page_and_keeps_filters():
    html = render("{% pagination page %}", "/?q=a&page=2", page=Paginator(range(90), 25).page(2))
    assert 'href="?q=a&amp;page=3"' in html
    assert 'href="?q=a" rel="prev"' in html
    assert "26–50 of 90" in html


class FruitTable(tables.Table):
    caption = "Fruit"
    empty_state = {
        "icon": "inbox",
        "title": "No fruit yet",
        "text": "Plant.",
        "action_label": "Plant",
        "action_url": "/p",
    }
    name = tables.NameColumn(url=lambda row: f"/fruit/{row['id']}/")
    price = tables.MoneyColumn(currency="USD")
    state = tables.StatusColumn()


FRUIT = [{"id": i, "name": f"Fruit {i:02}", "price": i * 10000, "state": "active"} for i in range(60)]


def shown(path, rows=FRUIT):
    request = RequestFactory().get(path)
    table = tables.configured(FruitTable(rows), request)
    return table, table.as_html(request)


def test_a_table_sorts_pages_and_labels_its_cells():
    table, html = shown("/?sort=-name&page=2")
    assert len(table.page.object_list) == 25
    assert 'aria-sort="descending"' in html
    assert 'data-label="Price"' in html
    assert '<a href="/fruit/34/">Fruit 34</a>' in html
    assert "tone-ok" in html


@pytest.mark.parametrize("path", ["/?page=x", "/?page=-1", "/?page=999", "/?per_page=1000000", "/?sort=nonsense"])
def test_nonsense_in_the_address_is_no_error(path):
    table, _ = shown(path)
    assert table.paginator.per_page == 25


def test_an_empty_table_says_why_and_what_to_do():
    assert "No fruit yet" in shown("/", [])[1]
    filtered = shown("/?q=plum", [])[1]
    assert "No fruit yet" not in filtered
    assert "Nothing matches" in filtered


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=[("", "None"), (1, "<b>One</b>"), ('a"b', "Two & three")]), 1),
        (forms.Select(choices=[("Group <1>", [("x", "X"), ("y", "Y")]), ("z", "Z")]), "y"),
        (forms.SelectMultiple(choices=[("x", "X"), ("y", "Y")], attrs={"data-enhance": ""}), ["x", "y"]),
        (forms.NullBooleanSelect(), True),
    ],
)
def test_a_select_reads_as_djangos_own(widget, value):
    own = widget.render("field", value, {"id": "id_field"})
    assert parse_html(own) == parse_html(widget.render("field", value, {"id": "id_field"}, DjangoTemplates()))
