"""The operator's pages: networks and their host names. No network's data are seen here."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.services.networks import invite_owner
from cpanet.core.errors import DomainError
from cpanet.core.money import exponent
from cpanet.tenancy.models import Domain, Network


class NetworkForm(forms.ModelForm):
    owner_email = forms.EmailField(
        label=_("invite an owner"),
        required=False,
        help_text=_("He gets an e-mail and becomes an owner of this network."),
    )

    def clean_currency(self):
        currency = self.cleaned_data["currency"].upper()
        if self.instance.pk and currency != self.instance.currency:
            raise forms.ValidationError(
                _("The currency of a network that exists cannot be changed: its books are kept in it.")
            )
        try:
            exponent(currency)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from None
        return currency


class DomainInline(admin.TabularInline):
    model = Domain
    extra = 1
    min_num = 1
    validate_min = True


@admin.register(Network)
class NetworkAdmin(admin.ModelAdmin):
    form = NetworkForm
    inlines = [DomainInline]
    list_display = ["name", "primary_host", "currency", "is_active", "created_at"]
    search_fields = ["name", "domains__host"]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.cleaned_data["owner_email"]:
            url = invite_owner(network=form.instance, email=form.cleaned_data["owner_email"], now=timezone.now())
            self.message_user(request, _("The invitation is sent; its address: %s") % url)

    def has_delete_permission(self, request, obj=None):
        return False  # a network has books: it is switched off, never deleted
