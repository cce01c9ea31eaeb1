"""What the room sees: the projected page, and the drawing that the console mirrors."""
