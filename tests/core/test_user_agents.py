# ruff: noqa: E501 - user agents are long
import json

import pytest
import yaml

from cpanet.core.user_agents import read_agent
from tests.shared_data import shared_file

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
TABLET = (
    "Mozilla/5.0 (Linux; Android 13; SM-T870) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
TV = "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/2.1 Chrome/76.0 TV Safari/537.36"
VIBER = "Mozilla/5.0 (Linux; Android 7.1.2; G011A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0 Safari/537.36 Viber/11.9.5.8"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("text", "device", "system"),
    [(IPHONE, "mobile", "iOS"), (IPAD, "tablet", "iOS"), (WINDOWS, "desktop", "Windows"), (PHONE, "mobile", "Android"),
     (TABLET, "tablet", "Android"), (TV, "tv", "Tizen"), ("", "other", "")],
)  # fmt: skip
def test_devices(text, device, system):
    agent = read_agent(text)
    assert (agent.is_bot, agent.device, agent.system) == (False, device, system)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (GOOGLE, "Googlebot"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "Python Requests"),
        ("SomeChecker/1.0", "SomeChecker"),
    ],
)
def test_bots_have_a_name(text, name):
    agent = read_agent(text)
    assert (agent.is_bot, agent.device, agent.browser) == (True, "bot", name)


def test_people_in_message_apps_are_people():
    assert not read_agent(VIBER).is_bot


def test_a_person_with_a_scanner_of_paper_is_no_scanner_of_sites():
    phone = "Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile"
    assert not read_agent(f"{phone} Safari/537.36 CamScanner/6.65").is_bot
    assert read_agent(f"{phone} Safari/537.36 SiteScanner/6.65").is_bot


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a" * 100_000, "Mozilla/5.0 (" * 1000, "ж" * 700, " \t "])
def test_nothing_breaks_it(text):
    assert read_agent(text).device


def test_the_list_of_crawlers_with_its_examples():
    entries = json.loads(shared_file("clicks/crawler-user-agents/crawler-user-agents.json").read_text())
    examples = [text for entry in entries for text in entry.get("instances", [])]
    missed = [text for text in examples if not read_agent(text).is_bot]
    assert len(examples) > 2000
    assert len(missed) <= 10, missed  # browsers inside message apps, which are people


def test_people_and_bots_of_isbot():
    people = [*_texts(yaml.safe_load(shared_file("clicks/isbot/browsers.yml").read_text()))]
    bots = [*_texts(yaml.safe_load(shared_file("clicks/isbot/crawlers.yml").read_text()))]
    accused = sum(read_agent(text).is_bot for text in people)
    found = sum(read_agent(text).is_bot for text in bots)
    assert accused / len(people) < 0.07
    assert found / len(bots) > 0.9


def test_browsers_of_ua_parser():
    cases = yaml.safe_load(shared_file("clicks/uap-core/test_ua.yaml").read_text())["test_cases"]
    wrong = [case for case in cases if read_agent(case["user_agent_string"]).browser != case["family"]]
    assert len(cases) > 1600
    assert len(wrong) <= 5, wrong


def _texts(value):
    if isinstance(value, str):
        yield value
    else:
        for each in value.values() if isinstance(value, dict) else value or []:
            yield from _texts(each)
