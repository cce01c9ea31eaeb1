"""Why a phone is told no: a status code and a sentence, never a code alone."""

from typing import Any

from components.look.i18n import t


class Refusal(Exception):
    """A request that cannot be served. `key` names the sentence in the locale area `phone`."""

    def __init__(self, status: int, key: str, retry_after: int = 0, **values: Any) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.retry_after = retry_after
        """Seconds after which trying again makes sense; 0 when it does not."""
        self.values = values

    def sentence(self, lang: str) -> str:
        return t(f"phone.{self.key}", lang, **self.values)
