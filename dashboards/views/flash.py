"""What just happened, said on the next page: found by its id, so that no cookie names a patient."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards import words
from dashboards.queries.desk import Desk
from dashboards.queries.listing import can_undo, patient_line
from dashboards.rows import Notice
from routing.models import Task
from routing.states import Move

SAID = {
    "claimed": _("You have it for ten minutes."),
    "claimed-in-turn": _("You have it for ten minutes. It has waited so long that it is its turn."),
    "taken": _("It is yours: you have claimed and acknowledged it."),
    "reassigned": _("It moved. They have yet to acknowledge it."),
    "call-logged": _("The call is written down."),
    "extended": _("It has more time. Its ladder begins anew."),
    "overridden": _("It is closed by override. Your reason stands in its history."),
    "none-left": _("Nothing is left to take."),
    "discarded": _("The message was set aside. Its bytes are kept."),
    "discarded-all": _("The messages were set aside. Their bytes are kept."),
    "search-saved": _("The search is kept. Its filters are in it; no words and no number are."),
    "search-dropped": _("The search is given up."),
    "gone": _("Somebody else dealt with that message first. Nothing was changed."),
    "backlog-moved-on": _("Somebody else moved this import on first. Here is where it stands."),
    "backlog-deleted": _("The file was deleted. Upload it again."),
    "view-saved": _("The view is saved. It holds the tab and the filters, and no patient."),
    "view-dropped": _("The view is deleted."),
    "view-unnamed": _("Not saved: give the view a name of up to 60 letters."),
    "views-full": _("Not saved: you keep thirty views. Delete one first."),
    "saved": _("Saved."),
    "patient-write": _("It stands in the thread below, with what becomes of it."),
    "patient-consent": _("Recorded. It holds from now on."),
    "patient-contact": _("Written down. Messages go there from now on."),
    "hours-set": _("Saved. Running clocks are aimed anew by these hours."),
    "holiday-decided": _("Saved. Running clocks are aimed anew."),
    "cadence-published": _("Published. Open referrals are chased by it from now on."),
    "published": _("Published for new work. What runs keeps the version it began with."),
    "draft-discarded": _("The draft is given up. The version in force is as it was."),
    "draft-gone": _("Somebody published or gave up that draft first. Nothing of yours was saved."),
    "contact-added": _("Added. Where it needs a code, the code is on its way: write it below."),
    "pin-set": _("Saved. A call takes a task for whoever knows this PIN."),
    "pin-removed": _("Removed. A call only tells you now."),
    "contact-verified": _("Verified. Pages can reach you there now."),
    "contact-removed": _("Removed. Nothing is sent there any more."),
    "code-sent": _("Another code is on its way."),
    "seen": _("Everything is marked as seen."),
    "key-made": _("The key is made. Its public half stands at the address below."),
    "key-retired": _("The key is retired: it signs nothing more."),
    "two-keys": _("Two keys are active. Retire the old one first."),
    "subscribed": _("The EHR has the subscription."),
    "renewed": _("The EHR has renewed the subscription."),
    "turned-off": _("The subscription is off."),
    "ehr-refused": _("The EHR did not agree. The reason stands beside the subscription."),
    "out-today": _("You are out until midnight. Your work is on its way to whoever covers."),
    "absence-planned": _("The absence is planned. Work moves when it begins."),
    "absence-ended": _(
        "The absence has ended. Where it was asked, work that nobody began goes back."
    ),
    "cover-changed": _("Somebody else covers from now on."),
    "swap-asked": _(
        "Your colleague sees the request under My coverage. Nothing changes until they agree."
    ),
    "swapped": _("Both turns have changed hands."),
    "swap-declined": _("Nothing has changed."),
    "calendar-closed": _("The address answers no more."),
    "rotation-started": _("The rotation is set up."),
    "rotation-changed": _("The rotation is changed. Whoever has the turn that runs keeps it."),
    "rotation-retired": _("The rotation calls nobody any more."),
    "override-made": _("Somebody else is on call for that time."),
    "override-ended": _("The rotation holds again."),
    "work-moves": _("The work is on its way. Open this page again in a moment."),
    "queues-passed-on": _("Somebody else answers for the queues."),
    "delegated": _("Saved. It holds from the day you chose."),
    "roles-changed": _("Saved. They sign in again with the new roles."),
    "back": _("They are back, and may sign in."),
    "emergency-ended": _("The chart is shut again. The privacy officer reviews why it was opened."),
    "reviewed": _("The review is written down."),
    "access-set": _("Saved. It holds at once, for open sessions too."),
    "api-key-revoked": _("Revoked. It opens nothing any more."),
    "sign-on-set": _("Saved. Test the connection, then sign in with it once yourself."),
    "sign-on-asked": _("Saved. Everybody signs in through single sign-on from now on."),
    "sign-on-open": _("Saved. Passwords work again beside single sign-on."),
    "sign-on-not-yet": _("Not changed: somebody has to sign in with it first."),
    "sign-on-secret-lost": _("The secret cannot be opened any more. Enter it again."),
    "sign-on-removed": _("Single sign-on is removed. Everybody signs in with a password."),
    "proven": _("Thank you. Take the file now."),
    "second-step-reset": _("Reset. They are signed out, and set up another at the next sign-in."),
    "signed-out": _("They are signed out everywhere."),
    "device-ended": _("Signed out there."),
    "left": _("They have left. Their door is closed; what they did stays."),
    "chart-closed": _("The chart of this visit is closed. If something new comes, it opens again."),
    "checklist-published": _("Published for visits that end from now on. Open charts keep theirs."),
    "chart-reopened": _("The chart of this visit is open again."),
    "referral-addressed": _("Addressed. Nothing goes out before you press Send."),
    "referral-queued": _("In line. It leaves by itself; below stands what becomes of it."),
    "specialist-added": _("Added. Make sure of a fax number before anything goes there."),
    "specialist-changed": _("Saved. A new fax number has to be verified again."),
    "specialist-verified": _("Verified. Referrals may be faxed there now."),
    "specialist-doubted": _("Nothing is faxed there until somebody makes sure of the number."),
    "specialist-retired": _("Taken out. What was sent to them stays as it is."),
    "carrier-opened": _("The account is open. Test it before the first packet goes by it."),
    "carrier-secrets": _("Replaced. Test the account: nothing shows yet that it lets us in."),
    "carrier-closed": _("Closed. What waited for it goes another way, or to a person."),
    "referral-said": _("Written down."),
    "referral-changed": _("The referral was changed meanwhile. Your answer was not saved."),
    "referral-held": _(
        "Written down, but it cannot follow what stands: it is kept, and counts for nothing yet."
    ),
    "referral-close": _("Closed. Nothing of it is deleted, and it can be opened again."),
    "referral-reopen": _("Open again."),
    "referral-undo": _("Taken back. Both stand in its history."),
    "referral-match": _("The report is matched: it answers this referral."),
    "referral-unmatch": _("The match is undone. Whose report it is will be asked anew."),
    "referral-opened": _("The referral is open."),
    "referral-known": _("This referral was known already. Here it is."),
    "nothing-to-undo": _("Nothing of yours from the last ten minutes can be undone."),
    "not-undone": _("Not taken back: somebody else has changed it since. Nothing was saved."),
}


def notices(request: HttpRequest, desk: Desk) -> tuple[Notice, ...]:
    """From `?done=<task>` and `?said=<code>`."""
    said = SAID.get(request.GET.get("said", ""))
    found = _done(request.GET.get("done", ""), desk)
    plain: tuple[Notice, ...] = (Notice(text=str(said)),) if said else ()
    if request.GET.get("moved", "").isdigit() and request.GET.get("kept", "").isdigit():
        plain += (_moved(int(request.GET["moved"]), int(request.GET["kept"])),)
    return (found, *plain) if found else plain


def _moved(moved: int, kept: int) -> Notice:
    """What became of a selection, each task counted."""
    said = [
        words.plural(
            "%(count)s task claimed or released.",
            "%(count)s tasks claimed or released.",
            moved,
        )
    ]
    if kept:
        said.append(
            words.plural(
                "%(count)s task was somebody else's by then, and stayed.",
                "%(count)s tasks were somebody else's by then, and stayed.",
                kept,
            )
        )
    return Notice(text=" ".join(said), tone="warn" if kept else "done")


def _done(text: str, desk: Desk) -> Notice | None:
    try:
        task = Task.objects.select_related("patient").filter(pk=UUID(text)).first()
    except ValueError:
        return None
    if task is None or (task.patient is not None and not desk.sees_patients):
        return None
    text = happened(task, desk)
    if task.ended_at is None:
        return Notice(text=text, tone="done")
    url = reverse("dashboards:move", args=[task.pk, "undo"]) if can_undo(task, desk) else ""
    return Notice(text=text, tone="done", action=gettext("Undo"), url=url, post=True)


def happened(task: Task, desk: Desk) -> str:
    """`Done: Potassium, DIAZ, Maria, born Mar 2, 1961.`"""
    said = {"what": named(task, desk)}
    if task.ended_at is not None:
        return gettext("Done: %(what)s.") % said
    if task.transitions.latest("version").move == Move.REOPEN:
        return gettext("Open again: %(what)s.") % said
    return gettext("Taken back: %(what)s.") % said


def named(task: Task, desk: Desk) -> str:
    """`Potassium, DIAZ, Maria, born Mar 2, 1961`."""
    line = patient_line(task.patient, desk)
    return f"{task.title}, {line.name}" + (
        gettext(", born %(born)s") % {"born": line.born} if line.age else ""
    )
