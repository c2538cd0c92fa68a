"""Pictures are known by their bytes, kept apart by network, and served as what they are."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cpanet.tenancy.scope import network_scope
from offers.images import BadImage, inspect
from offers.models import Creative, Offer
from tests import factories
from tests.offers import pictures

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize("make", [lambda w, h: pictures.png(w, h).read(), pictures.gif, pictures.jpeg, pictures.webp])
def test_each_kind_is_known_with_its_size(make):
    source = io.BytesIO(make(468, 60))
    facts = inspect(source)
    assert (facts.width, facts.height) == (468, 60)
    assert source.tell() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", SVG, b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, b"<html></html>", b"\x89PNG\r\n\x1a\n",
        pictures.png().read()[:40], b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8X", b"BM" + b"\0" * 60,
        pictures.gif(0, 5), pictures.gif(6000, 5), b"\xff\xd8\xff\xe0\0\0" + b"\xff\xe0\0\0" * 50,
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_words(data):
    with pytest.raises(BadImage) as error:
        inspect(io.BytesIO(data))
    assert len(str(error.value)) > 20


def test_a_picture_larger_than_the_cap_is_refused():
    with pytest.raises(BadImage, match="2 MB"):
        inspect(io.BytesIO(pictures.png().read() + b"\0" * 2 * 1024 * 1024))


@pytest.fixture
def offer(network, people):
    with network_scope(network.pk):
        made = factories.offer(advertiser=people.adam.advertiser)
        factories.goal(offer=made)
        return made


def upload(person, offer, data, name="banner.png", **more):
    values = {"kind": "banner", "name": "Wide", "image": SimpleUploadedFile(name, data, "image/png"), **more}
    return person.client.post(f"/advertiser/offers/{offer.pk}/creatives/", values)


@pytest.mark.django_db
def test_a_banner_goes_out_with_its_own_type_to_anybody(people, network, offer):
    data = pictures.gif(30, 20)
    assert upload(people.adam, offer, data, name="../../evil.html").status_code == 302
    with network_scope(network.pk):
        creative = Creative.objects.get()
    assert (creative.width, creative.height) == (30, 20)
    assert creative.image.name.startswith(f"networks/{network.pk}/creatives/") and creative.image.name.endswith(".gif")
    answer = people.stranger.client.get(f"/creatives/{creative.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == data
    assert people.charlie.client.get(f"/creatives/{creative.pk}/").status_code == 404, "another network's host"


@pytest.mark.django_db
@pytest.mark.parametrize("data", [SVG, b"<html>", b"x"])
def test_what_is_no_picture_is_refused_in_the_form(people, network, offer, data):
    answer = upload(people.adam, offer, data)
    assert answer.status_code == 422
    with network_scope(network.pk):
        assert not Creative.objects.exists()


@pytest.mark.django_db
def test_a_banner_without_a_picture_and_a_text_without_words_are_refused(people, offer):
    url = f"/advertiser/offers/{offer.pk}/creatives/"
    assert people.adam.client.post(url, {"kind": "banner", "name": "Wide"}).status_code == 422
    assert people.adam.client.post(url, {"kind": "text", "name": "Words"}).status_code == 422


@pytest.mark.django_db
def test_a_hidden_banner_is_not_served(people, network, offer):
    upload(people.adam, offer, pictures.png().read())
    with network_scope(network.pk):
        pk = Creative.objects.get().pk
    switch = f"/advertiser/offers/{offer.pk}/creatives/{pk}/"
    people.adam.client.post(switch)
    assert people.stranger.client.get(f"/creatives/{pk}/").status_code == 404
    people.adam.client.post(switch, {"on": "1"})
    assert people.stranger.client.get(f"/creatives/{pk}/").status_code == 200
    assert people.eve.client.post(switch).status_code == 404


@pytest.mark.django_db
def test_a_logo_is_for_the_networks_people(people, network, offer):
    values = {"name": "Lamps", "access": "open", "hold_days": 5, "decision_days": 5, "logo": pictures.png()}
    assert people.adam.client.post(f"/advertiser/offers/{offer.pk}/general/", values).status_code == 302
    with network_scope(network.pk):
        assert Offer.objects.get().logo
    assert people.alice.client.get(f"/logos/{offer.pk}/")["Content-Type"] == "image/png"
    assert people.stranger.client.get(f"/logos/{offer.pk}/").status_code == 404
    assert people.charlie.client.get(f"/logos/{offer.pk}/").status_code == 404
