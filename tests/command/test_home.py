"""The home page's text on territories: those served, those that are not there, what they say of themselves."""

from components.command.home import Evening, Place, html, places
from components.look.brand import Brand
from components.territory.identity import Identity

HERE = [Place("vallee", "La Vallée <b>", 36), Place("plaine", "La Plaine", 1), Place("rompu", "rompu", None)]


def shown(lang: str = "fr", **about: object) -> str:
    return html(Evening(title=None, code=None, joining=None, **about), [], lang)  # type: ignore[arg-type]


def test_territories_are_doors_to_explore_in_the_language_of_the_page() -> None:
    page = shown("en", territories=HERE)
    assert 'href="/explore?territory=vallee&amp;lang=en">La Vallée &lt;b&gt;</a>' in page
    assert "36 municipalities" in page
    assert "1 municipality<" in page


def test_a_refused_pack_is_no_door_and_says_what_to_run() -> None:
    page = shown(territories=HERE)
    assert "territory=rompu" not in page
    assert "cordee territory show rompu" in page


def test_one_territory_alone_is_no_choice() -> None:
    assert "Territoires à explorer" not in shown(territories=HERE[:1])


def test_a_folder_that_is_not_there_is_said() -> None:
    assert "/nulle/part&lt;" in shown(territories=HERE[:1], misplaced=["/nulle/part<"])


def test_the_territory_welcomes_in_its_words() -> None:
    identity = Identity(Brand(), {"fr": {"welcome": "Bienvenue <ici>", "promise": "Réponse en juin"}})
    page = shown("en", identity=identity)
    assert "Bienvenue &lt;ici&gt;" in page
    assert "Réponse en juin" in page
    assert 'class="hello"' not in shown()


def test_the_default_territory_comes_first() -> None:
    assert places()[0] == Place("grenoble-alpes-metropole", "Grenoble-Alpes Métropole", 49)
