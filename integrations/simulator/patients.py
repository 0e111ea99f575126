"""The invented people of a practice: the same 300 on every day. Nobody has these names. Pure."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from integrations.simulator.catalogue import PROBLEMS, WATCHED_MEDICATIONS, WATCHED_PROBLEMS, Term

POOL = 300
AREAS = {
    "elm-street": ("212", "315", "516"), "oak-street": ("217", "309", "618"),
    "pine-hill": ("303", "719", "970"),
}  # fmt: skip
AREA = ("404", "470", "678")
"""Three area codes for each: in each of them a hundred numbers are kept for fiction."""

FEMALE = (
    "Ada", "Aurelia", "Bettina", "Blythe", "Calla", "Clementine", "Dahlia", "Delphine",
    "Edwina", "Elspeth", "Fern", "Flora", "Ginevra", "Greta", "Hyacinth", "Ione", "Juniper",
    "Lavinia", "Lottie", "Marigold", "Minerva", "Odette", "Ottilie", "Posy", "Rosalind",
    "Sybil", "Tabitha", "Wilhelmina",
)  # fmt: skip
MALE = (
    "Alaric", "Ambrose", "Barnaby", "Basil", "Caspian", "Cedric", "Clement", "Digby", "Edmund",
    "Elwood", "Ferdinand", "Fitz", "Gideon", "Godfrey", "Horatio", "Humphrey", "Ichabod",
    "Jasper", "Leopold", "Linus", "Mortimer", "Ogden", "Percival", "Quentin", "Rufus", "Silas",
    "Thaddeus", "Wilbur",
)  # fmt: skip
FAMILY = (
    "Applewhisk", "Barleymow", "Bramblewick", "Butterquill", "Candlefern", "Cloudberry",
    "Copperkettle", "Cracklethorn", "Dandelby", "Driftwinkle", "Duskmallow", "Elderplum",
    "Featherby", "Fiddlewood", "Foxglimmer", "Gingerbrook", "Gooseberrie", "Hazelnook",
    "Honeyfrost", "Inkpotter", "Jellicot", "Kettlewhistle", "Larkmeadow", "Lemonthistle",
    "Marblecroft", "Mistlebury", "Moonbutton", "Nettlefold", "Oatmeadow", "Parsleydown",
    "Pebblecombe", "Picklethwaite", "Plumwhistle", "Puddleham", "Quillfeather", "Rainbarrel",
    "Rumblethatch", "Saffronby", "Snapdragoon", "Sparrowhatch", "Sugarmaple", "Tanglewort",
    "Teacosy", "Thimblerig", "Toadflaxen", "Turnipseed", "Twiggins", "Velvetmoss",
    "Wafflestone", "Wagtailby", "Whimberry", "Willowbean", "Wobblestone", "Yarrowdale",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """One invented person."""

    mrn: str
    family: str
    given: str
    sex: str
    birth_date: date
    phone: str
    problems: tuple[Term, ...] = ()
    medications: tuple[Term, ...] = ()


@cache
def pool(practice: str) -> tuple[Patient, ...]:
    """The patients of the practice with this slug."""
    rng = random.Random(f"patients of {practice}")  # noqa: S311 - a play, not a secret
    names = [(given, family) for given in (*FEMALE, *MALE) for family in FAMILY]
    chosen = rng.sample(names, POOL)
    return tuple(
        _patient(rng, number_of(practice, index), phone_of(practice, index), *name)
        for index, name in enumerate(chosen)
    )


def number_of(practice: str, index: int) -> str:
    """The medical record number of the nth patient: `E100001`."""
    return f"{practice[:1].upper()}{100001 + index}"


def phone_of(practice: str, index: int) -> str:
    """Of the nth patient: an area code of their practice's town, and a number that is nobody's."""
    return f"({AREAS.get(practice, AREA)[index // 100]}) 555-01{index % 100:02d}"


def _patient(rng: random.Random, mrn: str, phone: str, given: str, family: str) -> Patient:
    problems = rng.sample(PROBLEMS, rng.choice((0, 0, 1, 1, 2)))
    if rng.random() < 0.06:
        problems.append(rng.choice(WATCHED_PROBLEMS))
    taken = (rng.choice(WATCHED_MEDICATIONS),) if rng.random() < 0.06 else ()
    born = _birth_date(rng)
    rng.randrange(100)  # phones were drawn once; who comes after stays who they are
    return Patient(
        mrn=mrn,
        family=family,
        given=given,
        sex="F" if given in FEMALE else "M",
        birth_date=born,
        phone=phone,
        problems=tuple(problems),
        medications=taken,
    )


def _birth_date(rng: random.Random) -> date:
    """Family medicine: some children, most grown up, one in five past 65."""
    first, last = rng.choices(((1936, 1959), (1960, 2004), (2006, 2020)), (20, 65, 15))[0]
    return date(rng.randint(first, last), 1, 1) + timedelta(days=rng.randrange(365))
