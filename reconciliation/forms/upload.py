"""The form that takes a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cpanet.accounts.models import Advertiser


class UploadForm(forms.Form):
    """`with_advertiser`: the staff says whose statement it is."""

    advertiser = forms.ModelChoiceField(
        label=_("Advertiser"),
        queryset=Advertiser.all_networks.none(),
        widget=forms.Select(attrs={"data-enhance": True}),
    )
    file = forms.FileField(
        label=_("Statement"),
        allow_empty_file=True,
        help_text=_("CSV or Excel (.xlsx), plain or packed, at most 100 MB. The first row names the columns."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=100,
        required=False,
        help_text=_("Where the file comes from, such as “CRM export”. Its columns are remembered under this name."),
    )

    def __init__(self, *args, with_advertiser: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if with_advertiser:
            self.fields["advertiser"].queryset = Advertiser.objects.order_by("name")
        else:
            del self.fields["advertiser"]
