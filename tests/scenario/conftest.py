"""One engine for all tests of the model: loading checks it all, so it is done once."""

import pytest

from components.scenario.engine import Engine, Result
from components.scenario.rules import load_model
from components.territory.pack import Territory, load_territory

SLUG = "grenoble-alpes-metropole"


@pytest.fixture(scope="session")
def territory() -> Territory:
    """The demonstration territory."""
    return load_territory(SLUG)


@pytest.fixture(scope="session")
def engine(territory: Territory) -> Engine:
    """An engine on the shipped model."""
    return Engine(load_model(territory), territory)


@pytest.fixture(scope="session")
def trend(engine: Engine) -> Result:
    """The trend: no lever moved."""
    return engine.run()
