"""A meeting whose run sheet has a step « tables », and the words of its rapporteurs."""

import pytest

from components.meeting.desk import Desk
from tests.meeting.conftest import clock, desk, phones  # noqa: F401

SHEET = """
meeting:
  title: {fr: "Tables", en: "Tables"}
  territory: grenoble-alpes-metropole
  language: fr
  promise: {level: consultation, decides: Le conseil, when: mars 2027, negotiable: L’ordre, not_negotiable: La loi}
steps:
  - {id: accueil, kind: welcome, minutes: 0}
  - {id: echanges, kind: tables, minutes: 20, title: {fr: "Aux tables", en: "At tables"}}
  - {id: pleniere, kind: floor, minutes: 20}
  - {id: un, kind: vote, minutes: 5, question: un}
  - {id: fin, kind: close, minutes: 0}
questions:
  un:
    method: single
    title: {fr: "Que faire ?", en: "What to do?"}
    options: [{id: a, fr: "Alpha"}, {id: b, fr: "Beta"}, {id: s, fr: "Sans avis", role: no_opinion}]
"""


@pytest.fixture
def code(desk: Desk) -> str:  # noqa: F811
    made = desk.new(SHEET)
    desk.act(made, "show", step="echanges")
    return made
