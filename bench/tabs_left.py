"""The page by which `bench.tabs` counts, in the pages' own process, what closed tabs left behind."""

import gc
import json
import os
from pathlib import Path

import panel as pn
import param
from bokeh.document import Document

from components.meeting.process import hub

gc.collect()
everything = gc.get_objects()
found = {
    "documents": sum(isinstance(one, Document) for one in everything),
    "listeners": hub().listening,
    "watchers": sum(isinstance(one, param.parameterized.Watcher) for one in everything),
}
del everything
Path(os.environ["BENCH_LEFT"]).write_text(json.dumps(found))
pn.pane.Str("").servable()
