"""The console's script is many files put one after the other: two of them must not use a name for two things."""

import re
from collections import Counter

from components.console.view import JS, Console
from components.look.i18n import texts


def test_no_two_files_declare_the_same_name() -> None:
    script = str(Console._esm)
    names = re.findall(r"(?m)^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", script)
    assert len(names) > 100
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_word_the_script_asks_for_exists() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in JS.glob("*.js"))
    said = set(re.findall(r"\bwords\.(\w+)", script))
    assert len(said) > 100
    assert said - set(texts("console", "fr")) == set()
