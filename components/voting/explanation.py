"""« Comment avons-nous compté ? »: the rule of a vote and its own numbers, in plain sentences, any tie announced."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from components.look.i18n import t
from components.look.numbers import number
from components.voting.question import Question
from components.voting.tally import Tally
from components.voting.wording import grade, label, listed, money, priced, quoted, tied

NO_OPINION = "no_opinion"

Explain = Callable[[Question, Tally, str], list[str]]


def explanation(question: Question, tally: Tally, lang: str) -> list[str]:
    """How this vote was counted, one sentence or two an entry; blank ballots last."""
    if tally.trace.get("live"):
        return [t("voting.live_points", lang)]
    told = HOW[question.method](question, tally, lang)
    consent = question.method == "consent"
    if not tally.votes_cast and not (consent and tally.ballots):
        told = [told[0], t("voting.nothing_cast", lang)]
    blank = "none" if not tally.blank else "one" if tally.blank == 1 else "many"
    # To stand aside is an answer, counted where blank ballots are.
    key = "abstained" if consent else "blank"
    return [*told, t(f"voting.{key}_{blank}", lang, n=number(tally.blank, lang))]


def _one(n: int) -> str:
    """The end of the name of a sentence about a single one."""
    return "_one" if n == 1 else ""


def first_place(question: Question, tally: Tally, lang: str) -> str:
    """Who comes first, or between whom the tie is; answers « sans avis » are told where they are as many."""
    apart = [option.id for option in question.options if option.role == NO_OPINION]
    aside = max((tally.counts[option] for option in apart), default=0)
    best = max((tally.counts[option] for option in tally.winners), default=0)
    if aside and aside >= best:
        found = {"apart": quoted(question, [o for o in apart if tally.counts[o]], lang)}
        if not tally.winners:
            return t("voting.set_apart_only", lang, **found)
        key = "set_apart_tie" if len(tally.winners) > 1 else "set_apart_first"
        return t(
            f"voting.{key}",
            lang,
            **found,
            n=number(sum(tally.counts[option] for option in apart), lang),
            options=tied(question, tally.winners, lang),
            m=number(best, lang),
        )
    if len(tally.winners) > 1:
        return t("voting.tie", lang, options=tied(question, tally.winners, lang))
    if not tally.winners:
        return t("voting.nothing_cast", lang)
    winner = tally.winners[0]
    return t(
        "voting.first",
        lang,
        options=quoted(question, tally.winners, lang),
        n=number(tally.counts[winner], lang),
    )


def _yes_no(question: Question, tally: Tally, lang: str) -> list[str]:
    return [t("voting.yes_no_how", lang), first_place(question, tally, lang)]


def _single(question: Question, tally: Tally, lang: str) -> list[str]:
    return [t("voting.single_how", lang), first_place(question, tally, lang)]


def _commune(question: Question, tally: Tally, lang: str) -> list[str]:
    return [t("voting.commune_how", lang)]


def _approval(question: Question, tally: Tally, lang: str) -> list[str]:
    most = question.max_choices
    kind = "_any" if most >= len(question.options) else _one(most)
    return [t(f"voting.approval_how{kind}", lang, most=most), first_place(question, tally, lang)]


def _dots(question: Question, tally: Tally, lang: str) -> list[str]:
    given = sum(tally.counts.values())
    if not question.points:
        kind = "_cap" if question.cap else "_open"
    else:
        kind = "" if 0 < question.cap < question.points else _one(question.points) or "_free"
    return [
        t(f"voting.dots_how{kind}", lang, points=question.points, cap=question.cap),
        t("voting.dots_given", lang, given=number(given, lang), n=number(tally.votes_cast, lang)),
        first_place(question, tally, lang),
    ]


def _grades(question: Question, tally: Tally, lang: str) -> list[str]:
    found = [t("voting.grades_how", lang), t("voting.grades_middle", lang)]
    for option in question.options:
        middle = tally.trace["majority_grade"][option.id]
        if middle is None:
            found.append(t("voting.grades_row_none", lang, label=option.text(lang)))
            continue
        found.append(
            t(
                f"voting.grades_row{_one(tally.counts[option.id])}",
                lang,
                label=option.text(lang),
                n=number(tally.counts[option.id], lang),
                grade=grade(question, middle, lang),
            )
        )
    return found


def _majority_judgment(question: Question, tally: Tally, lang: str) -> list[str]:
    trace = tally.trace
    found = [
        t("voting.mj_how", lang, worst=question.grades[-1].text(lang)),
        t("voting.mj_middle", lang),
    ]
    for option in sorted(trace["ranks"], key=lambda name: trace["ranks"][name]):
        middle = trace["majority_grade"][option]
        upto = question.grade_ids.index(middle) + 1
        found.append(
            t(
                f"voting.mj_row{_one(trace['judges'])}",
                lang,
                label=label(question, option, lang),
                grade=grade(question, middle, lang),
                atleast=number(sum(trace["profile"][option][:upto]), lang),
                n=number(trace["judges"], lang),
            )
        )
    for parted in trace["separated"]:
        first, second = parted["options"]
        found.append(
            t(
                "voting.mj_parted_one" if parted["removed"] == 1 else "voting.mj_parted",
                lang,
                first=label(question, first, lang),
                second=label(question, second, lang),
                removed=number(parted["removed"], lang),
                grade=grade(question, parted["grades"][0], lang),
                other=grade(question, parted["grades"][1], lang),
            )
        )
    found.extend(t("voting.mj_tied", lang, options=tied(question, equal, lang)) for equal in trace["ties"])
    return found


def _score(question: Question, tally: Tally, lang: str) -> list[str]:
    voters = tally.trace["voters"]
    found = [t("voting.score_how", lang, scale=question.scale)]
    for option in question.options if voters else ():
        total = tally.counts[option.id]
        found.append(
            t(
                f"voting.score_row{_one(voters)}",
                lang,
                label=option.text(lang),
                sum=number(total, lang),
                mean=number(float(Fraction(total, voters)), lang, 2),
                voters=number(voters, lang),
                unscored=number(voters - tally.trace["scored"][option.id], lang),
            )
        )
    return [*found, first_place(question, tally, lang) if tally.winners else t("voting.score_zero", lang)]


def _ranking(question: Question, tally: Tally, lang: str) -> list[str]:
    return (_schulze if tally.trace["rule"] == "schulze" else _runoff)(question, tally, lang)


def _schulze(question: Question, tally: Tally, lang: str) -> list[str]:
    trace = tally.trace
    found = [t("voting.ranking_how", lang), t("voting.schulze_duels", lang)]
    if len(question.options) == 1:
        return [*found, t("voting.schulze_alone", lang, label=question.options[0].text(lang))]
    if not trace["beats_all"]:
        found.append(t("voting.schulze_paths", lang))
    if len(tally.winners) == 1:
        winner = tally.winners[0]
        table = trace["duels" if trace["beats_all"] else "strongest"]
        duels = _duels(question, table, winner, lang)
        key = "schulze_all" if trace["beats_all"] else "schulze_path"
        found.append(t(f"voting.{key}", lang, label=label(question, winner, lang), duels=duels))
    else:
        found.append(first_place(question, tally, lang))
    return [*found, t("voting.schulze_ranking", lang, ranking=ranking_text(question, trace["ranking"], lang))]


def ranking_text(question: Question, levels: list[list[str]], lang: str) -> str:
    """« 1. A, 2. B et C, 4. D »: tied options share a place."""
    parts, place = [], 1
    for level in levels:
        parts.append(t("voting.schulze_rank", lang, place=place, options=tied(question, level, lang)))
        place += len(level)
    return ", ".join(parts)


def _duels(question: Question, table: list[list[int]], winner: str, lang: str) -> str:
    row = question.option_ids.index(winner)
    return listed(
        [
            t(
                "voting.schulze_duel",
                lang,
                n=number(table[row][place], lang),
                m=number(table[place][row], lang),
                label=option.text(lang),
            )
            for place, option in enumerate(question.options)
            if place != row
        ],
        lang,
    )


def _runoff(question: Question, tally: Tally, lang: str) -> list[str]:
    rounds = tally.trace["rounds"]
    found = [t("voting.ranking_how_runoff", lang), t("voting.runoff_how", lang)]
    if tally.trace["by_order"]:
        found.append(t("voting.runoff_ties", lang))
    found.extend(round_sentence(question, tally, place, lang) for place in range(len(rounds)))
    gone = rounds[-1]["exhausted"] if rounds else 0
    if gone:
        key = "runoff_exhausted_one" if gone == 1 else "runoff_exhausted_many"
        found.append(t(f"voting.{key}", lang, n=number(gone, lang)))
    return found


def round_sentence(question: Question, tally: Tally, place: int, lang: str) -> str:
    """What happened in one round of an instant run-off (0 is the first)."""
    told = tally.trace["rounds"][place]
    votes = told["votes"]
    if told["eliminated"] is None:
        first = tally.winners[0]
        elected = f"voting.runoff_elected{_one(sum(votes.values()))}"
        return t(
            "voting.runoff_tied" if len(tally.winners) > 1 else elected,
            lang,
            round=place + 1,
            label=label(question, first, lang),
            options=tied(question, tally.winners, lang),
            n=number(votes[first], lang),
            counted=number(sum(votes.values()), lang),
        )
    return t(
        "voting.runoff_out_tie" if told["tied"] else "voting.runoff_out",
        lang,
        round=place + 1,
        label=label(question, told["eliminated"], lang),
        options=tied(question, told["tied"], lang),
        n=number(votes[told["eliminated"]], lang),
    )


def _consent(question: Question, tally: Tally, lang: str) -> list[str]:
    return [t("voting.consent_how", lang), consent_sentence(tally, lang)]


def consent_sentence(tally: Tally, lang: str) -> str:
    """Consents, people standing aside, objections, and what follows."""
    objections = tally.counts["objection"]
    if not objections and not tally.counts["consent"]:
        return t("voting.consent_nobody", lang)
    key = "none" if not objections else "one" if objections == 1 else "many"
    return t(
        f"voting.consent_{key}",
        lang,
        consent=number(tally.counts["consent"], lang),
        aside=number(tally.counts["aside"], lang),
        n=number(objections, lang),
    )


def _budget(question: Question, tally: Tally, lang: str) -> list[str]:
    trace = tally.trace
    people = trace["people"]
    start = Fraction(trace["budget"], people) if people else Fraction(0)
    budget = money(trace["budget"], lang)
    how = f"voting.budget_how{_one(people) if people else '_none'}"
    found = [
        t(how, lang, budget=budget, people=number(people, lang), share=money(start, lang)),
        t("voting.budget_buy", lang),
        t("voting.budget_worth", lang),
    ]
    if trace["free"]:
        found.append(t("voting.budget_free", lang, projects=priced(question, trace["free"], lang)))
    if trace["raised"]:
        share = money(Fraction(trace["share"]), lang)
        how = f"voting.budget_raised{_one(trace['raised'])}"
        found.append(t(how, lang, raised=number(trace["raised"], lang), share=share))
    if trace["shares"]:
        bought = [purchase["option"] for purchase in trace["shares"]]
        found.append(t("voting.budget_shares", lang, projects=priced(question, bought, lang)))
    found.extend(_budget_ties(question, tally, trace["shares"], "budget_tied", lang))
    if trace["completion"]:
        found.append(
            t("voting.budget_completion", lang, projects=priced(question, trace["completion"], lang))
        )
    # A trace of before these ties were told has none.
    late = trace.get("completion_ties", [])
    found.extend(_budget_ties(question, tally, late, "budget_tied_completion", lang))
    if trace["unsupported"]:
        names = quoted(question, trace["unsupported"], lang)
        found.append(t("voting.budget_unsupported", lang, projects=names))
    if not tally.winners:
        return [*found, t("voting.budget_nothing", lang)]
    spent, rest = money(trace["spent"], lang), money(trace["budget"] - trace["spent"], lang)
    return [*found, t("voting.budget_spent", lang, spent=spent, budget=budget, rest=rest)]


def _budget_ties(
    question: Question, tally: Tally, steps: list[dict[str, Any]], key: str, lang: str
) -> list[str]:
    """Each tie that the order announced settled, once for all the projects in it, and who was left out by it."""
    found: list[str] = []
    told: set[str] = set()
    for step in steps:
        equal = [step["option"], *step["tied"]]
        if not step["tied"] or told.issuperset(equal):
            continue
        told = set(equal)
        first = label(question, step["option"], lang)
        sentence = t(f"voting.{key}", lang, label=first, options=tied(question, equal, lang))
        lost = [option for option in step["tied"] if option not in tally.winners]
        if lost:
            sentence += " " + t("voting.budget_tie_lost", lang, options=tied(question, lost, lang))
        found.append(sentence)
    return found


HOW: dict[str, Explain] = {
    "yes_no_blank": _yes_no,
    "single": _single,
    "approval": _approval,
    "commune": _commune,
    "dots": _dots,
    "grades": _grades,
    "majority_judgment": _majority_judgment,
    "consent": _consent,
    "ranking": _ranking,
    "score": _score,
    "budget": _budget,
}
