"""The REST call by which a webmaster's server submits leads."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from cpanet.accounts.rest.fields import StrictSerializer
from cpanet.accounts.rest.schema import documented
from cpanet.accounts.rest.views import WEBMASTERS, ApiView
from tracking.choices import Status
from tracking.services.leads import Contact, submit_lead

_PERSON = ("phone", "name", "email", "address", "comment")
_MARKS = ("sub1", "sub2", "sub3", "sub4", "sub5")


class LeadSerializer(StrictSerializer):
    """A person who wants something of the offer. His data are kept encrypted and shown to the advertiser alone."""

    link = serializers.CharField(max_length=32, help_text="Code or number of your link.")
    goal = serializers.CharField(max_length=40, required=False, help_text="Needed if several goals take leads.")
    phone = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, help_text="Two capital letters, such as DE.")
    sub1 = serializers.CharField(max_length=600, required=False, allow_blank=True)
    sub2 = serializers.CharField(max_length=600, required=False, allow_blank=True)
    sub3 = serializers.CharField(max_length=600, required=False, allow_blank=True)
    sub4 = serializers.CharField(max_length=600, required=False, allow_blank=True)
    sub5 = serializers.CharField(max_length=600, required=False, allow_blank=True)
    test = serializers.BooleanField(required=False, default=False)


class LeadAnswerSerializer(serializers.Serializer):
    """`repeat`: this telephone number came for the goal within its period; `id` is then yours of that time, or null."""

    result = serializers.ChoiceField(choices=[("accepted", "accepted"), ("repeat", "repeat")])
    id = serializers.IntegerField(allow_null=True)
    public_id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)


_EXAMPLE = {"result": "accepted", "id": 18, "public_id": "conv_01k9w5v0q8e2z9s4t6c3m1x7ye", "status": "pending"}
_BODY = {"link": "k3f9xw2p", "phone": "+49 30 1234567", "name": "Anna", "country": "DE", "sub1": "landing-2"}


class LeadsView(ApiView):
    scope, audiences = "leads", WEBMASTERS

    @documented(
        "leads_submit", "Submit a lead", body=LeadSerializer, body_example=_BODY, answer=LeadAnswerSerializer,
        example=_EXAMPLE,
    )  # fmt: skip
    def post(self, request):
        """Makes a pending conversion without a click, by your link, for a goal that takes leads. The same telephone
        number is counted once within the goal's period of repeats, whoever submits it."""
        values = self.body(LeadSerializer)
        return self.write(lambda: Response(self._submit(values)))

    def _submit(self, values):
        contact = Contact(**{name: values.get(name, "") for name in _PERSON})
        submitted = submit_lead(
            affiliate=self.member.affiliate, link=values["link"], goal=values.get("goal", ""), contact=contact,
            country=values.get("country", ""), subs={name: values[name] for name in _MARKS if values.get(name)},
            is_test=values["test"], now=timezone.now(),
        )  # fmt: skip
        lead = submitted.conversion
        facts = {"id": lead.pk, "public_id": lead.public_id, "status": lead.status} if lead else {}
        result = "repeat" if submitted.is_repeat else "accepted"
        return {"result": result, "id": None, "public_id": None, "status": None} | facts
