"""What is packed on its way, and what is not."""

import gzip

import pytest
from django.http import HttpResponse

from config.packing import PackedPagesMiddleware

ROWS = "<p>A row of a list</p>" * 100


def answered(rf, response):
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})
    return PackedPagesMiddleware(lambda _: response)(request)


def test_a_page_is_packed(rf):
    answer = answered(rf, HttpResponse(ROWS))
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(ROWS) / 5
    assert gzip.decompress(answer.content).decode() == ROWS


@pytest.mark.parametrize(
    "headers", [{"ETag": '"3"'}, {"Content-Type": "application/json"}], ids=["tagged", "data"]
)
def test_what_is_tagged_or_data_goes_as_it_is(rf, headers):
    answer = answered(rf, HttpResponse(ROWS, headers=headers))
    assert "Content-Encoding" not in answer
    assert answer.get("ETag", '"3"') == '"3"'
