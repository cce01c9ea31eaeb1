"""`/screen`: what the room sees."""

from components.command.address import join_base
from components.screen.view import screen_page

screen_page(join_base).servable()
