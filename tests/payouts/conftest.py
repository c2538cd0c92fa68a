"""Payouts at their first stages."""

import pytest

from payouts.services import batches
from tests.payouts import story
from tests.payouts.story import AFTER_HOLD


@pytest.fixture
def payout(people, in_network):
    """50.00 requested by Alice."""
    return story.waiting(people.alice.affiliate, "50")


@pytest.fixture
def batch(payout, people):
    """A batch in review with Alice's payout, made by finance."""
    return batches.create_batch(
        method_id=payout.method_id, payout_ids=[payout.pk], actor=people.finance.user, now=AFTER_HOLD
    )


@pytest.fixture
def confirmed(batch, people):
    return batches.confirm_batch(batch_id=batch.pk, actor=people.owner.user, now=AFTER_HOLD)
