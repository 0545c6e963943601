"""What people do in Slack, by the name Slack gives it. A dictionary, because Bolt would try listener after listener."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.handlers import (
    activities,
    awards,
    complaints,
    customers,
    emergencies,
    home,
    leave,
    meetings,
    orders,
    people,
    praise,
    schedule,
    talk,
    tasks,
    threads,
)
from bot.request import Request

Routes = Mapping[str, Callable[[Request], dict[str, Any]]]

COMMANDS: Final[Routes] = MappingProxyType(
    {
        "/activity": activities.command,
        "/award": awards.command,
        "/away": leave.command,
        "/complaint": complaints.command,
        "/emergency": emergencies.command,
        "/meeting": meetings.command,
        "/order": orders.command,
        "/praise": praise.command,
        "/supercargo": people.command,
        "/task": tasks.command,
    }
)
SHORTCUTS: Final[Routes] = MappingProxyType(
    {
        "complaint.from_message": complaints.from_message,
        "order.from_message": orders.from_message,
        "task.from_message": tasks.from_message,
    }
)
ACTIONS: Final[Routes] = MappingProxyType(
    {
        **activities.ACTIONS,
        **awards.ACTIONS,
        **complaints.ACTIONS,
        **emergencies.ACTIONS,
        **home.ACTIONS,
        **leave.ACTIONS,
        **meetings.ACTIONS,
        **orders.ACTIONS,
        **people.ACTIONS,
        **praise.ACTIONS,
        **schedule.ACTIONS,
        **talk.ACTIONS,
        **tasks.ACTIONS,
    }
)
VIEWS: Final[Routes] = MappingProxyType(
    {
        **activities.VIEWS,
        **awards.VIEWS,
        **complaints.VIEWS,
        **customers.VIEWS,
        **emergencies.VIEWS,
        **home.VIEWS,
        **leave.VIEWS,
        **meetings.VIEWS,
        **orders.VIEWS,
        **praise.VIEWS,
        **tasks.VIEWS,
    }
)
OPTIONS: Final[Routes] = MappingProxyType(
    {
        "customer": complaints.customer_options,
        "order": emergencies.order_options,
        "country": orders.country_options,
    }
)
EVENTS: Final[Routes] = MappingProxyType(
    {
        "app_home_opened": home.opened,
        "app_mention": talk.said,
        "message": threads.message,
        "reaction_added": threads.reaction_added,
        "reaction_removed": threads.reaction_removed,
        "team_join": people.changed,
        "user_change": people.changed,
    }
)
