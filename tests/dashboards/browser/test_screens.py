"""Lists on paper."""


def test_a_list_prints_as_a_sheet_with_nothing_cut(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
    assert page.locator(".actions").first.is_hidden()
    assert page.get_by_text("Printed by Dr Ana Diaz").is_visible()
    assert page.locator(".rows").evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert len(page.pdf()) > 10_000
