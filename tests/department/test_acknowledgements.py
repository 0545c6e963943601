"""Words and signs that mean "I have it", and those that do not."""

from __future__ import annotations

import pytest

from department.acknowledgements import is_acknowledgement, is_acknowledging_reaction


@pytest.mark.parametrize(
    "text",
    [
        "收到",
        "收到！",
        "收到，谢谢",
        "好的，我来处理",
        "已收到 👍",
        "明白，马上处理",
        "ok",
        "OK!",
        "Okay, thanks",
        "ack",
        "ACK.",
        "got it",
        "Got it, thank you",
        "on it",
        "I'm on it",
        "I’ll take this",
        "roger",
        "<@U123> on it",
        "on it :+1:",
        "ｏｋ",
        "了解",
        "收到 SO-2610-01",
        "没问题，接单",
        ":+1:",
        "收悉，谢谢",
        "我接手",
        "已接手",
        "这就处理",
        "正在处理",
        "noted with thanks",
        "ok, will call the customer today",
    ],
)
def test_a_short_yes_in_either_language_acknowledges(text: str) -> None:
    assert is_acknowledgement(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍?",
        "收到了吗",
        "收到没有？",
        "没收到",
        "没问题吗",
        ":+1: but who pays",
        "不是我的",
        "别找我",
        "got it?",
        "not mine",
        "ok but who pays",
        "I can't take it",
        "on it when the photos are here",
        "who is on it",
        "收到货以后再说",
        "ok 12 cartons",
        "the customer said ok",
        "为什么是我",
        "ok, will call it off",
        "ok will check who has it",
    ],
)
def test_a_question_a_refusal_or_a_longer_sentence_does_not(text: str) -> None:
    assert not is_acknowledgement(text)


def test_a_tick_acknowledges_in_every_skin_tone_and_a_heart_does_not() -> None:
    assert is_acknowledging_reaction("white_check_mark")
    assert is_acknowledging_reaction("+1::skin-tone-3")
    assert not is_acknowledging_reaction("heart")
