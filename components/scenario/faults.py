"""What is wrong with a model or with a scenario, said in one sentence.

`ModelError` is for whoever edits the YAML: file, line, rule and a French sentence.
`ScenarioError` is for whoever moves a slider or types `--set`: one sentence, French and English.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
        self.key = key
        self.file = str(file)
        self.line = line
        self.rule = rule
        self.sentence = _said(key, "fr", values)
        self.sentence_en = _said(key, "en", values)
        super().__init__(self.told("fr"))

    def told(self, lang: str = "fr") -> str:
        """File, line, rule and sentence, in a language."""
        at = f", {t('model.line', lang)} {self.line}" if self.line else ""
        about = f" ({self.rule})" if self.rule else ""
        sentence = self.sentence if lang == "fr" else self.sentence_en
        colon = "\u202f:" if lang == "fr" else ":"
        return f"{Path(self.file).name}{at}{about}{colon} {sentence}"


class Findings:
    """Faults met while loading a model: the first one is raised, unless `every` one is wanted."""

    def __init__(self, every: bool = False) -> None:
        self.every = every
        self.faults: list[ModelError] = []

    def add(self, fault: ModelError) -> None:
        """Raises the fault, or notes it and goes on."""
        if not self.every:
            raise fault
        self.faults.append(fault)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Around what may raise ModelError."""
        try:
            yield
        except ModelError as fault:
            self.add(fault)

    def stop_here(self) -> None:
        """Raises the first fault noted: what follows needs what came before."""
        if self.faults:
            raise self.faults[0]


class ScenarioError(ValueError):
    """A setting that cannot be: unknown lever, out of bounds, shares that do not add up to 100."""

    def __init__(self, key: str, **values: object) -> None:
        self.fr = _said(key, "fr", values)
        self.en = _said(key, "en", values)
        super().__init__(self.fr)

    def sentence(self, lang: str = "fr") -> str:
        """The sentence in a language."""
        return self.en if lang == "en" else self.fr
