"""Goals of an offer and what they pay."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cpanet.core.errors import DomainError
from cpanet.core.views import form_page
from offers import presenters, services
from offers.forms import GoalForm, RateForm
from offers.forms.goals import RATE_FIELDS
from offers.models import Goal, Offer, Rate
from offers.pricing import loses_money
from offers.selectors.rates import at_moment
from offers.views.desk import at_both_desks, attempt, section


@at_both_desks()
def offer_goals(request, pk):
    """All goals with their current rates, and the form that adds one."""
    offer = request.desk.offer(pk)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        goal = attempt(form, lambda: services.add_goal(offer=offer, **form.cleaned_data, **who))
        if goal:
            messages.success(request, _("The goal is there. Now say what it pays."))
            return request.desk.to("offer_goal", pk, goal.pk)
    context = section(request, offer, "offer_goals", lines=_lines(request.desk, offer))
    return form_page(request, "offers/editor/goals.html", form, context)


@at_both_desks()
def offer_goal(request, pk, goal_pk):
    """One goal: its data, its rates now and before, and the form that sets one."""
    offer, goal = _found(request, pk, goal_pk)
    form = GoalForm(request.POST or None, instance=goal)
    if request.method == "POST" and form.is_valid():
        who = {"actor": request.user, "now": timezone.now()}
        unchanged = Goal.objects.get(pk=goal.pk)
        if attempt(form, lambda: services.update_goal(goal=unchanged, **form.cleaned_data, **who)):
            messages.success(request, _("Saved."))
            return request.desk.to("offer_goal", pk, goal_pk)
    goal = Goal.objects.select_related("offer").get(pk=goal.pk)
    rate_form = RateForm(goal=goal, for_staff=request.desk.is_staff)
    return _goal_page(request, offer, goal, form, rate_form, refused=form)


@at_both_desks()
@require_POST
def rate_set(request, pk, goal_pk):
    """A new rate from now on; the one before it stays with the leads it priced."""
    offer, goal = _found(request, pk, goal_pk)
    form = RateForm(request.POST, goal=goal, for_staff=request.desk.is_staff)
    if form.is_valid():
        rate = attempt(form, lambda: _set_rate(request, goal, form), _rate_fields(form))
        if rate:
            _say_set(request, rate)
            return request.desk.to("offer_goal", pk, goal_pk)
    return _goal_page(request, offer, goal, GoalForm(instance=goal), form, refused=form)


@at_both_desks()
@require_POST
def rate_end(request, pk, rate_pk):
    """From now on the next less specific rate counts."""
    offer = request.desk.offer(pk)
    rates = _rates_for(request.desk, Rate.objects.filter(goal__offer=offer))
    rate = get_object_or_404(rates.select_related("goal__offer"), pk=rate_pk)
    try:
        services.end_rate(rate=rate, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The rate has ended."))
    return request.desk.to("offer_goal", pk, rate.goal_id)


def _found(request, pk, goal_pk) -> tuple[Offer, Goal]:
    offer = request.desk.offer(pk)
    return offer, get_object_or_404(offer.goals.select_related("offer"), pk=goal_pk)


def _set_rate(request, goal: Goal, form: RateForm) -> Rate:
    values = form.cleaned_data
    return services.set_rate(
        goal=goal,
        figures=form.figures,
        affiliate=values.get("affiliate"),
        country=values["country"],
        category=values["category"],
        actor=request.user,
        now=timezone.now(),
        allow_loss=request.desk.is_staff,
    )


def _rate_fields(form: RateForm) -> dict[str, str]:
    """Errors about a figure go to the field the form has for it: a percent goal has no amounts."""
    has_fixed = "revenue" in form.fields
    percents = {"revenue_fixed": "revenue_percent", "earning_fixed": "earning_percent"}
    return RATE_FIELDS if has_fixed else percents


def _say_set(request, rate: Rate) -> None:
    if loses_money(rate):
        words = _("The rate is set, and the network can lose by it: the webmaster may get more than comes in.")
        messages.warning(request, words)
    else:
        messages.success(request, _("The rate is set and counts from now on."))


def _rates_for(desk, rates):
    """An advertiser sees what he pays in general, not what single webmasters have arranged with the network."""
    return rates if desk.is_staff else rates.filter(affiliate__isnull=True)


def _lines(desk, offer: Offer) -> list:
    current = at_moment(_rates_for(desk, Rate.objects.select_related("affiliate")), timezone.now())
    rates = Prefetch("rates", queryset=current.order_by("category", "affiliate_id", "country"), to_attr="shown_rates")
    return [
        (goal, [presenters.rate_line(rate, offer.currency) for rate in goal.shown_rates])
        for goal in offer.goals.prefetch_related(rates)
    ]


def _goal_page(request, offer: Offer, goal: Goal, form, rate_form, refused):
    rates = _rates_for(request.desk, goal.rates.select_related("affiliate")).order_by("-valid_from", "-id")[:200]
    now = timezone.now()
    context = section(
        request,
        offer,
        "offer_goals",
        goal=goal,
        goal_form=form,
        rate_form=rate_form,
        rates=[(presenters.rate_line(rate, offer.currency), _is_current(rate, now)) for rate in rates],
    )
    response = form_page(request, "offers/editor/goal.html", refused, context)
    return response


def _is_current(rate: Rate, now) -> bool:
    return rate.valid_from <= now and (rate.valid_until is None or rate.valid_until > now)
