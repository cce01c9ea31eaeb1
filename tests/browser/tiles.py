"""Web Mercator images, by the formula of the OpenStreetMap wiki (« Slippy map tilenames »)."""

import math


def corner(column: int, row: int, zoom: int) -> tuple[float, float]:
    """Longitude and latitude of the upper left corner of an image."""
    count = 2.0**zoom
    longitude = column / count * 360.0 - 180.0
    latitude = math.atan(math.sinh(math.pi * (1 - 2 * row / count)))
    return longitude, math.degrees(latitude)
