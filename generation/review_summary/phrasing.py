"""The sentences of a summary, in English and Chinese."""

from __future__ import annotations

from typing import Final, Protocol

_SPELLED: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


class Phrasing(Protocol):
    """Says counts in one language."""

    language: str

    def verdict(  # noqa: PLR0913 - counts, all named
        self, *, total: int, rated: int, good: int, bad: int, praised: str | None, blamed: str | None
    ) -> str:
        """The overall judgement."""

    def point(self, count: int, total: int, label: str, *, positive: bool, quote: str | None) -> str:
        """What ``count`` of ``total`` reviewers praise or criticise."""

    def minority(self, few: int, many: int, label: str, *, praising: bool, quote: str | None) -> str:
        """The view of the fewer."""

    def dissent(self, count: int, rated: int, *, low: bool) -> str:
        """The few who rate otherwise."""

    def counts(self, label: str, positive: int, negative: int) -> str:
        """An aspect with its counts."""


class _English:
    language = "en"

    def verdict(  # noqa: PLR0913 - counts, all named
        self, *, total: int, rated: int, good: int, bad: int, praised: str | None, blamed: str | None
    ) -> str:
        if not rated:
            text = f"{total} {'reviewer' if total == 1 else 'reviewers'} wrote about it"
        else:
            low = f" and {bad} {'gives' if bad == 1 else 'give'} it 1 or 2" if bad else ""
            who = f"{good} of {rated} {'reviewer' if rated == 1 else 'reviewers'}"
            text = f"{who} {'gives' if good == 1 else 'give'} it 4 or 5 stars{low}"
        if praised and blamed:
            return f"{text}; the most praised is {praised}, the most criticised is {blamed}."
        if praised or blamed:
            return f"{text}; the most {'praised' if praised else 'criticised'} is {praised or blamed}."
        return f"{text}."

    def point(self, count: int, total: int, label: str, *, positive: bool, quote: str | None) -> str:
        if count == 1 and quote:
            return f"One of {total} {'reviewer' if total == 1 else 'reviewers'} on {label}: “{_trimmed(quote)}”"
        verb = ("praises" if count == 1 else "praise") if positive else ("criticises" if count == 1 else "criticise")
        who = f"{_spelled(count)} of {total} {'reviewer' if total == 1 else 'reviewers'} {verb} {label}"
        return f"{who}: “{_trimmed(quote)}”" if quote else f"{who}."

    def minority(self, few: int, many: int, label: str, *, praising: bool, quote: str | None) -> str:
        verb = ("praises" if few == 1 else "praise") if praising else ("criticises" if few == 1 else "criticise")
        other = "criticise" if praising else "praise"
        who = f"{_spelled(few)} {'reviewer' if few == 1 else 'reviewers'}"
        text = f"{who} {verb} {label} where {many} {other}{'s' if many == 1 else ''} it"
        return f"{text}: “{_trimmed(quote)}”" if quote else f"{text}."

    def dissent(self, count: int, rated: int, *, low: bool) -> str:
        stars = "1 or 2 stars" if low else "4 or 5 stars"
        return f"Against the others, {count} of {rated} {'gives' if count == 1 else 'give'} it {stars}."

    def counts(self, label: str, positive: int, negative: int) -> str:
        return f"{label[:1].upper()}{label[1:]}: {positive} positive, {negative} negative."


class _Chinese:
    language = "zh"

    def verdict(  # noqa: PLR0913 - counts, all named
        self, *, total: int, rated: int, good: int, bad: int, praised: str | None, blamed: str | None
    ) -> str:
        text = f"{rated}条评价中，{good}条给出4星或5星" if rated else f"共有{total}条评价"
        if rated and bad:
            text += f"，{bad}条给出1星或2星"
        if praised:
            text += f"；称赞最多的是{praised}"
        if blamed:
            text += f"{'，' if praised else '；'}不满最多的是{blamed}"
        return f"{text}。"

    def point(self, count: int, total: int, label: str, *, positive: bool, quote: str | None) -> str:
        if count == 1 and quote:
            return f"{total}位评价者中有1位谈到{label}：“{_trimmed(quote)}”"
        text = f"{total}位评价者中有{count}位{'称赞' if positive else '不满'}{label}"
        return f"{text}：“{_trimmed(quote)}”" if quote else f"{text}。"

    def minority(self, few: int, many: int, label: str, *, praising: bool, quote: str | None) -> str:
        text = f"关于{label}，{many}位{'不满' if praising else '称赞'}，{few}位看法相反"
        return f"{text}：“{_trimmed(quote)}”" if quote else f"{text}。"

    def dissent(self, count: int, rated: int, *, low: bool) -> str:
        return f"与多数人不同，{rated}条评价中有{count}条给出{'1星或2星' if low else '4星或5星'}。"

    def counts(self, label: str, positive: int, negative: int) -> str:
        return f"{label}：{positive}条正面，{negative}条负面。"


def _spelled(count: int) -> str:
    return _SPELLED[count] if count < len(_SPELLED) else str(count)


def _trimmed(quote: str | None) -> str:
    return (quote or "").strip(" ,，;；")


ENGLISH: Final[Phrasing] = _English()
CHINESE: Final[Phrasing] = _Chinese()
