"""Forms of people."""

from allauth.account.forms import SignupForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import User
from cpanet.accounts.scopes import scope_label
from cpanet.accounts.services import webmasters
from cpanet.accounts.services.invitations import staff_roles
from cpanet.core.time_zones import zone_names
from cpanet.core.traffic import TrafficSource
from cpanet.tenancy.models import Network

REFERRED_BY = "referred_by"  # of the session: the public id of the webmaster through whose link a visitor came


class WebmasterSignupForm(SignupForm):
    """Whoever signs up by himself is a webmaster; advertisers and staff are invited."""

    name = forms.CharField(label=_("Your name or team"), max_length=150)
    about = forms.CharField(
        label=_("How will you bring traffic?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sites, channels, kinds of advertising: it speeds up your approval."),
    )
    field_order = ["name", "email", "password1", "about"]

    def clean_email(self):
        email = super().clean_email()
        if webmasters.email_is_taken(email):
            raise forms.ValidationError(_("This e-mail has an account here already: sign in, or reset the password."))
        return email

    def custom_signup(self, request, user):
        user.current_address = request.client_address or None
        webmasters.register_webmaster(
            user=user, name=self.cleaned_data["name"], about=self.cleaned_data["about"], now=timezone.now(),
            referrer=webmasters.referrer_of(request.session.pop(REFERRED_BY, "")),
        )  # fmt: skip


class ProfileForm(forms.Form):
    """What a webmaster says of himself."""

    name = forms.CharField(label=_("Your name or team"), max_length=150)
    messenger = forms.CharField(
        label=_("Messenger"), max_length=100, required=False, help_text=_("So that your manager can reach you: @name")
    )
    about = forms.CharField(
        label=_("How you bring traffic"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    fallback_url = forms.URLField(
        label=_("Fallback address"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=_("Where your visitors go when an offer cannot take them and has no fallback of its own."),
    )


class SiteForm(forms.Form):
    """A site or channel."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    traffic_source = forms.ChoiceField(label=_("Kind of traffic"), choices=TrafficSource.choices)
    description = forms.CharField(label=_("Description"), max_length=500, required=False)


class AdvertiserForm(forms.Form):
    """A new advertiser and the e-mail of his first member."""

    name = forms.CharField(label=_("Name"), max_length=150)
    website = forms.URLField(label=_("Website"), max_length=500, required=False, assume_scheme="https")
    email = forms.EmailField(
        label=_("E-mail of his first member"), help_text=_("He gets an invitation to choose a password.")
    )


class StaffForm(forms.Form):
    """A new member of the staff."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=staff_roles)


class MemberForm(forms.Form):
    """A colleague at the same advertiser."""

    email = forms.EmailField(label=_("E-mail"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("He will read it.")
    )


class AcceptInvitationForm(forms.Form):
    """Who was invited introduces himself and chooses a password."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


class ApiKeyForm(forms.Form):
    """A new API key within the scopes of a role."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for, such as “my tracker”."))
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Valid for"), coerce=int, empty_value=0, required=False,
        choices=[(90, _("90 days")), (365, _("a year")), (0, _("always"))],
    )  # fmt: skip
    addresses = forms.CharField(
        label=_("Only from these addresses"),
        required=False,
        help_text=_("Separated by commas, such as 203.0.113.7, 198.51.100.0/24. Empty: from everywhere."),
    )

    def __init__(self, *args, scopes=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, scope_label(scope)) for scope in scopes]

    def clean_addresses(self):
        return [address.strip() for address in self.cleaned_data["addresses"].split(",") if address.strip()]


class NetworkForm(forms.ModelForm):
    """The settings of a network."""

    class Meta:
        model = Network
        fields = [
            "name", "timezone", "support_email", "fallback_url", "uniqueness_hours", "address_days", "signup_open",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fallback_url"] = forms.URLField(
            label=_("Fallback address"),
            max_length=2000,
            required=False,
            assume_scheme="https",
            help_text=_("Where visitors go whom neither the offer nor the webmaster has a page for."),
        )
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=[(zone, zone) for zone in zone_names()],
            widget=forms.Select(attrs={"data-enhance": ""}),
        )
        self.fields["address_days"].help_text = _(
            "Older clicks keep the beginning of the address alone, which names no person."
        )

    def clean_address_days(self):
        """Left empty it stays what it was."""
        days = self.cleaned_data["address_days"]
        return self.instance.address_days if days is None else days


class SettingsForm(forms.ModelForm):
    """What a person sets for himself."""

    class Meta:
        model = User
        fields = ["full_name", "timezone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = [("", _("The network's"))] + [(zone, zone) for zone in zone_names()]
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Time zone"), required=False, choices=zones, widget=forms.Select(attrs={"data-enhance": ""})
        )
