"""`/console`: the facilitators' control desk."""

from components.command.address import shown_join_base
from components.console.view import console_page

console_page(shown_join_base).servable()
