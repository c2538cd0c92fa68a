"""Pictures: banners for everybody's sites, logos for the network's people."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from cpanet.tenancy.middleware import require_network
from offers.images import content_type_of
from offers.models import Creative, Offer

DAY = 24 * 3600


def creative_image(request, pk):
    """A banner of this host's network. Its content never changes under its address."""
    require_network(request)
    creative = get_object_or_404(Creative.objects.filter(is_active=True).exclude(image=""), pk=pk)
    return _picture(creative.image, f"public, max-age={DAY}")


def offer_logo(request, pk):
    """A logo, for people who are signed in here."""
    require_network(request)
    if not request.memberships:
        raise Http404
    offer = get_object_or_404(Offer.objects.exclude(logo=""), pk=pk)
    return _picture(offer.logo, f"private, max-age={DAY}")


def _picture(file, caching: str) -> FileResponse:
    """Served with the type that its content had when it came in; never guessed, never run as anything else."""
    try:
        response = FileResponse(file.open("rb"), content_type=content_type_of(file.name))
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
