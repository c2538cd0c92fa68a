"""Questions about networks."""

from cpanet.tenancy.models import Network


def active_network_ids() -> list[int]:
    """For sweeps that visit one network after another, each in its own scope."""
    return list(Network.objects.filter(is_active=True).order_by("id").values_list("id", flat=True))
