"""Names of people and of queues for a simulated centre, all of them made up.

Every number has a name of its own, so thousands of agents and queues stay apart. Some names have
letters beyond ASCII, as in any real centre; usernames never do.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def _words(text: str, *, separator: str | None = None) -> Sequence[str]:
    return tuple(text.split(separator))


FIRST_NAMES: Sequence[str] = _words(
    "Ann Ben Cleo Dan Eva Finn Gita Hugo Inés Jonas Kemal Lara Mika Nadia Oskar Priya Quentin Rosa "
    "Stefan Tove Ute Viktor Wanda Xenia Yusuf Zoë Amir Bianca Cem Dagny Elif Farid Greta Hanna "
    "Igor Jana Karim Léa Marta Nils Olga Pavel Ruth Sami Tilda Ursula Vera Wim Yara Zeno Anton "
    "Birgit Chloé Dario Edda Fabio Gwen Hilde Ivan Judit Kofi Linnéa Mateo Noor Ole Petra Ravi "
    "Sofia Tariq Umar Vilma Willem Yuki Zora Gülşen Björn Carla Diego Emil Fatma Gregor Holger "
    "Ingrid Jürgen Katya Luis Malin Nora Otto Paula Rune Sunniva Tomasz Ulla Vito Wera Yngve "
    "Zeynep Ada Bruno Citra"
)
LAST_NAMES: Sequence[str] = _words(
    "Example Berg Carver Dimitriou Eriksen Farkas Gallagher Heyer Ibáñez Jørgensen Kowalski "
    "Lindqvist Moreau Novak Okafor Petrov Quast Rossi Sørensen Tanaka Ullmann Varga Weber Ximenes "
    "Şahin Zeller Abbott Bakker Castillo Dvořák Engel Fontaine Grün Haddad Ivanova Jansen Keller "
    "Laurent Mäkinen Nowak Olsen Pereira Richter Santos Thorne Underhill Vogel Winter Yamada "
    "Zimmer Arslan Brandt Cortés Dahl Ebner Fischer Gómez Holm Iversen Jovanović Krüger Lopes "
    "Meyer Nilsson Osborne Papadakis Reyes Schäfer Toth Urban Visser Wójcik Young Zanetti Amari "
    "Blum Conti Delgado Eklund Ferrari Graf Hoffmann Ito Juarez Klein Larsen Mbeki Navarro Ortega "
    "Poulsen Ryan Silva Torres Unger Vidal Wolff Zhou"
)
SUBJECTS: Sequence[str] = _words(
    "Billing|Orders|Returns|Deliveries|Claims|Repairs|Contracts|Sales|Support|Complaints|Payments|"
    "Bookings|Warranty|Accounts|Upgrades|Renewals|Cancellations|Invoices|Spare parts|Subscriptions|"
    "Gift cards|Loyalty|Installation|Moving house|Lost cards|Refunds|Appointments|Trade customers|"
    "Press|Careers",
    separator="|",
)
REGIONS: Sequence[str] = _words(
    "|North|South|East|West|Benelux|Nordics|Iberia|Österreich|Schweiz|France|Italia|Polska|España|"
    "Ireland|Türkiye",
    separator="|",
)
OF_CHANNEL: Mapping[str, str] = {"VOICE": "", "CHAT": " chat", "TASKS": " tasks"}
_IN_ASCII = str.maketrans({"ø": "o", "ß": "ss", "ł": "l", "æ": "ae", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str

    @property
    def username(self) -> str:
        """`zoe.jorgensen`: as unique as the name."""
        return f"{_in_ascii(self.first_name)}.{_in_ascii(self.last_name)}"


def person(number: int) -> Person:
    """The number-th person, from 0: neighbours share neither of their names.

    Beyond all pairs of a first and a last name, last names are double: `Ann Berg-Carver`.
    """
    firsts, lasts = len(FIRST_NAMES), len(LAST_NAMES)
    generation, number = divmod(number, firsts * lasts)
    row, column = divmod(number, firsts)
    last = (row + column) % lasts
    name = LAST_NAMES[last]
    if generation:
        name = f"{name}-{LAST_NAMES[(last + generation) % lasts]}"
    return Person(FIRST_NAMES[column], name)


def queue_name(channel: str, number: int) -> str:
    """The number-th queue of a channel, from 0: `Billing`, `Orders chat`, `Claims Nordics`."""
    rest, subject = divmod(number, len(SUBJECTS))
    generation, region = divmod(rest, len(REGIONS))
    name = f"{SUBJECTS[subject]} {REGIONS[region]}".strip()
    further = f" {generation + 1}" if generation else ""
    return f"{name}{OF_CHANNEL[channel]}{further}"


def _in_ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().translate(_IN_ASCII))
    return plain.encode("ascii", "ignore").decode()
