"""Every screen, by whom it is opened, and how its other states are reached."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    name: str
    who: str
    """Of the house; nobody where it is shown to whoever is not signed in."""
    address: str
    """With the names of ids in braces."""
    act: Act | None = None
    """What leads from the address to an error, a dialog or a preview."""


def press(key: str, label: str) -> Act:
    """A key on the first task of the list, until this is seen."""

    def act(page: Page) -> None:
        page.locator("#pane article").wait_for()
        page.keyboard.press(key)
        page.get_by_label(label).wait_for()

    return act


def refused(button: str) -> Act:
    """Sent as it stands, past what the browser itself would ask for."""

    def act(page: Page) -> None:
        sending = page.get_by_role("button", name=button)
        sending.evaluate("one => one.form.noValidate = true")
        sending.click()
        page.get_by_role("heading", name="There is a problem").wait_for()

    return act


def keys(page: Page) -> None:
    page.locator("#pane article").wait_for()
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()


def commands(page: Page) -> None:
    page.locator("#pane article").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Commands").wait_for()


def pane(page: Page) -> None:
    page.locator("#pane article").wait_for()


def folds(page: Page) -> None:
    """Everything that can be folded out."""
    for fold in page.locator("details:not([data-menu]) > summary").all():
        fold.click()


def opened(page: Page) -> None:
    page.locator(".cell-link").first.click()
    page.get_by_role("button", name="Open the message").click()
    page.get_by_role("heading", name="As we read it").wait_for()


def unfold(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


SCREENS = (
    Screen("queue", "diaz", "/queue/", pane),
    Screen("queue of an assistant", "max", "/queue/", pane),
    Screen("on hold", "diaz", "/queue/?view=hold"),
    Screen("by due time", "sam", "/queue/?view=due"),
    Screen("closing in the pane", "diaz", "/queue/", press("e", "Who was told")),
    Screen("assigning in the pane", "diaz", "/queue/", press("a", "Person or queue")),
    Screen("holding in the pane", "diaz", "/queue/", press("h", "Look again on")),
    Screen("keys", "diaz", "/queue/", keys),
    Screen("commands", "diaz", "/queue/", commands),
    Screen("empty queue", "olu", "/queue/"),
    Screen("team queue", "diaz", "/team/", pane),
    Screen("empty team queue", "olu", "/team/"),
    Screen("task", "diaz", "/tasks/{basic_metabolic_panel}/", folds),
    Screen("critical task", "sam", "/tasks/{potassium}/"),
    Screen("closing", "diaz", "/tasks/{potassium}/complete/"),
    Screen("closing without words", "diaz", "/tasks/{potassium}/complete/", refused("Close task")),
    Screen("escalations", "sam", "/escalations/"),
    Screen("who is here", "sam", "/escalations/", unfold(".here-now summary")),
    Screen("reassigning", "sam", "/escalations/{inr}/reassign/"),
    Screen("calling", "sam", "/escalations/{inr}/call/"),
    Screen("more time", "sam", "/escalations/{late}/extend/"),
    Screen("more time, refused", "sam", "/escalations/{late}/extend/",
           refused("Give more time")),
    Screen("no escalations", "olu", "/escalations/"),
    Screen("search", "diaz", "/search/"),
    Screen("going", "diaz", "/go/"),
    Screen("more", "diaz", "/more/"),
    Screen("preferences", "diaz", "/preferences/"),
    Screen("reach", "diaz", "/reach/"),
    Screen("notices", "diaz", "/notices/"),
    Screen("coverage", "nora", "/coverage/"),
    Screen("out today", "nora", "/coverage/out/"),
    Screen("absence", "nora", "/absences/"),
    Screen("an absence of another", "pat", "/absences/?member={max}"),
    Screen("staff", "pat", "/staff/"),
    Screen("staff, read only", "nora", "/staff/"),
    Screen("who may close", "nora", "/staff/closing/"),
    Screen("rotation", "pat", "/staff/rotations/{rotation}/"),
    Screen("rotation, refused", "pat", "/staff/rotations/", refused("Set up the rotation")),
    Screen("leaving", "pat", "/staff/{diaz}/leaving/"),
    Screen("messages", "ira", "/messages/"),
    Screen("opened message", "ira", "/messages/?view=quarantined", opened),
    Screen("feeds", "ira", "/feeds/"),
    Screen("status", "ira", "/status/"),
    Screen("refused", "diaz", "/messages/"),
    Screen("not found", "diaz", "/nothing/"),
    Screen("style guide", "diaz", "/styleguide/"),
    Screen("sign in", "", "/accounts/login/"),
    Screen("single sign-on", "", "/sign-in/"),
    Screen("API keys", "ira", "/api-keys/"),
    Screen("API keys, refused", "ira", "/api-keys/", refused("Make the key")),
    Screen("setting single sign-on up", "pat", "/security/sign-on/"),
    Screen("single sign-on, refused", "pat", "/security/sign-on/", refused("Save")),
)  # fmt: skip
