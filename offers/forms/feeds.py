"""Product feeds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offers.models import ProductFeed


class FeedForm(forms.ModelForm):
    url = forms.CharField(
        label=_("Address of the feed"),
        max_length=2000,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://shop.example/export/yml.xml"}),
        help_text=_("Fetched by itself. Leave it empty to upload files."),
    )
    refresh_hours = forms.IntegerField(label=_("Fetched every, hours"), min_value=1, max_value=24 * 14, initial=24)

    class Meta:
        model = ProductFeed
        fields = ["name", "url", "refresh_hours", "is_active"]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of the feed"),
        required=False,
        allow_empty_file=True,
        help_text=_("YML (yml_catalog), plain or packed with gzip or zip, at most 100 MB."),
    )
    force = forms.BooleanField(
        label=_("Take it over even if most products are gone"),
        required=False,
        help_text=_("Otherwise such a feed is refused and the products stay as they were."),
    )
