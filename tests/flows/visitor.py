"""A visitor without a browser: opens pages, fills their own forms, presses their own buttons."""

from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html


class Visitor:
    """Holds one session at one host and the page it is on. Every refusal fails the story with the page's words."""

    def __init__(self, host: str):
        self.client = Client(HTTP_HOST=host)
        self.host, self.path, self.page = host, "/", None

    def open(self, path: str) -> "Visitor":
        return self._took(path, self.client.get(path))

    def submit(self, *, expect: int = 200, by: str = "", **values) -> "Visitor":
        """Fill the form of this page that has all the named fields (or whose action contains `by`) and send it.

        What is not named keeps the value the page gave. `expect` is the status after redirects.
        """
        form = self._form(values, by)
        data = self._data(form, values)
        target = urljoin(self.path, form.get("action") or self.path)
        answer = self.client.post(urlsplit(target)._replace(scheme="", netloc="").geturl(), data)
        return self._took(target, answer, expect)

    @property
    def text(self) -> str:
        """What is written on the page, in one line."""
        return " ".join(self.page.text_content().split())

    def has_form(self, by: str) -> bool:
        return any(by in (form.get("action") or self.path) for form in self.page.forms)

    def value(self, xpath: str, attribute: str = "value") -> str:
        """An attribute of the first element that fits."""
        return self.page.xpath(xpath)[0].get(attribute)

    def _took(self, path, answer, expect=200):
        while answer.status_code in (301, 302, 303):
            path = urljoin(path, answer["Location"])
            answer = self.client.get(urlsplit(path)._replace(scheme="", netloc="").geturl())
        self.path = path
        self.page = html.fromstring(answer.content.decode() or "<p></p>")
        assert answer.status_code == expect, f"{path}: {answer.status_code}: {self.text[:1500]}"
        return self

    def _form(self, values, by):
        for form in self.page.forms:
            names = {name for name in form.fields if name}
            if set(values) <= names and by in (form.get("action") or self.path) and form.method.lower() == "post":
                return form
        found = [(form.get("action"), sorted(name for name in form.fields if name)) for form in self.page.forms]
        raise AssertionError(f"{self.path} has no form with {sorted(values)} {by!r}; it has {found}")

    def _data(self, form, values):
        data = {}
        for element in form.inputs:
            name = element.get("name")
            if not name or element.get("type") in ("submit", "button", "file") or element.get("disabled") is not None:
                continue
            if element.get("type") in ("checkbox", "radio") and not element.checked:
                continue
            value = list(element.value) if getattr(element, "multiple", False) else element.value
            if element.get("type") == "checkbox" and name in data:
                value = [*([data[name]] if isinstance(data[name], str) else data[name]), element.get("value")]
            if value is not None:
                data[name] = value
        return {**data, **values}


def upload(name: str, content: bytes, kind: str = "text/plain") -> SimpleUploadedFile:
    """A file for a form."""
    return SimpleUploadedFile(name, content, kind)
