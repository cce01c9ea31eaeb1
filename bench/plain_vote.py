"""What `bench.hall` and `bench.first_visit` compare with: the same question as a plain Panel page."""

import panel as pn

choice = pn.widgets.RadioButtonGroup(
    name="Que faire ?", options=["Besoins", "Local", "Deux", "Autre", "Sans avis"]
)
send = pn.widgets.Button(name="Envoyer", button_type="primary")
said = pn.pane.Markdown("")
send.on_click(lambda _: setattr(said, "object", f"Reçu : {choice.value}"))
pn.Column("# Que faire ?", choice, send, said).servable()
