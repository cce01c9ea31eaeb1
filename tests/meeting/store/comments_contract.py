"""What every store must do with comments on places, whatever keeps it."""

import threading

from components.meeting.store import Comment
from components.meeting.store import comments as module
from tests.meeting.store.contract import Open


def said(number: int, territory: str = "vallee", **more: object) -> Comment:
    values = {
        "commune": "38185",
        "longitude": None,
        "latitude": None,
        "layer": "",
        "feature": "",
        "kind": "idea",
    }
    return Comment(
        **{
            "id": f"{number:024x}",
            "territory": territory,
            "words": f"Texte {number}",
            "at": float(number),
            **values,
            **more,
        }
    )  # type: ignore[arg-type]


class CommentsContract:
    def test_the_last_first_one_territory_at_a_time(self, open_store: Open) -> None:
        store = open_store()
        for one in (said(1), said(2, longitude=5.7246, latitude=45.1885), said(3, "plateau")):
            assert store.write_comment(one)
        assert open_store().comments("vallee") == [said(2, longitude=5.7246, latitude=45.1885), said(1)]

    def test_the_same_comment_again_changes_nothing(self, open_store: Open) -> None:
        store = open_store()
        assert store.write_comment(said(1))
        assert store.write_comment(said(1, words="Autre"))
        assert [one.words for one in store.comments("vallee")] == ["Texte 1"]

    def test_a_decision_with_its_answer_and_back(self, open_store: Open) -> None:
        store = open_store()
        store.write_comment(said(1))
        before = store.decide_comment("vallee", said(1).id, "accepted", "Merci", 9.0)
        assert before == said(1)
        (now,) = store.comments("vallee", "accepted")
        assert (now.answer, now.decided_at) == ("Merci", 9.0)
        store.decide_comment("vallee", said(1).id, "waiting", "", 10.0)
        assert store.comments("vallee") == [said(1)]
        assert store.decide_comment("plateau", said(1).id, "accepted", "", 9.0) is None

    def test_erased_for_good(self, open_store: Open) -> None:
        store = open_store()
        store.write_comment(said(1))
        assert not store.erase_comment("plateau", said(1).id)
        assert store.erase_comment("vallee", said(1).id)
        assert store.comments("vallee") == []

    def test_a_flood_stops(self, open_store: Open, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        monkeypatch.setattr(module, "MOST_WAITING", 3)
        store = open_store()
        assert [store.write_comment(said(i)) for i in range(5)] == [True, True, True, False, False]
        assert store.write_comment(said(9, "plateau"))
        store.decide_comment("vallee", said(0).id, "refused", "", 1.0)
        assert store.write_comment(said(4))

    def test_the_purge_takes_what_is_old_and_notes_how_many(self, open_store: Open) -> None:
        store = open_store()
        for i in range(4):
            store.write_comment(said(i))
        store.decide_comment("vallee", said(0).id, "refused", "", 50.0)
        store.decide_comment("vallee", said(1).id, "accepted", "", 90.0)
        assert store.purge_comments("comments_refused", ["refused"], 50.0, 99.0) == {}
        assert store.purge_comments("comments_refused", ["refused"], 51.0, 99.0, dry=True) == {"vallee": 1}
        assert store.purge_comments("comments_refused", ["refused"], 51.0, 99.0) == {"vallee": 1}
        assert store.purge_comments("comments", ["waiting", "accepted"], 51.0, 99.0) == {"vallee": 2}
        assert [one.id for one in store.comments("vallee")] == [said(1).id]
        assert [(one.kind, one.amount) for one in store.purges()] == [
            ("comments_refused", 1),
            ("comments", 2),
        ]

    def test_writers_at_once_lose_nothing(self, open_store: Open) -> None:
        stores = [open_store(), open_store()]
        threads = [
            threading.Thread(
                target=lambda s=store, k=k: [s.write_comment(said(k * 10 + i)) for i in range(6)]
            )
            for k, store in enumerate(stores)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(stores[0].comments("vallee")) == 12
