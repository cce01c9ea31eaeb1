"""The urn that `bench.hall` compares with: the same one, but each ballot is a transaction of its own."""

from components.phone import handlers, writer

writer.MOST_TOGETHER = 1
ROUTES = handlers.ROUTES
