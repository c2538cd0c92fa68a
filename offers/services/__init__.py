"""What changes offers. Every function is keyword-only, takes `actor` (None: the machine) and `now`, and writes the
audit log; what the click edge decides by is told to it with `touch_config`."""

from offers.services.access import decide_access, invite, request_access, withdraw_access
from offers.services.caps import add_cap, change_cap, remove_cap
from offers.services.creatives import add_creative, update_creative
from offers.services.feeds import add_feed, start_import, update_feed
from offers.services.goals import add_goal, update_goal
from offers.services.landings import add_landing, update_landing
from offers.services.offers import create_offer, set_status, update_offer
from offers.services.rates import Figures, end_rate, set_rate
from offers.services.traffic import set_traffic_rules
from offers.services.verticals import add_vertical, delete_vertical, rename_vertical

__all__ = [
    "Figures",
    "add_cap",
    "add_creative",
    "add_feed",
    "add_goal",
    "add_landing",
    "add_vertical",
    "change_cap",
    "create_offer",
    "decide_access",
    "delete_vertical",
    "end_rate",
    "invite",
    "remove_cap",
    "rename_vertical",
    "request_access",
    "set_rate",
    "set_status",
    "set_traffic_rules",
    "start_import",
    "update_creative",
    "update_feed",
    "update_goal",
    "update_landing",
    "update_offer",
    "withdraw_access",
]
