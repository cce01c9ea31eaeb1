"""What is wrong with a model or with a scenario, said in one sentence.

`ModelError` is for whoever edits the YAML: file, line, rule and a French sentence.
`ScenarioError` is for whoever moves a slider or types `--set`: one sentence, French and English.
"""

from collections.abc import Mapping
from pathlib import Path

from components.look.i18n import t


def _said(key: str, lang: str, values: Mapping[str, object]) -> str:
    """A text of the area `model` unless the key names its own; a value may be a `{fr, en}` text itself."""
    told = {name: value[lang] if isinstance(value, Mapping) else value for name, value in values.items()}
    return t(key if "." in key else f"model.{key}", lang, **told)


class ModelError(Exception):
    """The model cannot be loaded.

    `file`: path of the YAML file; `line`: 1-based line, 0 when the whole file is meant; `rule`: id of the
    rule or lever, empty when none; `sentence`: what is wrong, in French.
    """

    def __init__(self, key: str, file: Path | str, line: int, rule: str = "", **values: object) -> None:
        self.file = str(file)
        self.line = line
        self.rule = rule
        self.sentence = _said(key, "fr", values)
        self.sentence_en = _said(key, "en", values)
        about = f" ({rule})" if rule else ""
        super().__init__(
            f"{Path(self.file).name}, {t('model.line', 'fr')} {line}{about}\u202f: {self.sentence}"
        )


class ScenarioError(ValueError):
    """A setting that cannot be: unknown lever, out of bounds, shares that do not add up to 100."""

    def __init__(self, key: str, **values: object) -> None:
        self.fr = _said(key, "fr", values)
        self.en = _said(key, "en", values)
        super().__init__(self.fr)

    def sentence(self, lang: str = "fr") -> str:
        """The sentence in a language."""
        return self.en if lang == "en" else self.fr
