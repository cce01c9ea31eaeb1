"""Shapley shares: they add up, hypotheses included, whatever the number of groups; a sampled one is near the exact."""

import numpy as np
import pytest

from components.scenario import attribution
from components.scenario.attribution import contributions, exact, groups_of
from components.scenario.engine import Engine
from tests.scenario.test_hypotheses import folder, futures  # noqa: F401

EMISSIONS = "Emissions|CO2e"


def moved_by_half(engine: Engine) -> dict[str, float]:
    return engine.settings({one.id: (one.min + one.max) / 2 for one in engine.levers if not one.simplex})


def test_every_lever_is_in_one_group(engine: Engine) -> None:
    levers = [lever for members in groups_of(engine).values() for lever in members]
    expected = [*(lever.id for lever in engine.model.levers), *(one.setting for one in engine.hypotheses)]
    assert sorted(levers) == sorted(expected)


@pytest.mark.parametrize("variable", [EMISSIONS, "Final Energy|Electricity", "Production|Electricity|Solar"])
@pytest.mark.parametrize("most", [10, 2, 0])
def test_parts_add_up_to_the_change_counted_or_sampled(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, variable: str, most: int
) -> None:
    monkeypatch.setattr(attribution, "EXACT", most)
    settings = engine.settings({"deep_renovation": 70, "setpoint": -1, "km_per_person": -20, "roof_pv": 90})
    parts = contributions(engine, settings, variable)
    change = engine.run(settings).total(variable) - engine.run().total(variable)
    np.testing.assert_allclose(sum(parts.values()), change, atol=1e-9)
    assert set(parts) == {"renovation", "setpoint", "travel", "solar"}


def test_a_sample_of_orders_is_near_the_count_of_all(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = engine.settings(
        {"deep_renovation": 70, "setpoint": -2, "services_cut": 40, "km_per_person": -20, "electric_cars": 90}
    )
    counted = contributions(engine, settings, EMISSIONS)
    monkeypatch.setattr(attribution, "EXACT", 0)
    sampled = contributions(engine, settings, EMISSIONS)
    again = contributions(engine, settings, EMISSIONS)
    largest = max(np.abs(part[-1]) for part in counted.values())
    for group, part in counted.items():
        assert sampled[group][-1] == pytest.approx(part[-1], abs=0.02 * largest)
        np.testing.assert_array_equal(sampled[group], again[group])


def test_all_levers_at_once_add_up(engine: Engine) -> None:
    settings = moved_by_half(engine)
    parts = contributions(engine, settings, EMISSIONS)
    change = engine.run(settings).total(EMISSIONS) - engine.run().total(EMISSIONS)
    np.testing.assert_allclose(sum(parts.values()), change, atol=1e-9)
    assert not parts["solar"].any()
    assert exact(engine, engine.settings({"setpoint": -1}), EMISSIONS)


def test_a_hypothesis_and_the_years_of_a_lever_have_their_part(futures: Engine) -> None:  # noqa: F811
    settings = futures.settings({"hypothesis.power": "clean", "setpoint": -1, "deep_renovation.end": 2040})
    parts = contributions(futures, settings, "Essai")
    change = futures.run(settings).total("Essai") - futures.run().total("Essai")
    assert set(parts) == {"hypothesis.power", "setpoint", "renovation"}
    np.testing.assert_allclose(sum(parts.values()), change, atol=1e-9)
    assert all(part.any() for part in parts.values())


def test_one_group_has_the_whole_change_and_a_symmetric_pair_its_half(engine: Engine) -> None:
    settings = engine.settings({"setpoint": -1})
    (part,) = contributions(engine, settings, EMISSIONS).values()
    np.testing.assert_allclose(part, engine.run(settings).total(EMISSIONS) - engine.run().total(EMISSIONS))
    halves = contributions(engine, settings, EMISSIONS, groups={"mine": ("setpoint",)})
    assert set(halves) == {"mine"}


def test_an_unknown_variable_is_a_key_error(engine: Engine) -> None:
    with pytest.raises(KeyError):
        contributions(engine, engine.settings({"setpoint": -1}), "Nothing")
