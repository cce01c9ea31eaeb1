"""Scenarios alone, at home: `/explore?territory=SLUG&s=CODE&commune=INSEE&lang=en`."""

from components.scenario.view import explore_page

explore_page().servable()
