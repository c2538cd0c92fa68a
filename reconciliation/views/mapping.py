"""How a statement is read: columns, words, signs, with the first rows as they would be read."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from cpanet.core.errors import DomainError
from cpanet.core.views import add_error, form_page
from reconciliation.forms.mapping import MappingForm
from reconciliation.lines import StatementLine
from reconciliation.mapping import StatementMapping
from reconciliation.models import Statement
from reconciliation.services.mappings import preview, save_mapping, start_matching
from reconciliation.views.desk import at_both_desks

OPEN = (Statement.State.UPLOADED, Statement.State.MATCHED)


@at_both_desks("reconciliation.run")
def statement_mapping(request, pk):
    """GET shows how the file is read now; POST shows it anew (`do=preview`) or keeps it and starts the comparison."""
    statement = request.desk.statement(pk)
    if statement.state not in OPEN or (statement.job and statement.job.is_open):
        return request.desk.to("statement", pk)
    current = StatementMapping.from_dict(statement.mapping)
    try:
        heading = preview(statement, current).heading
    except DomainError as error:
        messages.error(request, str(error))
        return request.desk.to("statements")
    form = MappingForm(request.POST or None, heading=heading, mapping=current, statement=statement)
    saves = request.method == "POST" and request.POST.get("do") != "preview"
    valid = form.is_valid()
    mapping = form.new_mapping() if valid else current
    found = preview(statement, mapping)
    form.ask_about(found.unknown, refuse=saves and valid)
    if saves and form.is_valid() and _saved(request, statement, form, mapping):
        return request.desk.to("statement", pk)
    return form_page(request, "reconciliation/mapping.html", form, _context(request, statement, found))


def _saved(request, statement, form, mapping) -> bool:
    try:
        save_mapping(
            statement=statement,
            mapping=mapping,
            period=form.period(),
            tolerance=form.tolerances(),
            actor=request.user,
            now=timezone.now(),
        )
        start_matching(statement=statement, actor=request.user)
    except DomainError as error:
        add_error(form, error)
        return False
    return True


def _context(request, statement, found) -> dict:
    return {
        "desk": request.desk,
        "statement": statement,
        "rows": [_shown(row) for row in found.rows],
        "warnings": found.warnings,
        "problems": len(found.parsed.errors),
        "read": len(found.parsed.lines) + len(found.parsed.errors),
        "failed": statement.job if statement.job and statement.job.state in ("failed", "refused") else None,
        "statuses": {"approved": _("Approved"), "pending": _("Pending"), "declined": _("Declined")},
    }


def _shown(row) -> dict:
    """A line or a row error as the preview shows it."""
    if isinstance(row, StatementLine):
        return {"number": row.number, "line": row}
    return {"number": row.number, "error": row.reason, "raw": " · ".join(row.raw)[:300]}
