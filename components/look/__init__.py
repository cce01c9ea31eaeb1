"""How everything looks and speaks: colours, words, numbers, the page around a component."""
