"""How each person wants the screen: kept in a cookie of theirs, good before sign-in too."""

from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = "display"
THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "standard", "roomy")


@dataclass(frozen=True, slots=True)
class Surface:
    theme: str = "auto"
    density: str = "standard"
    keys: bool = True

    def cookie(self) -> str:
        """`auto.standard.on`: nothing about anybody."""
        return f"{self.theme}.{self.density}.{'on' if self.keys else 'off'}"

    @classmethod
    def read(cls, text: str) -> "Surface":
        """The defaults for whatever was not written by us."""
        theme, _, rest = text.partition(".")
        density, _, keys = rest.partition(".")
        return cls(
            theme=theme if theme in THEMES else "auto",
            density=density if density in DENSITIES else "standard",
            keys=keys != "off",
        )


def surface(request: HttpRequest) -> dict[str, Surface]:
    """For every template."""
    return {"surface": Surface.read(request.COOKIES.get(COOKIE, ""))}
