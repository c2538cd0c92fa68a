"""The list of statements, and the upload of a new one."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cpanet.core.errors import DomainError
from cpanet.core.tables import configured
from cpanet.core.views import form_page
from reconciliation.filters import StatementFilter
from reconciliation.forms.upload import UploadForm
from reconciliation.selectors import default_source
from reconciliation.services.mappings import is_ready, start_matching
from reconciliation.services.uploads import KnownFile, add_statement, source_named
from reconciliation.tables import StatementTable
from reconciliation.views.desk import at_both_desks


@at_both_desks("leads.view")
@require_GET
def statements(request):
    desk = request.desk
    filters = StatementFilter(request.GET, hidden=() if desk.is_staff else ("advertiser",))
    table = StatementTable(filters.narrow(desk.statements), exclude=() if desk.is_staff else ("advertiser",))
    if not desk.can_run:
        table.empty_state = table.empty_state | {"action_label": "", "action_url": ""}
    return render(
        request,
        "reconciliation/statements.html",
        {"desk": desk, "table": configured(table, request), "filter": filters, "any": desk.statements.exists()},
    )


@at_both_desks("reconciliation.run")
def statement_new(request):
    """Take a file; straight to the comparison where its source is known, else to the mapping."""
    desk = request.desk
    form = UploadForm(
        request.POST or None, request.FILES or None, with_advertiser=desk.is_staff, initial=_usual_source(request)
    )
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            return _uploaded(request, form)
        except KnownFile as error:
            known = error.statement
            form.add_error("file", str(error))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else "file", str(error))
    return form_page(request, "reconciliation/upload.html", form, {"desk": desk, "known": known})


@at_both_desks("leads.view")
@require_GET
def statement_file(request, pk):
    """The file as it was uploaded."""
    statement = request.desk.statement(pk)
    try:
        file = statement.file.open("rb")
    except OSError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=statement.file_name, content_type="application/octet-stream")


def _uploaded(request, form):
    advertiser = form.cleaned_data["advertiser"] if request.desk.is_staff else request.advertiser
    upload = form.cleaned_data["file"]
    source = source_named(advertiser=advertiser, name=form.cleaned_data["source"])
    statement = add_statement(
        source=source, upload=upload.file, name=upload.name, actor=request.user, now=timezone.now()
    )
    if is_ready(statement):
        start_matching(statement=statement, actor=request.user)
        return request.desk.to("statement", statement.pk)
    messages.info(request, _("The file is here. Check how it is read."))
    return request.desk.to("statement_mapping", statement.pk)


def _usual_source(request) -> dict:
    if request.desk.is_staff:
        return {"advertiser": request.GET.get("advertiser")}
    source = default_source(request.advertiser)
    return {"source": source.name if source else ""}
