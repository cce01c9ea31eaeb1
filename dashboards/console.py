"""`/console`: the facilitators' control desk."""

from components.command.address import join_base
from components.console.view import console_page

console_page(join_base).servable()
