"""What tests of the evening's pages share: a meeting with pretend phones, and what to look for in a page."""

import json
from dataclasses import dataclass
from typing import Any

from components.meeting.desk import Desk
from components.meeting.keys import pair_secret, poll_secret
from components.meeting.store import Cast
from components.voting.sealing import pair_key, voter_key

JOIN = "http://192.168.1.10:5007"
SIZES = [(1920, 1080), (1024, 768), (1366, 768)]
HOSTILE = "<script>alert(1)</script> \u202eçeci se lit à l’envers\u202c <img src=x onerror=alert(2)>"

# Every text that can be seen: too small, or outside the window.
UNREADABLE = """() => {
  const bad = []
  const walk = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (e.shadowRoot) walk(e.shadowRoot)
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
      if (!own || e.closest("[hidden], .visually-hidden, .skip, .words, script, style, noscript")) continue
      const box = e.getBoundingClientRect()
      if (box.width < 3) continue
      const size = parseFloat(getComputedStyle(e).fontSize) * (e.ownerSVGElement ? e.getScreenCTM().a : 1)
      if (size < 23.5) bad.push(`${size.toFixed(1)} px: ${e.textContent.slice(0, 40)}`)
      const out = box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1
      if (out) bad.push(`outside: ${e.textContent.slice(0, 40)}`)
    }
  }
  walk(document)
  const page = document.scrollingElement
  if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) bad.push("scroll bar")
  return bad
}"""


@dataclass
class Evening:
    """A meeting of its own on the served store, and what phones would do."""

    desk: Desk
    code: str
    url: str

    def act(self, name: str, **args: object) -> None:
        self.desk.act(self.code, name, **args)

    def show(self, step: str) -> None:
        self.act("show", step=step)

    def vote(self, poll: str, choices: dict[str, str]) -> None:
        secret = self.desk.keys.make(poll_secret(self.code, poll))
        question = self.desk.store.room(self.code).polls[poll].question
        pairing = self.desk.keys.get(pair_secret(self.code, question.pair)) if question.pair else None
        self.desk.store.cast(
            [
                Cast(
                    self.code,
                    poll,
                    voter_key(secret, token),
                    (choice,),
                    pair_key(pairing, token) if pairing else "",
                    1,
                )
                for token, choice in choices.items()
            ]
        )

    def screen(self, more: str = "") -> str:
        return f"{self.url}/screen?meeting={self.code}{more}"

    def console(self, more: str = "") -> str:
        return f"{self.url}/console?meeting={self.code}{more}"


def scenes_in(heard: list[str]) -> list[dict[str, Any]]:
    """Every scene that came, as a first document or as a change of one."""
    found: list[dict[str, Any]] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            for child in value.values():
                look(child)
        elif isinstance(value, list):
            for child in value:
                look(child)
        elif isinstance(value, str) and value.startswith("{"):
            scene = json.loads(value)
            if "body" in scene:
                found.append(scene)

    for text in heard:
        if text.startswith("{"):
            look(json.loads(text))
    return found


def text_of(frame: object) -> str:
    return frame if isinstance(frame, str) else bytes(frame).decode("utf-8", "replace")  # type: ignore[call-overload]


def body_of(response: object) -> str:
    try:
        return response.text()  # type: ignore[attr-defined,no-any-return]
    except Exception:
        return ""
