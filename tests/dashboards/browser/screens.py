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


def pane(page: Page) -> None:
    page.locator("#pane article").wait_for()


def keys(page: Page) -> None:
    pane(page)
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()


def commands(page: Page) -> None:
    pane(page)
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Commands").wait_for()


def who_is_here(page: Page) -> None:
    page.locator(".here-now summary").click()


def folds(page: Page) -> None:
    """Everything that can be folded out."""
    for fold in page.locator("details:not([data-menu]) > summary").all():
        fold.click()


def lock(page: Page) -> None:
    page.get_by_role("button", name="Lock screen").first.click()
    page.get_by_role("heading", name="Locked").wait_for()


def bulk(page: Page) -> None:
    pane(page)
    for key in "xjx":
        page.keyboard.press(key)
    page.locator("#bulk").get_by_role("button", name="Hold").click()
    page.get_by_role("heading", level=1, name="Hold").wait_for()


def press(key: str, label: str) -> Act:
    """A key on the first task of the list, until this is seen."""

    def act(page: Page) -> None:
        pane(page)
        page.keyboard.press(key)
        page.get_by_label(label).wait_for()

    return act


def click(button: str, until: str) -> Act:
    """A button that shows something and changes nothing that another screen shows."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=button).first.click()
        page.get_by_text(until).first.wait_for()

    return act


def fill(label: str, value: str, then: Act) -> Act:
    def act(page: Page) -> None:
        page.get_by_label(label).first.fill(value)
        then(page)

    return act


def tick(label: str, then: Act) -> Act:
    def act(page: Page) -> None:
        page.get_by_label(label).first.check()
        then(page)

    return act


def refused(button: str) -> Act:
    """Sent as it stands, past what the browser itself would ask for."""

    def act(page: Page) -> None:
        sending = page.get_by_role("button", name=button, exact=True)
        sending.evaluate("one => one.form.noValidate = true")
        sending.click()
        page.get_by_role("heading", name="There is a problem").wait_for()

    return act


def replayed(page: Page) -> None:
    """The last that is asked of its group: nothing is left of it."""
    click("Test a replay of", "A replay now")(page)
    click("Replay 3 messages", "Replayed")(page)


GROUP = "/messages/cause/?cause=could+not+be+read&feed=elm-lab"
WORK = (
    Screen("queue", "diaz", "/queue/", pane),
    Screen("queue of an assistant", "max", "/queue/", pane),
    Screen("on hold", "diaz", "/queue/?view=hold"),
    Screen("by due time", "sam", "/queue/?view=due"),
    Screen("done today", "diaz", "/queue/?view=done"),
    Screen("closing in the pane", "diaz", "/queue/", press("e", "Who was told")),
    Screen("assigning in the pane", "diaz", "/queue/", press("a", "Person or queue")),
    Screen("holding in the pane", "diaz", "/queue/", press("h", "Look again on")),
    Screen("keys", "diaz", "/queue/", keys),
    Screen("commands", "diaz", "/queue/", commands),
    Screen("many at once", "max", "/queue/", bulk),
    Screen("empty queue", "olu", "/queue/"),
    Screen("team queue", "diaz", "/team/", pane),
    Screen("empty team queue", "olu", "/team/"),
    Screen("task", "diaz", "/tasks/{basic_metabolic_panel}/", folds),
    Screen("task of a consult report", "diaz", "/tasks/{review}/"),
    Screen("task that was handed over", "nora", "/tasks/{tsh}/", folds),
    Screen("critical task", "sam", "/tasks/{potassium}/"),
    Screen("task that is shut", "ira", "/tasks/{potassium}/"),
    Screen("closing", "diaz", "/tasks/{potassium}/complete/"),
    Screen("closing without words", "diaz", "/tasks/{potassium}/complete/", refused("Close task")),
    Screen("adding a note", "nora", "/tasks/{tsh}/note/"),
    Screen("informing", "nora", "/tasks/{tsh}/informed/"),
    Screen("assigning", "nora", "/tasks/{tsh}/assign/"),
    Screen("holding", "nora", "/tasks/{tsh}/hold/"),
    Screen("chart of a patient", "sam", "/patients/{patient}/"),
    Screen("messages with a patient", "cora", "/patients/{written}/messages/"),
    Screen("messages with a patient, all open", "cora", "/patients/{written}/messages/", folds),
    Screen("no messages with a patient", "cora", "/patients/{patient}/messages/"),
    Screen("chart of a visit", "sam", "/encounters/{visit}/"),
    Screen("referrals", "cora", "/referrals/"),
    Screen("referrals as a board", "cora", "/referrals/?view=board"),
    Screen("no referrals", "olu", "/referrals/"),
    Screen("referral", "cora", "/referrals/{referral_booked}/"),
    Screen("referral with its report", "diaz", "/referrals/{referral_reported}/"),
    Screen("referral that is being sent", "cora", "/referrals/{referral_asked}/", folds),
    Screen("referral, a link for the specialist", "cora", "/referrals/{referral_accepted}/",
           click("Make a link for the specialist", "never again")),
    Screen("referral that was declined", "max", "/referrals/{referral_declined}/"),
    Screen("updating a referral", "cora", "/referrals/{referral_booked}/tell/"),
    Screen("a referral is declined", "cora", "/referrals/{referral_sent}/declined/"),
    Screen("a referral is declined, refused", "cora", "/referrals/{referral_booked}/booked/",
           refused("Note appointment")),
    Screen("how the patient is insured", "cora", "/referrals/{referral_booked}/insure/"),
    Screen("closing a referral", "cora", "/referrals/{referral_missed}/close/"),
    Screen("looking for whom to refer", "cora", "/referrals/open/"),
    Screen("opening a referral", "cora", "/referrals/open/{patient}/"),
    Screen("opening a referral, refused", "cora", "/referrals/open/{patient}/",
           refused("Open referral")),
    Screen("referrals from a list", "cora", "/referrals/list/"),
    Screen("escalations", "sam", "/escalations/"),
    Screen("who is here", "sam", "/escalations/", who_is_here),
    Screen("reassigning", "sam", "/escalations/{inr}/reassign/"),
    Screen("calling", "sam", "/escalations/{inr}/call/"),
    Screen("more time", "sam", "/escalations/{late}/extend/"),
    Screen("more time, refused", "sam", "/escalations/{late}/extend/", refused("Give more time")),
    Screen("no escalations", "olu", "/escalations/"),
    Screen("coverage", "nora", "/coverage/"),
    Screen("out today", "nora", "/coverage/out/"),
    Screen("absence", "nora", "/absences/"),
    Screen("an absence of another", "pat", "/absences/?member={max}"),
)  # fmt: skip
FIND = (
    Screen("search", "diaz", "/search/"),
    Screen("found", "diaz", "/search/",
           fill("Patient, task or order", "okaf", click("Find", "OKAFOR, Grace"))),
    Screen("going", "diaz", "/go/"),
    Screen("more", "diaz", "/more/"),
)  # fmt: skip
SEE = (
    Screen("backlog", "pat", "/backlog/"),
    Screen("rows behind a number", "pat", "/backlog/tasks/"),
    Screen("empty backlog", "mia", "/backlog/"),
    Screen("days", "sam", "/days/"),
    Screen("days, none yet", "mia", "/days/"),
    Screen("referral report", "sam", "/referrals/report/"),
    Screen("referral report by month", "sam", "/referrals/report/?by=month"),
    Screen("referral report, none yet", "mia", "/referrals/report/"),
    Screen("target and codes", "sam", "/referrals/report/settings/"),
    Screen("target, refused", "sam", "/referrals/report/settings/",
           fill("Of a hundred referrals", "0", refused("Save target"))),
    Screen("messages", "ira", "/messages/"),
    Screen("messages of a week", "ira", "/messages/?view=all&period=7d"),
    Screen("no messages", "ira", "/messages/?view=rejected"),
    Screen("message", "ira", "/messages/{message}/"),
    Screen("message, tried", "ira", "/messages/{message}/", click("Test a replay", "A replay now")),
    Screen("message, opened", "ira", "/messages/{message}/",
           click("Open the message", "As we read it")),
    Screen("cause", "ira", GROUP),
    Screen("cause, tried", "ira", GROUP, click("Test a replay of", "A replay now")),
    Screen("feeds", "ira", "/feeds/"),
    Screen("feed", "ira", "/feeds/{lab}/"),
    Screen("connecting a feed", "ira", "/feeds/connect/"),
    Screen("connecting, refused", "ira", "/feeds/connect/", refused("Make the feed")),
    Screen("connection", "ira", "/feeds/{ehr}/connection/"),
    Screen("API keys", "ira", "/api-keys/", folds),
    Screen("API keys, refused", "ira", "/api-keys/", refused("Make the key")),
    Screen("feed that waits for its first message", "ira", "/feeds/connect/",
           fill("Name", "County lab", click("Make the feed", "Waiting for the first message"))),
    Screen("status", "ira", "/status/"),
    Screen("cause, replayed", "ira", GROUP, replayed),
    Screen("emergency access", "pia", "/emergency/"),
    Screen("opening in an emergency", "ira", "/emergency/{patient}/"),
)  # fmt: skip
SET_UP = (
    Screen("hours", "sam", "/hours/"),
    Screen("hours of a place", "sam", "/hours/at/{place}/"),
    Screen("hours, refused", "sam", "/hours/at/{place}/",
           fill("Wednesday", "17:00-8:00", refused("Save hours"))),
    Screen("policy", "sam", "/hours/policy/"),
    Screen("draft of a policy", "sam", "/hours/draft/"),
    Screen("target", "sam", "/hours/draft/targets/{target}/"),
    Screen("rung", "sam", "/hours/draft/ladders/{ladder}/rungs/{rung}/"),
    Screen("versions", "sam", "/hours/versions/"),
    Screen("when it is due", "sam", "/hours/when/",
           fill("Issued", "2026-11-20T16:50", click("Work it out", "Mon Nov 23, 08:20"))),
    Screen("outcomes", "pat", "/outcomes/"),
    Screen("staff", "pat", "/staff/"),
    Screen("staff, read only", "nora", "/staff/"),
    Screen("people", "pat", "/staff/people/"),
    Screen("roles", "pat", "/staff/{max}/roles/"),
    Screen("roles, read back", "pat", "/staff/{max}/roles/",
           tick("Supervisor", click("Read it back", "Max Bell will be"))),
    Screen("leaving", "pat", "/staff/{diaz}/leaving/"),
    Screen("who may close", "nora", "/staff/closing/"),
    Screen("delegating", "diaz", "/staff/closing/result-review-normal/"),
    Screen("rotation", "pat", "/staff/rotations/{rotation}/"),
    Screen("rotation, refused", "pat", "/staff/rotations/", refused("Set up the rotation")),
    Screen("checklists", "sam", "/checklists/"),
    Screen("checklist", "sam", "/checklists/office/"),
    Screen("letterhead", "sam", "/letterhead/"),
    Screen("letterhead, refused", "sam", "/letterhead/",
           fill("Phone", "12", refused("Save letterhead"))),
    Screen("specialists", "cora", "/specialists/"),
    Screen("no specialists", "mia", "/specialists/"),
    Screen("a specialist, fax not verified", "cora", "/specialists/{specialist}/", folds),
    Screen("a specialist, refused", "cora", "/specialists/new/", refused("Save specialist")),
    Screen("direct and fax", "ira", "/carriers/"),
    Screen("direct and fax, no account", "mia", "/carriers/"),
    Screen("an account at a HISP", "ira", "/carriers/{hisp}/"),
    Screen("an account for faxes", "ira", "/carriers/{documo}/", folds),
    Screen("an account, nothing to replace", "ira", "/carriers/{documo}/",
           click("Replace", "Enter what is to be replaced")),
    Screen("opening an account", "mia", "/carriers/new/hisp/"),
    Screen("opening an account, refused", "mia", "/carriers/new/hisp/", refused("Open account")),
    Screen("referral cadence", "sam", "/referral-cadence/"),
    Screen("writing a cadence", "sam", "/referral-cadence/cardiology/urgent/"),
    Screen("security", "pat", "/security/"),
    Screen("a lost device", "pat", "/security/{diaz}/"),
    Screen("setting single sign-on up", "pat", "/security/sign-on/", folds),
    Screen("single sign-on, refused", "pat", "/security/sign-on/", refused("Save")),
    Screen("unmapped", "pat", "/mapping/"),
    Screen("a code without LOINC", "pat", "/mapping/{unmapped_code}/",
           click("Preview replay", "There is a problem")),
    *(Screen(f"unmapped: {kind}", "pat", f"/mapping/{{unmapped_{kind}}}/", folds)
      for kind in ("provider", "location", "unidentified", "two_patients")),
    Screen("backlog import", "sam", "/backlog/import/"),
    Screen("moving in bulk", "sam", "/backlog/import/reroute/"),
)  # fmt: skip
ONESELF = (
    Screen("preferences", "diaz", "/preferences/"),
    Screen("reach", "diaz", "/reach/"),
    Screen("notices", "diaz", "/notices/"),
    Screen("devices", "nora", "/devices/"),
    Screen("second steps", "nora", "/accounts/2fa/"),
    Screen("locked", "nora", "/queue/", lock),
    Screen("sign in", "", "/accounts/login/"),
    Screen("single sign-on", "", "/sign-in/", folds),
    Screen("sign in, refused", "", "/accounts/login/", refused("Sign in")),
    Screen("a forgotten password", "", "/accounts/password/reset/"),
)
ANSWERS = (
    Screen("refused", "diaz", "/messages/"),
    Screen("not found", "diaz", "/nothing/"),
    Screen("style guide", "diaz", "/styleguide/"),
)
IN_SPANISH = (
    Screen("queue in Spanish", "luz", "/team/", pane),
    Screen("task in Spanish", "luz", "/tasks/{potassium}/", folds),
    Screen("backlog in Spanish", "luz", "/backlog/"),
    Screen("referral report in Spanish", "luz", "/referrals/report/"),
)
"""Words are a fifth longer."""
GROUPS = {
    "Work": WORK, "Find": FIND, "See": SEE, "Set up": SET_UP, "Oneself": ONESELF,
    "Answers": ANSWERS, "In Spanish": IN_SPANISH,
}  # fmt: skip
SCREENS = [screen for group in GROUPS.values() for screen in group]
