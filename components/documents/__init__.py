"""What is left in writing after a meeting."""
