"""The way back to the EHR: https or a scheme the practice named, and ids that stay ids."""

import pytest

from integrations.vendors import checked
from integrations.vendors.links import link, problem_of


def test_ids_are_encoded_and_fill_their_places():
    templates = {"result": "https://ehr.example/r/{filler}?p={mrn}"}
    ids = {"filler": "A/B&x=1#?%", "mrn": "<'\" >"}
    assert link(templates, "result", ids) == (
        "https://ehr.example/r/A%2FB%26x%3D1%23%3F%25?p=%3C%27%22%20%3E"
    )


def test_without_one_of_its_ids_there_is_no_link():
    templates = {"any": "https://ehr.example/{filler}/{mrn}"}
    assert link(templates, "result", {"filler": "1", "mrn": ""}) == ""
    assert link(templates, "result", {}) == ""


def test_a_kinds_own_template_comes_before_the_one_of_any():
    templates = {"any": "https://ehr.example/any", "order": "https://ehr.example/order"}
    assert link(templates, "order", {}) == "https://ehr.example/order"
    assert link(templates, "result", {}) == "https://ehr.example/any"
    assert link({}, "order", {}) == ""


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,{number}", "http://ehr.example/",
        "//ehr.example/", "/tasks/{number}", "https://", "https:///x", "https://{number}.example/",
        "https://ehr.example:{number}/", "https://user@ehr.example/", "https://ehr.example/{family}",
        "https://ehr.example/{number", "https://ehr.example/}", "https://ehr.example/ x",
        "https://ehr.example/\"><script>", "https://ehr.example/\n", "https://[bad/", "", 7,
        "https://ehr.example/" + "x" * 600, "\x01javascript:alert(1)", "https:\\\\ehr.example",
    ],
)  # fmt: skip
def test_an_address_that_could_do_harm_is_refused_in_words(template):
    assert problem_of("any", template).endswith(".")


def test_a_scheme_of_the_practices_own_computers_must_be_named():
    quirks = {"links": {"any": "epic-desk://open/{number}"}, "link_schemes": ["epic-desk"]}
    assert checked("epic", quirks).links["any"].startswith("epic-desk:")
    assert problem_of("nothing", "https://ehr.example/")
