"""How a member wants the screen: row height, keys, first page, language, names, colours."""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.preferences import prefer
from dashboards import keys, places
from dashboards.context import COOKIE, DENSITIES, LAYOUTS, NAMES_HIDDEN, THEMES, Surface, surface_of
from dashboards.keys import KEYS, Keymap
from dashboards.queries.desk import Desk
from dashboards.rows.preferences import KeyField, PreferencesPage
from dashboards.views import flash
from dashboards.views.frame import Request, back_of, desk_of, for_members, screen

A_YEAR = 365 * 24 * 3600
UNPROCESSABLE = 422
SAVED = "?said=saved"


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request) -> HttpResponse:
    """For the member here, and colours and height for this browser."""
    desk = desk_of(request)
    if request.method != "POST":
        keymap = Keymap(own=request.member.keys)
        return _show(request, desk, {one.usual: keymap.key(one.usual) for one in KEYS}, {})
    chosen = {
        one.usual: request.POST.get(f"key {one.usual}", one.usual).strip().lower() for one in KEYS
    }
    problems = keys.problems(chosen)
    if problems:
        return _show(request, desk, chosen, problems)
    _keep(request, desk, chosen)
    wanted = replace(surface_of(request), **{
        name: request.POST.get(name, "") for name in ("theme", "density", "layout")
    })  # fmt: skip
    return _with_cookie(request, wanted, reverse("dashboards:preferences") + SAVED)


@for_members
@require_POST
def layout(request: Request) -> HttpResponse:
    """One task at a time or the whole list, chosen from the list itself."""
    wanted = replace(surface_of(request), layout=request.POST.get("layout", ""))
    return _with_cookie(request, wanted, back_of(request) or reverse("dashboards:queue"))


def _keep(request: Request, desk: Desk, chosen: Mapping[str, str]) -> None:
    first_page = request.POST.get("first_page", "")
    known = {one.name for one in places.open_to(request.member.roles)}
    prefer(
        member=request.member, keys_on=request.POST.get("keys") == "on",
        keys={usual: key for usual, key in chosen.items() if key != usual},
        first_page=first_page if first_page in known else "",
        language=_known_language(request), actor=request.actor, now=desk.now,
    )  # fmt: skip
    request.session[NAMES_HIDDEN] = request.POST.get("names") == "hidden"


def _known_language(request: Request) -> str:
    wanted = request.POST.get("language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""


def _with_cookie(request: Request, wanted: Surface, address: str) -> HttpResponse:
    """Good before sign-in too; nothing in it is anybody's."""
    response = HttpResponseRedirect(address)
    response.set_cookie(
        COOKIE, Surface.read(wanted.cookie()).cookie(), max_age=A_YEAR, httponly=True,
        samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip
    return response


def _show(
    request: Request, desk: Desk, chosen: Mapping[str, str], problems: Mapping[str, str]
) -> HttpResponse:
    member, usual = request.member, places.landing(request.member.roles)
    page = PreferencesPage(
        keys=tuple(
            KeyField(one.usual, str(one.does), chosen[one.usual], problems.get(one.usual, ""))
            for one in KEYS
        ),
        keys_on=member.keys_on if not problems else request.POST.get("keys") == "on",
        usual_page=str(usual.label),
        first_page=request.POST.get("first_page", member.first_page),
        places=tuple((one.name, str(one.label)) for one in places.open_to(member.roles)),
        languages=tuple(settings.LANGUAGES),
        language=request.POST.get("language", member.language),
        themes=THEMES,
        densities=DENSITIES,
        layouts=LAYOUTS,
    )
    return screen(
        request, "dashboards/preferences.html", desk, here="preferences", page=page,
        notices=flash.notices(request, desk), status=UNPROCESSABLE if problems else 200,
    )  # fmt: skip
