"""What is wrong with a model or with a scenario, said in one sentence.

`ModelError` is for whoever edits the YAML: file, line, rule and a French sentence.
`ScenarioError` is for whoever moves a slider or types `--set`: one sentence, French and English.
"""

from pathlib import Path

from components.look.i18n import t


def _key(key: str) -> str:
    """A key of the area `model` unless it names its own."""
    return key if "." in key else f"model.{key}"


class ModelError(Exception):
    """The model cannot be loaded.

    `file`: path of the YAML file; `line`: 1-based line, 0 when the whole file is meant; `rule`: id of the
    rule or lever, empty when none; `sentence`: what is wrong, in French.
    """

    def __init__(self, key: str, file: Path | str, line: int, rule: str = "", **values: object) -> None:
        self.file = str(file)
        self.line = line
        self.rule = rule
        self.sentence = t(_key(key), "fr", **values)
        self.sentence_en = t(_key(key), "en", **values)
        about = f" ({rule})" if rule else ""
        super().__init__(
            f"{Path(self.file).name}, {t('model.line', 'fr')} {line}{about}\u202f: {self.sentence}"
        )


class ScenarioError(ValueError):
    """A setting that cannot be: unknown lever, out of bounds, shares that do not add up to 100."""

    def __init__(self, key: str, **values: object) -> None:
        self.fr = t(_key(key), "fr", **values)
        self.en = t(_key(key), "en", **values)
        super().__init__(self.fr)

    def sentence(self, lang: str = "fr") -> str:
        """The sentence in a language."""
        return self.en if lang == "en" else self.fr
