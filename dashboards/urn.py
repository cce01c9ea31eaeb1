"""The urn process serves phones by its plugin; Panel wants one app file all the same, and this is it.

It holds nothing. Without it Panel would serve an empty page at `/`, in front of the plugin's.
"""
