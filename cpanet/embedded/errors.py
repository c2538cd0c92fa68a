"""Failures that the person who started us can mend; each message says how."""


class StartError(Exception):
    """The platform, or a server of it, cannot start; the text is shown as it is, without a traceback."""
