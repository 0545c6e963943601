"""Who is who in Slack, and which customers are known."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo import sample_agreement
from department.agreement import Agreement
from storage import customers, people
from storage.customers import Customer
from storage.store import Store

T = "T1"


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    """The sample department's agreement."""
    return sample_agreement()


def user(agreement: Agreement, **more: Any) -> dict[str, Any]:
    """Slack's user object of the first member."""
    known = {
        "id": "U1",
        "locale": "zh-CN",
        "tz": "Asia/Shanghai",
        "profile": {"email": agreement.members[0].email.upper()},
    }
    return known | more


def upsert(store: Store, agreement: Agreement, **more: Any) -> None:
    """Slack says this of the first member."""
    with store.transaction() as session:
        people.upsert(session, T, user(agreement, **more), agreement)


def found(store: Store) -> people.Person | None:
    """Who the account belongs to."""
    with store.reading() as session:
        return people.by_slack_user(session, T, "U1")


def test_an_account_is_matched_by_its_address_whatever_its_case(store: Store, agreement: Agreement) -> None:
    upsert(store, agreement)
    person = found(store)
    assert person == people.Person("U1", agreement.members[0].id, "zh-CN", "Asia/Shanghai", "", "", True)
    with store.reading() as session:
        assert people.by_member(session, T, agreement.members[0].id) == person
        assert people.by_member(session, "T2", agreement.members[0].id) is None


def test_ones_own_choices_survive_what_slack_says_next(store: Store, agreement: Agreement) -> None:
    upsert(store, agreement)
    with store.transaction() as session:
        people.choose(session, T, "U1", language="en")
        people.keep_dm_channel(session, T, "U1", "D1")
    upsert(store, agreement, tz="Europe/Berlin", locale=None)
    person = found(store)
    assert person is not None
    assert (person.language, person.dm_channel, person.timezone, person.locale) == (
        "en",
        "D1",
        "Europe/Berlin",
        "zh-CN",
    )


@pytest.mark.parametrize(
    "change", [{"deleted": True}, {"is_restricted": True}, {"is_stranger": True}, {"is_bot": True}]
)
def test_who_leaves_or_becomes_a_guest_may_act_no_longer(
    store: Store, agreement: Agreement, change: dict[str, bool]
) -> None:
    upsert(store, agreement)
    upsert(store, agreement, **change)
    person = found(store)
    assert person is not None
    assert not person.active


def test_strangers_are_not_stored(store: Store, agreement: Agreement) -> None:
    upsert(store, agreement, profile={"email": "stranger@example.com"})
    upsert(store, agreement, profile={})
    upsert(store, agreement, is_restricted=True)
    assert found(store) is None


def test_channels_and_our_own_identity_are_kept_for_each_workspace(store: Store) -> None:
    with store.transaction() as session:
        people.store_channels(session, T, {"#a": "C1"})
        people.store_channels(session, T, {"#a": "C2", "#b": "C3"})
        people.identify(session, T, bot_user="U0", bot_id="B0", name="Haichu")
        people.identify(session, T, bot_user="U0", bot_id="B1", name="Haichu")
    with store.reading() as session:
        assert [people.channel_id(session, T, name) for name in ("#a", "#b", "#c")] == ["C2", "C3", None]
        assert people.channel_id(session, "T2", "#a") is None
        assert people.own_bot_id(session, T) == "B1"


def test_customers_are_found_whatever_their_case_or_width(store: Store) -> None:
    with store.transaction() as session:
        customers.upsert(session, T, name="Küchenwerk Handels GmbH", country="DE", owner="ann")
        customers.upsert(session, T, name="日向キッチン株式会社 (Hinata Kitchen K.K.)", country="JP")
        customers.upsert(session, T, name="100%_Steel", country="US")
        customers.upsert(session, "T2", name="Küche & Co")
        customers.add(session, T, " Ｐｒａｉｒｉｅ  Table\0 ")
    with store.reading() as session:

        def names(typed: str) -> list[str]:
            return [item.name for item in customers.search(session, T, typed, 10)]

        assert names("KÜCHE") == ["Küchenwerk Handels GmbH"]
        assert names("hinata") == names("ｷｯﾁﾝ") == ["日向キッチン株式会社 (Hinata Kitchen K.K.)"]
        assert names("%_") == ["100%_Steel"]
        assert len(names("")) == 4
        assert len(customers.search(session, T, "", 2)) == 2
        assert customers.by_name(session, T, "prairie table") == Customer("Ｐｒａｉｒｉｅ  Table")
        assert customers.by_name(session, T, "küchenwerk handels gmbh") == Customer(
            "Küchenwerk Handels GmbH", "", "DE", "ann"
        )


def test_adding_a_known_customer_loses_nothing(store: Store) -> None:
    with store.transaction() as session:
        customers.upsert(session, T, name="Küchenwerk", country="DE", owner="ann")
        customers.add(session, T, "KÜCHENWERK")
    with store.reading() as session:
        assert customers.by_name(session, T, "Küchenwerk") == Customer("KÜCHENWERK", "", "DE", "ann")
