import panel as pn

from components.look.page import page

page("Accueil", pn.pane.Markdown("…")).servable()
