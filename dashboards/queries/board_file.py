"""The numbers of the backlog page as lines of a file, with the filter in words on top."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dashboards.rows.board import Bar, Board

Line = tuple[str, ...]


def lines(page: Board, *, practice: str) -> Iterator[Line]:
    """Counts only."""
    yield _("Backlog"), practice
    yield _("Counts at"), page.exactly
    yield _("Filter"), page.filter
    yield _("Feeds"), page.feed, page.low
    yield ()
    yield _("Part"), _("What"), _("Tasks"), _("Past close-by time"), _("May be low")
    for one in page.headlines:
        yield _("Headline"), one.label, str(one.figure.count), "", _low(one.figure.may_be_low)
    for part, bars in ((_("Category"), page.categories), (_("Owner"), page.owners),
                       (_("Who may close"), page.closers)):  # fmt: skip
        for bar in bars:
            yield _bar(part, bar)
    for row in page.heat:
        for cell in row.cells:
            yield _("Stage and age"), f"{row.label}, {cell.label}", str(cell.figure.count), "", ""
    for day in page.flow.days if page.flow else ():
        yield _("Came"), day.label, str(day.came.count), "", _low(day.came.may_be_low)
        yield _("Closed"), day.label, str(day.closed.count), "", ""


def _bar(part: str, bar: Bar) -> Line:
    return part, bar.label, str(bar.figure.count), str(bar.late.count), _low(bar.figure.may_be_low)


def _low(may_be: bool) -> str:  # noqa: FBT001 - a mark of a column
    return _("yes") if may_be else ""
