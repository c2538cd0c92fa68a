"""The family of failures that a user can understand and mend."""


class DomainError(Exception):
    """An anticipated failure.

    `str(error)` is a sentence fit for the user: what is wrong, where, and how to mend it.
    `code` is a stable slug for the API; `field` names the form field or JSON member at fault, if there is one.
    """

    code = "invalid"
    status = 422
    field = None

    def __init__(self, message="", *, field=None, code=None):
        super().__init__(message or (self.__doc__ or "").strip())
        if field:
            self.field = field
        if code:
            self.code = code


class NotAllowed(DomainError):
    """You do not have the right to do this."""

    code = "not_allowed"
    status = 403


class Conflict(DomainError):
    """Somebody else has changed this meanwhile: load the page again."""

    code = "conflict"
    status = 409
