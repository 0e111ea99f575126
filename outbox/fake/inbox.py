"""The page of what each phone received, with a box to write back. No script."""

import html
from collections.abc import Iterable, Iterator

from outbox.fake.provider import Callbacks, Kind, Mode, Provider, Sent
from outbox.fake.telling import SAY, spoken

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1a2129, #e6eaef); --muted: light-dark(#525c69,
#a3aebb); --bg: light-dark(#f6f7f9, #12161c); --card: light-dark(#fff, #1a2027); --line:
light-dark(#d5dae1, #323c48); --brand: light-dark(#0b5cad, #7db8f5); --on: light-dark(#fff,
#0f1d2c); --theirs: light-dark(#eef1f5, #27303a); --control: light-dark(#6b7684, #7d8997); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
a { color: var(--brand); }
h1 { font-size: 1.25rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .75rem; }
p { margin: 0; } .muted { color: var(--muted); font-size: .875rem; }
.phones { display: grid; gap: 1rem; align-items: start; grid-template-columns:
repeat(auto-fill, minmax(20rem, 1fr)); }
@media (max-width: 24rem) { .phones { grid-template-columns: 1fr; } }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding:
1rem; display: flex; flex-direction: column; gap: .5rem; }
ol { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: .5rem; }
li { max-width: 90%; border-radius: 10px; padding: .5rem .75rem; background: var(--theirs);
overflow-wrap: anywhere; }
li.out { align-self: flex-end; background: var(--brand); color: var(--on); }
li.out .muted { color: inherit; }
form { display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; }
label { display: grid; gap: .25rem; font-size: .875rem; flex: 1; }
input, select, button { font: inherit; min-height: 2.5rem; padding: .25rem .75rem; border-radius:
8px; border: 1px solid var(--control); background: var(--card); color: var(--ink); min-width: 0; }
button { background: var(--brand); color: var(--on); border-color: transparent; cursor: pointer; }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
"""


def page(provider: Provider) -> str:
    """The whole inbox, the phone that rang last first."""
    last = {phone: provider.received(phone)[-1].at for phone in provider.phones()}
    phones = sorted(last, key=lambda phone: last[phone], reverse=True)
    cards = "".join(_phone(provider, phone) for phone in phones)
    empty = '<p class="muted">No phone has received anything yet.</p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Phones of the demo</title><style>{STYLE}</style></head><body>"
        '<header><h1>Phones of the demo</h1><p class="muted">Nothing here leaves this machine. '
        '<a href="/">Look again</a></p></header>'
        f"<main>{_switches(provider)}"
        f'<div class="phones">{cards or empty}</div>{_others(provider, phones)}'
        "</main></body></html>"
    )


def _others(provider: Provider, shown: Iterable[str]) -> str:
    """Whoever received nothing yet can write all the same."""
    silent = sorted((name, phone) for phone, name in provider.names.items() if phone not in shown)
    if not silent:
        return ""
    options = "".join(
        f'<option value="{html.escape(phone, quote=True)}">{html.escape(name)}</option>'
        for name, phone in silent
    )
    return (
        '<section aria-label="A phone that is silent yet"><h2>Write from another phone</h2>'
        '<form method="post" action="/reply"><label>Whose<select name="phone">'
        f"{options}</select></label><label>Text"
        '<input name="body" required maxlength="320" autocomplete="off"></label>'
        "<button>Send</button></form></section>"
    )


def _phone(provider: Provider, phone: str) -> str:
    with provider.lock:
        lines = [one for one in provider.sent if phone in (one.to, one.sender)]
    name = html.escape(phone, quote=True)
    rows = "".join(part for one in lines[-30:] for part in _lines(one))
    whose = html.escape(provider.names.get(phone, ""), quote=True)
    head = f'{whose} <span class="muted">{name}</span>' if whose else name
    return (
        f'<section aria-label="Phone {whose or name}"><h2>{head}</h2><ol>{rows}</ol>'
        '<form method="post" action="/reply"><input type="hidden" name="phone" '
        f'value="{name}"><label>Write back<input name="body" required maxlength="320" '
        'autocomplete="off"></label><button>Send</button></form></section>'
    )


def _lines(one: Sent) -> Iterator[str]:
    when = f'<span class="muted">{one.at:%H:%M:%S} UTC'
    if one.is_inbound:
        yield f'<li class="out">{html.escape(one.body)}<br>{when}</span></li>'
        if one.answer:
            yield f"<li>{html.escape(one.answer)}</li>"
        return
    if one.kind is Kind.MESSAGE:
        yield f"<li>{html.escape(one.body)}<br>{when}, {html.escape(one.status)}</span></li>"
        return
    yield f"<li>Call: {html.escape(spoken(SAY, one.body))}<br>{when}, {html.escape(one.status)}"
    yield "</span>" + _keys(one, RINGING if one.status == "ringing" else "") + "</li>"
    if one.answer:
        yield f"<li>{html.escape(one.answer)}{_keys(one, ASKED if one.asks else '')}</li>"


RINGING = '<input type="hidden" name="digits" value="1"><button>Answer and press 1</button>'
ASKED = (
    '<label>Keys<input name="digits" required inputmode="numeric" maxlength="4" '
    'autocomplete="off"></label><button>Press</button>'
)


def _keys(one: Sent, fields: str) -> str:
    """What can be pressed during a call, if anything."""
    sid = f'<input type="hidden" name="sid" value="{html.escape(one.sid)}">'
    return f'<form method="post" action="/press">{sid}{fields}</form>' if fields else ""


def _switches(provider: Provider) -> str:
    return (
        '<form method="post" action="/mode">'
        f"<label>Requests{_select('mode', Mode, provider.mode)}</label>"
        f"<label>Call-backs{_select('callbacks', Callbacks, provider.callbacks)}</label>"
        "<button>Set</button></form><br>"
    )


def _select(name: str, values: type[Mode] | type[Callbacks], held: str) -> str:
    options = "".join(
        f"<option{' selected' if one == held else ''}>{html.escape(one)}</option>" for one in values
    )
    return f'<select name="{name}">{options}</select>'
