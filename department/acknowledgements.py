"""When a few words in a thread mean "I have it": an acknowledgement, never a question and never a refusal."""

from __future__ import annotations

import re
import unicodedata

_CODE = r"[a-z]{1,6}[0-9]{0,4}-[0-9]{1,6}(-[0-9]{1,6})?"
"""What a record is called by: C-12, SO-2610-03."""

_WORDS = re.compile(
    r"""
    ( ok(ay)? | ack(nowledged)? | got\ it | on\ it | received | roger | noted | copy(\ that)?
    | will\ do | i(['’]?ll|\ will)\ (take|handle|do)\ (it|this|care\ of\ (it|this))
    | i['’]?m\ on\ it | i\ have\ it | taking\ (it|this) | mine
    | 已?收到 | 已?收悉 | 知道了 | 明白 | 了解 | 好的? | 马上(处理|办|跟进)? | 我来(处理|跟进|负责)?
    | [我已]接手 | 接单 | 没问题 | 我?(马上|去|这就)?(处理|跟进) | 正在(处理|跟进) | 处理中 | 跟进中
    )
    """,
    re.VERBOSE,
)
_FILLER = re.compile(
    rf"""( (with\ )?thanks?(\ you)? | thx | sure | yes | yep | right | now | team | all
    | 谢谢 | 了 | 的 | 哈 | 呢 | 啊 | 哦
    | (i['’]?ll | i\ will | will)\ (check|reply\ to|call|answer|ask|contact)
      (\ (it|this|them|the\ (customer|client|buyer|factory)))?
    | {_CODE}
    | (right\ )?away | today | asap | 我 | 这就 | 嗯 )""",
    re.VERBOSE,
)
_MENTION = re.compile(r"<[@#!][^>]*>|:[a-z0-9_+'-]+:")
_DOUBT = re.compile(
    r"[?？]|吗|么$|\b(not|can't|cannot|won't|don't|why|who|but|unless)\b|不|没(?!问题)|别|谁|为什么|但", re.IGNORECASE
)


def is_acknowledgement(text: str) -> bool:
    """Whether a thread reply acknowledges: "收到", "ack", "got it, thanks". Everything in it must be understood:
    "got it?", "not mine" and "收到了吗" are no acknowledgement, nor is a longer sentence that only contains one."""
    if is_acknowledging_reaction(text.strip().strip(":")) and text.strip().startswith(":"):
        return True
    said = _MENTION.sub(" ", unicodedata.normalize("NFKC", text)).casefold().strip()
    if not said or _DOUBT.search(said):
        return False
    rest, found = _WORDS.subn(" ", said)
    rest = _FILLER.sub(" ", rest)
    return found > 0 and not re.sub(r"[\W_]+", "", rest)


def code_in(text: str) -> str:
    """The code of the record that an acknowledgement names; empty where it names none."""
    found = re.search(_CODE, unicodedata.normalize("NFKC", text).casefold())
    return found[0] if found else ""


ACKNOWLEDGING_REACTIONS = frozenset(
    {
        "white_check_mark",
        "heavy_check_mark",
        "ballot_box_with_check",
        "+1",
        "thumbsup",
        "ok_hand",
        "eyes",
        "raised_hand",
    }
)
"""Reactions on a card that acknowledge it (Slack's short names, without the skin tone)."""


def is_acknowledging_reaction(name: str) -> bool:
    """Whether a reaction such as "+1::skin-tone-3" acknowledges the message it is put on."""
    return name.split("::")[0] in ACKNOWLEDGING_REACTIONS
