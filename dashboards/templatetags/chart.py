"""Shapes, icons, instants and the few page facts that every template may ask for."""

from collections.abc import Sequence
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.template import Context, engines
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dashboards.keys import Keymap
from dashboards.rows import Due, QueueRow, Ruler, ValueLine
from dashboards.rows.board import Figure
from dashboards.words import Level, Moment

register = template.Library()

# Five shapes that differ in outline, so that they tell apart in grey and at 14 px.
SHAPES = {
    Level.CRITICAL: (
        '<path fill-rule="evenodd" d="M8 .4 15.6 8 8 15.6.4 8zM7 4l.3 5h1.4L9 4z'
        'M8 10.2a1.1 1.1 0 1 0 0 2.2 1.1 1.1 0 0 0 0-2.2z"/>'
    ),
    Level.ABNORMAL: '<path d="M8 1.5 15.3 14.5H.7z"/>',
    Level.UNFLAGGED: ('<path fill-rule="evenodd" d="M1.5 1.5h13v13h-13zM3.5 3.5v7.2l7.2-7.2z"/>'),
    Level.ROUTINE: (
        '<path fill-rule="evenodd" d="M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2z'
        'm0 2.3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z"/>'
    ),
    Level.FYI: '<path d="M1.5 6.7h13v2.6h-13z"/>',
}


LOW = mark_safe(' class="low"')


@register.simple_tag
def shape(level: Level) -> SafeString:
    """The shape alone; the word stands beside it or in a hidden label."""
    drawing = mark_safe(SHAPES[level])  # noqa: S308 -- our own constant
    return format_html(
        '<svg class="shape lv lv-{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        level.value,
        drawing,
    )


@register.simple_tag
def level(level: Level) -> SafeString:
    """Shape and word."""
    return _level(level, str(level.word))


@cache
def _level(level: Level, word: str) -> SafeString:
    drawing = mark_safe(SHAPES[level])  # noqa: S308 -- our own constant
    return format_html(
        '<span class="level lv lv-{}"><svg class="shape" viewBox="0 0 16 16" aria-hidden="true">'
        "{}</svg>{}</span>",
        level.value,
        drawing,
        word,
    )


@register.simple_tag
def value(line: ValueLine) -> SafeString:
    """Value, unit and flag, of which nothing is ever cut."""
    unit = format_html(' <span class="unit">{}</span>', line.units) if line.units else ""
    flag = _flag(line.flag, line.flag_words, line.level) if line.flag else ""
    return format_html('<span class="val">{}</span>{}{}', line.value, unit, flag)


@lru_cache(maxsize=500)
def _flag(flag: str, said: str, level: Level) -> SafeString:
    drawn = ' <abbr class="flag lv lv-{}" title="{}">{}</abbr>'
    return format_html(drawn, level.value, said, flag)


@register.simple_tag
@lru_cache(maxsize=5000)
def ruler(drawn: Ruler | None, level: Level) -> SafeString | str:
    """The normal band, and where the value lies on it; words beside it say the same."""
    if drawn is None:
        return ""
    marks = {"high": '<path class="at" d="M95 1 104 8 95 15z"/>',
             "low": '<path class="at" d="M9 1 0 8 9 15z"/>'}  # fmt: skip
    bar = format_html('<rect class="at" x="{}" y="0" width="5" height="16"/>', drawn.at)
    mark = mark_safe(marks[drawn.beyond]) if drawn.beyond else bar  # noqa: S308 -- our own constant
    return format_html(
        '<svg class="ruler lv-{}" viewBox="0 0 104 16" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="track" x="2" y="6" width="100" height="4"/>'
        '<rect class="band" x="{}" y="4" width="{}" height="8"/>{}</svg>',
        level.value,
        drawn.band_from + 2,
        drawn.band_width,
        mark,
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def moment(when: Moment | None) -> SafeString | str:
    """An instant as words, with its exact form in reach of focus, hover and print."""
    if when is None:
        return ""
    tone = "" if when.tone == "plain" else f"tone-{when.tone}"
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>',
        tone,
        when.iso,
        when.exact,
        when.words,
    )


@register.simple_tag
def due(clock: Due) -> SafeString:
    """A clock in a list."""
    said = _counted(clock, clock.words, clock.left, clock.late)
    return format_html('<span class="due tone-{}">{}</span>', clock.tone.value, said)


@register.simple_tag
def due_state(clock: Due) -> SafeString | str:
    """Beside `Acknowledge by 09:15`: how long that is from now."""
    if not clock.state:
        return ""
    said = _counted(clock, clock.state, _("in {}"), _("{} late"))
    return format_html('<span class="due tone-{}">{}</span>', clock.tone.value, said)


def _counted(clock: Due, said: str, left: str, late: str) -> SafeString:
    """The script counts a span down by these attributes; without it the words stand."""
    counts = (
        format_html(' data-left="{}" data-late="{}" data-soon="{}"', left, late, clock.soon_iso)
        if clock.counts
        else ""
    )
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>', clock.iso, clock.exact, counts, said
    )  # fmt: skip


@register.simple_tag
def figure(count: Figure, what: str, more: str = "") -> SafeString:
    """A count that leads to its rows; a page of numbers has a hundred and fifty."""
    low = bool(count.may_be_low)
    told = ", ".join(str(one) for one in (what, more, _("may be low") if low else "") if one)
    return format_html(
        '<a href="{}"{}>{}<span class="sr">, {}</span></a>',
        count.url, LOW if low else "", count.words, told,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def key(context: Context, usual: str) -> SafeString | str:
    """The member's own key for what is usually done by this one."""
    keymap = context.get("keymap") or Keymap()
    pressed = keymap.key(usual) if usual else ""
    return format_html(" <kbd>{}</kbd>", pressed) if pressed else ""


@register.simple_tag(takes_context=True)
def task_rows(context: Context, rows: Sequence[QueueRow]) -> SafeString:
    """Tasks of a list (`templates/jinja/row.html`); the one shown beside it is `open_id`."""
    drawn = {
        "rows": rows, "open_id": context.get("open_id", ""), "undo_key": key(context, "z"),
    }  # fmt: skip
    template = engines["rows"].get_template("rows.html")
    return mark_safe(template.render(drawn, context.get("request")))  # noqa: S308 - escaped there


@register.simple_tag(takes_context=True)
def task_row(context: Context, row: QueueRow) -> SafeString:
    """One task of a list, to take the place of the one that stands there."""
    return task_rows(context, (row,))


@register.simple_tag
def demo() -> bool:
    """True where this is a demonstration with made-up people."""
    return bool(getattr(settings, "DEMO", False))
