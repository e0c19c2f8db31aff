"""Reads the name that a message of SQLite is about, so that it can be pointed at."""

from __future__ import annotations

import re

from cfguard.pattern import lazy

_NAMING = lazy(
    r"""(?:no\ such\ (?:table|column|index|view|trigger|function|module|savepoint):\ (?P<missing>.+)
      | duplicate\ column\ name:\ (?P<duplicate>.+)
      | (?:table|index|view|trigger|there\ is\ already\ an\ index\ named|there\ is\ already\ a\ table\ named)
        \ (?P<existing>\S+)(?:\ already\ exists.*|\ may\ not\ be\ .*
          |\ has\ no\ column\ named\ (?P<column>.+)|\ has\ .*|)
      | not\ authorized\ to\ use\ function:\ (?P<function>.+)
      | wrong\ number\ of\ arguments\ to\ function\ (?P<called>[^(]+)\(\)
      | unknown\ column\ "(?P<key>.+)"\ in\ foreign\ key\ definition
      | ambiguous\ column\ name:\ (?P<ambiguous>.+)
      | unknown\ database\ (?P<database>.+)
      | unrecognized\ option:\ "(?P<option>.+)"
      | object\ name\ reserved\ for\ internal\ use:\ (?P<reserved>.+)
      | cannot\ drop\ column\ "(?P<dropped>.+?)".*
      )\Z""",
    re.VERBOSE | re.DOTALL,
)


def named_in(message: str) -> str:
    """The name in a message, in lower case and without its schema; empty where there is none."""
    match = _NAMING.match(message)
    if match is None:
        return ""
    name = match["column"] or next((text for text in match.groups() if text), "")
    return name.strip('"`[]').rpartition(".")[2].strip('"`[]').lower()
