"""What people see. This index names, for each subject, its card, the words of a notice, and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from bot.views import activities, awards, emergencies, leave, praise
from bot.views.blockkit import Block, Payload
from bot.views.complaints import card, story
from bot.views.meetings import card as meeting_card
from bot.views.meetings import story as meeting_story
from bot.views.orders import card as order_card
from bot.views.orders import story as order_story
from bot.views.tasks import card as task_card
from bot.views.tasks import story as task_story
from bot.views.wording import Phrase, Words
from department.activities import SUBJECT as ACTIVITY
from department.agreement import Agreement, Channel
from department.awards import SUBJECT as AWARD
from department.awards import has_card as award_has_card
from department.complaints import SUBJECT
from department.emergencies import SUBJECT as EMERGENCY
from department.leave import SUBJECT as LEAVE
from department.meetings import SUBJECT as MEETING
from department.meetings import channel as meeting_channel
from department.meetings import has_card as meeting_has_card
from department.orders import SUBJECT as ORDER
from department.people import Office
from department.praise import SUBJECT as PRAISE
from department.records import Ask, Event, Notice
from department.tasks import SUBJECT as TASK


@dataclass(frozen=True, slots=True)
class Face:
    """How a subject looks: the channel its cards live in, the code people call a record by, its card, the message
    of one notice, the digest line of a notice, what happens when a deadline of this kind falls due, what it asks of
    somebody in one line with the button that does it, and whether a record has a card at all; what else comes of doing a
    limit early, or of leaving it out, is asked before that, by its kind. The record is the subject's own class, so it is
    `Any` here."""

    channel: Callable[[Agreement, Any], Channel]
    code: Callable[[int], str]
    card: Callable[[Any, Office, Words], Payload]
    notice: Callable[[Notice, Event, Any, Office, Words], Payload]
    line: Callable[[Event, Any, Office, Words], str]
    coming: Callable[[str, Any, Office, Words], str]
    asked: Callable[[Ask, Any, Office, Words], tuple[str, Block | None]]
    has_card: Callable[[Any], bool] = lambda record: True
    if_sent: Mapping[str, Phrase] = field(default_factory=dict)
    if_left_out: Mapping[str, Phrase] = field(default_factory=dict)


FACES: Final[Mapping[str, Face]] = MappingProxyType(
    {
        SUBJECT: Face(
            lambda agreement, record: agreement.channels.complaints,
            card.code,
            card.card,
            story.notice,
            story.line,
            story.coming,
            story.asked,
        ),
        ORDER: Face(
            lambda agreement, record: agreement.channels.orders,
            order_card.code,
            order_card.card,
            order_story.notice,
            order_story.line,
            order_story.coming,
            order_story.asked,
        ),
        EMERGENCY: Face(
            lambda agreement, record: agreement.channels.emergencies,
            emergencies.code,
            emergencies.card,
            emergencies.notice,
            emergencies.line,
            emergencies.coming,
            emergencies.asked,
        ),
        TASK: Face(
            lambda agreement, record: agreement.channels.tasks,
            task_card.code,
            task_card.card,
            task_story.notice,
            task_story.line,
            task_story.coming,
            task_story.asked,
            lambda task: not task.is_private,
        ),
        LEAVE: Face(
            lambda agreement, record: agreement.channels.main,
            leave.code,
            leave.card,
            leave.notice,
            leave.line,
            leave.coming,
            leave.asked,
        ),
        PRAISE: Face(
            lambda agreement, record: agreement.channels.praise,
            praise.code,
            praise.card,
            praise.notice,
            praise.line,
            praise.coming,
            praise.asked,
        ),
        MEETING: Face(
            meeting_channel,
            meeting_card.code,
            meeting_card.card,
            meeting_story.notice,
            meeting_story.line,
            meeting_story.coming,
            meeting_story.asked,
            meeting_has_card,
            meeting_story.IF_SENT,
            meeting_story.IF_LEFT_OUT,
        ),
        AWARD: Face(
            lambda agreement, record: agreement.channels.praise,
            awards.code,
            awards.card,
            awards.notice,
            awards.line,
            awards.coming,
            awards.asked,
            award_has_card,
            awards.IF_SENT,
            awards.IF_LEFT_OUT,
        ),
        ACTIVITY: Face(
            lambda agreement, record: agreement.channels.main,
            activities.code,
            activities.card,
            activities.notice,
            activities.line,
            activities.coming,
            activities.asked,
        ),
    }
)
