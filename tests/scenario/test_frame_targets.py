import pytest

from components.scenario.targets import TargetsError, load_targets, targets_of

GOOD = """
- id: a
  label: {fr: A, en: A}
  scope: local
  variable: Final Energy
  year: 2030
  change: -50
  reference_value: 100
  value: 50
  status: sourced
  words: {fr: mots, en: words}
  source: {producer: P, title: T}
"""


def load(tmp_path, text):
    path = tmp_path / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return load_targets(path)


def test_the_files_own_targets_are_sourced_in_both_languages():
    for target in load_targets():
        assert set(target.label) == set(target.words) == {"fr", "en"}
        assert target.source["producer"]


def test_a_territorys_own_targets_stay_its_own():
    assert {t.scope for t in targets_of("elsewhere", "Emissions|CO2e")} == {"national"}
    assert {t.scope for t in targets_of("grenoble-alpes-metropole", "Emissions|CO2e")} == {
        "local",
        "national",
    }


def test_a_good_target_loads(tmp_path):
    assert load(tmp_path, GOOD)[0].value == 50


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("source: {producer: P, title: T}", ""), "source"),
        (("scope: local", "scope: mondial"), "scope"),
        (("value: 50\n", "value: 60\n"), "60"),
        (("{producer: P, title: T}", "{producer: P}"), "titre"),
    ],
)
def test_a_target_that_cannot_be_trusted_is_refused(tmp_path, change, said):
    with pytest.raises(TargetsError, match=said):
        load(tmp_path, GOOD.replace(*change))
