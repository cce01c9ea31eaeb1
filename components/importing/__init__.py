"""Official files brought into a territory's pack: read as they are, previewed, laid over it, and taken back."""
