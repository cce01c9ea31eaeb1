"""A comment before anyone believes it, and after: hostile, huge, elsewhere, in a spreadsheet."""

import csv
import io

import pytest

from components.meeting.store import Comment
from components.places.comments import comment_for_js, comments_csv, read_comment, read_decision
from components.places.faults import LayerError
from components.places.geojson import read_geojson
from components.places.layers import Layer, about_of
from tests.places.conftest import GRENOBLE, SLUG, collection, comment, point

ABOUT = about_of("projets", {"label": "Projets", "kind": "project", "producer": "X", "licence": "Y"})
LAYERS = [Layer(ABOUT, read_geojson(collection(("Halle", point(*GRENOBLE)))).features)]


def test_a_commune_alone_is_enough(territory):
    found = read_comment(comment(), territory, [], 12.0)
    assert found == Comment(
        "a" * 24, SLUG, "38185", None, None, "", "", "idea", "Une halte pour les vélos ici.", 12.0
    )


def test_a_point_wins_over_the_commune_and_is_no_more_exact_than_a_finger(territory):
    found = read_comment(comment(commune="38151", point=[5.724567891, 45.188512345]), territory, [], 0.0)
    assert (found.commune, found.longitude, found.latitude) == ("38185", 5.7246, 45.1885)


def test_it_may_speak_of_a_project_that_is_there(territory):
    found = read_comment(comment(layer="projets", feature="Halle"), territory, LAYERS, 0.0)
    assert (found.layer, found.feature) == ("projets", "Halle")
    assert comment_for_js(found, territory, LAYERS, "fr")["about"] == "Projets, Halle"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"id": "x"}, "comment_malformed"),
        ({"id": None}, "comment_malformed"),
        ({"words": ""}, "comment_empty"),
        ({"words": " \u202e\n"}, "comment_empty"),
        ({"words": 3}, "comment_malformed"),
        ({"words": "é" * 1001}, "comment_long"),
        ({"kind": "threat"}, "comment_kind"),
        ({"kind": ["idea"]}, "comment_kind"),
        ({"commune": "99999"}, "comment_nowhere"),
        ({"commune": {"a": 1}}, "comment_nowhere"),
        ({"commune": ""}, "comment_nowhere"),
        ({"point": [2.35, 48.85]}, "comment_outside"),
        ({"point": [5.7]}, "comment_malformed"),
        ({"point": [True, 45.0]}, "comment_malformed"),
        ({"point": [float("nan"), 45.0]}, "comment_malformed"),
        ({"point": "5.7,45.1"}, "comment_malformed"),
        ({"layer": "absent"}, "comment_about"),
        ({"layer": "projets", "feature": "Autre"}, "comment_about"),
        ({"layer": {"a": 1}}, "comment_about"),
    ],
)
def test_each_refusal_is_one_sentence(territory, change, key):
    with pytest.raises(LayerError) as caught:
        read_comment(comment(**change), territory, LAYERS, 0.0)
    assert [one.key for one in caught.value.faults] == [key]
    assert caught.value.sentence("fr").endswith(".")


def test_a_decision_is_one_of_three(territory):
    assert read_decision({"id": "x", "state": "accepted", "answer": " Merci \u202e"}) == (
        "x",
        "accepted",
        "Merci",
    )
    for bad in ({}, {"id": "x", "state": "published"}, {"id": 3, "state": "accepted"}):
        with pytest.raises(LayerError):
            read_decision(bad)


def test_the_spreadsheet_runs_nothing_and_reads_in_french(territory):
    found = read_comment(comment(words='=HYPERLINK("http://x")', point=list(GRENOBLE)), territory, [], 0.0)
    content = comments_csv([found], territory, [])
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert row["commentaire"] == '\'=HYPERLINK("http://x")'
    assert (row["état"], row["commune"], row["latitude"]) == ("à relire", "Grenoble", "45,1885")
