"""Forms of people."""

from allauth.account.forms import SignupForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cpanet.accounts import services


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
        if services.email_is_taken(email):
            raise forms.ValidationError(_("This e-mail has an account here already: sign in, or reset the password."))
        return email

    def custom_signup(self, request, user):
        services.register_webmaster(
            user=user, name=self.cleaned_data["name"], about=self.cleaned_data["about"], now=timezone.now()
        )
