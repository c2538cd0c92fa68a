"""Forms of offers by topic. They check what was typed and turn it into arguments of the services."""

from offers.forms.access import AccessRequestForm, InviteForm, ReasonForm
from offers.forms.caps import CapForm, LimitForm
from offers.forms.feeds import FeedForm, UploadForm
from offers.forms.goals import GoalForm, RateForm
from offers.forms.offers import AudienceForm, GeneralForm, NewOfferForm, VerticalForm
from offers.forms.parts import CreativeForm, LandingForm, TrafficForm

__all__ = [
    "AccessRequestForm",
    "AudienceForm",
    "CapForm",
    "CreativeForm",
    "FeedForm",
    "GeneralForm",
    "GoalForm",
    "InviteForm",
    "LandingForm",
    "LimitForm",
    "NewOfferForm",
    "RateForm",
    "ReasonForm",
    "TrafficForm",
    "UploadForm",
    "VerticalForm",
]
