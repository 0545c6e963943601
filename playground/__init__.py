"""A local Slack: a workspace in memory, the Web API and Socket Mode on loopback, people who act, a clock to move.

It imitates Slack as its documentation describes it, for tests and for trying a bot out. It is not Slack's.
"""

from playground.clock import Clock, ManualClock, SharedClock
from playground.deliver import Delivery
from playground.inputs import NotPossible
from playground.persona import Persona, Seen
from playground.server import ChannelView, LocalSlack
from playground.workspace import APP, BOT_USER_ID, Channel, Message, User, View, Workspace

__all__ = [
    "APP",
    "BOT_USER_ID",
    "Channel",
    "ChannelView",
    "Clock",
    "Delivery",
    "LocalSlack",
    "ManualClock",
    "Message",
    "NotPossible",
    "Persona",
    "Seen",
    "SharedClock",
    "User",
    "View",
    "Workspace",
]
