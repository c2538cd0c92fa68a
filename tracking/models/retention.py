"""What has been done with clicks that grew old."""

from django.db import models
from django.db.models.functions import Now

from cpanet.tenancy.models import NetworkModel


class PutAwayDay(models.Model):
    """A day (UTC) whose clicks, of all networks, have been taken out of the click table: see tracking.partitions."""

    day = models.DateField(primary_key=True)
    put_away_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return f"{self.day}"


class AddressesCut(NetworkModel):
    """Up to, but without, which day (UTC) the addresses of a network's clicks are cut short."""

    until = models.DateField()

    class Meta(NetworkModel.Meta):
        constraints = [models.UniqueConstraint("network", name="addresses_cut_of_network")]

    def __str__(self):
        return f"{self.until}"
