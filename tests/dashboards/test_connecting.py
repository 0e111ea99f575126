"""A feed from nothing to its first message: made, its key shown once, waited for."""

import pytest
from django.conf import settings

from accounts.roles import Role
from integrations import signing
from integrations.models import Feed
from tests.dashboards.clinic import HL7, send
from tests.people import admit

pytestmark = pytest.mark.django_db


def test_a_feed_is_connected_and_its_key_shown_once(elm_street, signed_in):
    client = signed_in(elm_street.ira)
    said = {"name": "County lab", "vendor": "laboratory", "time_zone": "America/New_York",
            "environment": "test", "mllp_port": "2598"}  # fmt: skip
    made = client.post("/feeds/connect/", said)
    with elm_street.scoped():
        feed = Feed.objects.get(name="County lab")
        key = feed.keys.get()
    assert made.url == f"/feeds/{feed.pk}/"
    secret = signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)
    assert secret in client.get(made.url).text
    assert secret not in client.get(made.url).text
    assert (feed.slug, feed.vendor, feed.mllp_port) == ("elm-street-county-lab", "laboratory", 2598)
    taken = client.post("/feeds/connect/", said)
    assert taken.status_code == 422
    assert "Another feed listens on this port" in taken.text
    client.post("/feeds/connect/", said | {"mllp_port": ""})
    with elm_street.scoped():
        assert Feed.objects.filter(slug="elm-street-county-lab-2").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"name": ""}, "Say what the feed is called here."),
     ({"time_zone": "Mars/Olympus"}, "Choose a time zone such as"),
     ({"mllp_port": "80"}, "Ports below 1024 belong to the system."),
     ({"mllp_port": "x"}, "The port is a number"),
     ({"environment": "moon"}, "There is a problem")],
)  # fmt: skip
def test_what_is_wrong_with_a_new_feed_is_said_and_nothing_is_made(
    elm_street, signed_in, wrong, sentence
):
    said = {"name": "County lab", "time_zone": "America/New_York", "environment": "production"}
    answer = signed_in(elm_street.ira).post("/feeds/connect/", said | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    with elm_street.scoped():
        assert Feed.objects.count() == 2


def test_the_wait_is_told_only_what_is_new(elm_street, signed_in, right_now):
    client, address = signed_in(elm_street.ira), f"/feeds/{elm_street.ehr.pk}/first/"
    nothing = client.get(address)
    assert "Waiting for the first message" in nothing.text
    etag = nothing["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    with elm_street.scoped():
        send(elm_street, HL7.format(control="1"), now=right_now, feed=elm_street.ehr)
    came = client.get(address, headers={"If-None-Match": etag})
    assert came.status_code == 200
    assert "It was read as: result. It made 1 task." in came.text
    assert "data-poll" not in came.text
    assert "MARTIN" not in came.text


def test_only_it_connects_feeds_and_makes_keys(elm_street, signed_in, right_now):
    with elm_street.scoped():
        manager = admit("Mara Bloom", Role.PRACTICE_MANAGER, now=right_now)
    client, feed = signed_in(manager), elm_street.ehr
    assert client.get("/feeds/connect/").status_code == 403
    assert client.post(f"/feeds/{feed.pk}/key/").status_code == 403
    assert client.get(f"/feeds/{feed.pk}/").status_code == 200
    ira = signed_in(elm_street.ira)
    for _ in range(2):
        assert ira.post(f"/feeds/{feed.pk}/key/").status_code == 302
    assert "Revoke the old one first." in ira.post(f"/feeds/{feed.pk}/key/").text
