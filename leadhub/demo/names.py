"""Names of people and companies that nobody has: put together from parts, each company once."""

from itertools import count
from random import Random

FIRST = """
    Ada Adrien Aisha Akira Alba Amara Anders Anika Anton Aria Bao Beatriz Bela Bram Camille Carmen
    Chidi Clara Dagny Dalia Daniel Darius Dmitri Eamon Edith Eira Elif Emeka Enzo Esther Farah
    Fergus Fiona Freya Gael Gita Greta Hana Hassan Helga Henrik Ida Ines Ingrid Isak Ivo Jana Jonas
    Jun Kaia Kemal Kofi Lara Leif Lena Linus Lotte Luca Maeve Malik Mara Mateo Mei Milan Mira Nadia
    Nils Noor Odile Oskar Paloma Pavel Petra Priya Quentin Rafael Ravi Rhea Rosa Ruben Saskia Selma
    Sofia Soren Sunil Tamar Tess Thea Tomas Uma Vera Viktor Wanda Xenia Yara Yusuf Zara Zeno
""".split()  # noqa: SIM905 - easier to read and to add to
LAST = """
    Abara Achterberg Adeyemi Almquist Amsel Andrade Arvidson Aster Bakker Balogh Barnabe Beck
    Bergamot Birk Bjorklund Bloem Borelli Brandt Calloway Castellan Chaudry Cordova Dahlgren Dalgado
    Danso Devereux Drozd Dunmore Ebner Eklund Elmaleh Falk Farkas Ferreira Fjord Folkert Gallo
    Garrick Gruber Haddad Halvorsen Hartog Heller Hoshino Hruska Ibarra Iversen Jansky Jarvi Joubert
    Kadlec Kallio Kaplan Kessler Kimura Kovar Lachance Laukkanen Lindqvist Lorca Maalouf Madsen
    Marchetti Mbeki Mercado Mistry Mori Nakata Navarro Nemeth Novak Nyberg Obi Okafor Olander Orsini
    Osei Palmgren Petrov Pillai Pinto Quist Rahimi Renard Rossi Sandoval Santoro Sato Schreiber
    Serrano Sinha Skov Soares Strand Takeda Tanaka Thorne Ueda Ulrich Vance Varga Verhoeven Viklund
    Wachter Weiss Wexler Yamada Zanetti Zeller
""".split()  # noqa: SIM905
FRONT = """
    Alder Amber Arc Ash Bell Birch Blue Bram Bright Calder Cedar Clear Cobalt Copper Coral Crest
    Dover Drift East Elder Ember Ever Fair Fern Field Flint Fox Gale Glen Gold Granite Green Harbor
    Haven Hazel Heath High Iron Juniper Keel Lark Laurel Lime Linden Marl Maple Meadow Merri North
    Oak Orchard Pine Quarry Raven Red River Rowan Sable Silver Stone Summit Thorn Tide Vale West
""".split()  # noqa: SIM905
BACK = """
    bank bay beam born bridge brook burn cliff combe crest dale den edge fall field ford forge gate
    glade grove ham haven hill holm lake land leigh line mark mere mill moor point port ridge rock
    shore stead stone ton vale view ward water way well wick wood yard
""".split()  # noqa: SIM905


class Names:
    """Hands out companies' names and people's addresses, never one twice."""

    def __init__(self, seed: int):
        self.random = Random(f"{seed}/names")
        self.stems: dict[str, list[str]] = {}
        self.taken: set[str] = set()

    def company(self, trade: str) -> tuple[str, str]:
        """A name such as "Aldermoor Logistics", and its domain."""
        if trade not in self.stems:
            self.stems[trade] = [f"{front}{back}" for front in FRONT for back in BACK]
            self.random.shuffle(self.stems[trade])
        name = f"{self.stems[trade].pop()} {trade}".strip()
        return name, f"{name.lower().replace(' ', '-')}.example"

    def person(self, domain: str) -> tuple[str, str, str]:
        """First name, last name and address."""
        first, last = self.random.choice(FIRST), self.random.choice(LAST)
        plain = f"{first}.{last}".lower()
        for number in count(1):
            email = f"{plain}{number if number > 1 else ''}@{domain}"
            if email not in self.taken:
                self.taken.add(email)
                return first, last, email
        raise AssertionError("count() never ends.")
