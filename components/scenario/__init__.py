"""Scenarios: a declared model of the territory, its engine and its views."""
