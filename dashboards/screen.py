"""`/screen`: what the room sees."""

from components.command.address import shown_join_base
from components.screen.view import screen_page

screen_page(shown_join_base).servable()
