"""What a row means, in sentences for people. Pure: takes anything with the fields of a row."""

from django.utils.translation import gettext as _

MATCHED_BY = {
    "conversion_id": lambda: _("By the number of our lead."),
    "click_id": lambda: _("By our click id."),
    "order_id": lambda: _("By the order id."),
    "order_id_normal": lambda: _("By the order id, written a little differently."),
    "combination": lambda: _("By mark, amount and time; nothing else fits."),
}
HINTS = {
    "same_amount": lambda: _("same amount"),
    "near_time": lambda: _("same day"),
    "similar_order": lambda: _("similar order id"),
    "same_sub": lambda: _("same mark"),
    "repeats": lambda: _("the lead it repeats"),
}
TONES = {
    "equal": "ok", "within_tolerance": "ok", "amount_differs": "warn", "status_differs": "warn",
    "currency_differs": "down", "theirs_only": "info", "ours_only": "info", "row_error": "down",
}  # fmt: skip
WHY = {
    "amount_differs": lambda: _("The amounts differ by more than you allow. Put the row in to take their amount."),
    "status_differs": lambda: _("Our lead is decided otherwise. Put the row in to follow their word."),
    "currency_differs": lambda: _("The currencies differ: such a row never decides anything."),
    "theirs_only": lambda: _("None of our leads has this order."),
    "ours_only": lambda: _("The file does not name this lead."),
    "duplicate_in_file": lambda: _("Another row of this file has the same order."),
    "duplicate_across": lambda: _("An earlier statement has settled this lead."),
    "out_of_period": lambda: _("Outside the period that was given."),
}


def why(row) -> str:
    """How the row was matched, or why it was not."""
    if row.error:
        return row.error
    if row.note == "several conversions fit":
        return _("Several of our leads fit, so none was chosen.")
    reason = WHY[row.match_class]() if row.match_class in WHY else ""
    if row.match_class == "status_differs" and not row.action:
        reason = _("Our lead is decided; for them it still waits.")
    how = MATCHED_BY[row.matched_by]() if row.matched_by in MATCHED_BY else ""
    changed = _("This row has changed since an earlier statement.") if row.revision > 1 else ""
    return " ".join(part for part in (reason or how, changed) if part)


def hint_reasons(reasons) -> str:
    """Why a lead resembles the row."""
    return ", ".join(HINTS[reason]() for reason in reasons if reason in HINTS)
