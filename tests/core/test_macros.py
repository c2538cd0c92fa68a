import pytest

from cpanet.core import macros
from cpanet.core.macros import MisplacedMacro, UnknownMacro


def test_values_are_url_quoted():
    address = macros.render("https://shop.example/?c={click_id}&s={sub1}", {"click_id": "7", "sub1": "a b&c=d/ж%"})
    assert address == "https://shop.example/?c=7&s=a%20b%26c%3Dd%2F%D0%B6%25"


def test_a_missing_value_is_empty_and_a_percent_sign_of_the_template_stays():
    assert macros.render("https://shop.example/100%/?x=%20{sub2}&y={sub3}", {"sub3": None}) == (
        "https://shop.example/100%/?x=%20&y="
    )


def test_an_unknown_macro_is_named_with_the_known_ones():
    with pytest.raises(UnknownMacro, match=r"\{clickid\}.*\{click_id\}") as caught:
        macros.validate("https://shop.example/?c={clickid}")
    assert caught.value.name == "clickid"


@pytest.mark.parametrize("name", [*macros.CLICK_MACROS])
def test_every_listed_macro_is_accepted(name):
    macros.validate_address(f"https://shop.example/?x={{{name}}}")


@pytest.mark.parametrize(
    "address", ["https://{sub1}/", "https://shop.example{sub1}/", "{sub1}", "{country}://x/", "https://a@{sub1}"]
)
def test_a_macro_in_the_host_is_refused(address):
    with pytest.raises(MisplacedMacro):
        macros.validate_address(address)


def test_a_surrogate_does_not_break_quoting():
    assert macros.quoted("a\ud800b") == "a%3Fb"


def test_a_picker_takes_from_a_list_in_the_given_order():
    template = macros.Template("x={sub2}&y={click_id}&z={nonsense}")
    pick = macros.picker(template.names, ("click_id", "sub1", "sub2", ""))
    assert template.pattern % pick(["C", "1", "2", ""]) == "x=2&y=C&z="


def test_a_picker_of_a_template_without_macros_takes_nothing():
    template = macros.Template("https://shop.example/50%")
    assert template.pattern % macros.picker(template.names, ("click_id", ""))(["C", ""]) == "https://shop.example/50%"
