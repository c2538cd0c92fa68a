"""What views of all apps share."""

from django.shortcuts import render

from cpanet.core.errors import DomainError


def form_page(request, template: str, form, context: dict | None = None):
    """The page of a form: 422 when it is bound and has errors, so that scripts and tests see the refusal."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **(context or {})}, status=status)


def add_error(form, error: DomainError) -> None:
    """Show a domain error at its field of the form, or above all fields when the form has no such field."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
