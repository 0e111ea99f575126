"""The OpenAPI document is true, and the page that shows it asks nobody else for anything."""

import json
import re

import pytest
from django.test import Client

DOCUMENT = "/api/v1/schema?format=json"


@pytest.fixture
def document(db):
    return json.loads(Client().get(DOCUMENT).content)


def test_the_document_is_made_without_a_warning(db):
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.validation import validate_schema

    GENERATOR_STATS.reset()
    document = json.loads(Client().get(DOCUMENT).content)
    validate_schema(document)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_operation_says_what_it_is_who_may_and_how_it_refuses(document):
    operations = [
        (path, method, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    assert len(operations) == 27
    for path, method, one in operations:
        assert one["operationId"]
        assert one["description"], path
        assert one["security"] == [{"apiKey": []}], path
        refusals = {
            status: answer for status, answer in one["responses"].items() if status >= "400"
        }
        assert {"401", "403", "429"} <= set(refusals)
        assert all(
            list(answer["content"]) == ["application/problem+json"] for answer in refusals.values()
        )
        if method == "post" and path != "/api/v1/tasks/search":
            headers = {one["name"] for one in one["parameters"] if one["in"] == "header"}
            on_something = {"If-Match"} if "{" in path else set()
            assert headers == {"Idempotency-Key"} | on_something, path


def test_the_page_loads_from_this_server_alone_under_its_own_policy(db):
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert "<script>" not in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    script = Client().get(next(address for address in addresses if "script" in address))
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema" in script.content.decode()


def test_the_policy_of_other_pages_stays_as_strict_as_it_was(db):
    assert "unsafe-inline" not in Client().get(DOCUMENT)["Content-Security-Policy"]
