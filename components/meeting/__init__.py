"""A meeting: its log of events, the room they add up to, its run sheet, and who wakes whom."""
