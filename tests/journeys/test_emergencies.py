"""An emergency is declared, its people are called in at any hour, somebody decides, and it is stood down."""

from __future__ import annotations

from playground.workspace import Message
from tests.journeys.conftest import Department
from tests.journeys.test_orders import card as order_card
from tests.journeys.test_orders import offered, start, thread

CHANNEL = "#export-emergency"


def card(department: Department) -> Message:
    """The newest emergency's card."""
    return [message for message in department.slack.channel(CHANNEL).messages if not message.is_reply][-1]


def declare(department: Department, by: str = "wu.mengjie", **filled: str) -> None:
    """Declare one through the form."""
    person = department.person(by)
    person.command("/emergency", channel="#export-dept")
    person.fill(**{"playbook": "cargo_damage", "what_happened": "Container opened, 40 cartons wet", **filled})
    assert person.submit() == {}


def test_an_emergency_on_an_order_calls_in_the_orders_people_at_once(department: Department) -> None:
    offered(department)
    department.until("2026-10-12 22:00")  # in the quiet hours
    declare(department, order="SO-2610-01")
    shown = card(department).all_text()
    assert "SO-2610-01 · Küchenwerk Handels GmbH" in shown
    for called in ("chen.yuqing", "jiang.bo", "qian.hui", "he.rui"):
        assert "40 cartons wet" in department.told(called)[-1], called
    jiang = department.person("jiang.bo")
    jiang.choose(jiang.dms()[-1], "emergency.step", "photos:1")
    assert "☑" in card(department).all_text()


def test_a_late_step_and_a_late_decision_are_called_to_mind_once(department: Department) -> None:
    declare(department)
    told = len(department.told("jiang.bo"))
    department.later(hours=1, minutes=1)
    assert len(department.told("jiang.bo")) == told + 1
    department.later(minutes=30)
    assert len(department.told("jiang.bo")) == told + 1
    department.until("2026-10-14 17:45")
    assert "林志远" in department.told("lin.zhiyuan")[-1]


def test_only_the_named_role_decides_and_nobody_stands_down_before(department: Department) -> None:
    declare(department)
    jiang, lin = department.person("jiang.bo"), department.person("lin.zhiyuan")
    jiang.click(card(department), "emergency.decide")
    assert "林志远" in jiang.whispers()[-1].all_text()
    jiang.click(card(department), "emergency.stand_down")
    jiang.fill(text="check the seals at loading")
    assert "林志远" in jiang.submit()["text"]
    jiang.cancel()
    lin.click(card(department), "emergency.decide")
    lin.fill(text="replace, the customer is A")
    assert lin.submit() == {}
    assert "replace, the customer is A" in department.told("he.rui")[-1]
    jiang.click(card(department), "emergency.stand_down")
    jiang.fill(text="check the seals at loading")
    assert jiang.submit() == {}
    assert "check the seals" in card(department).all_text()
    assert department.bot.desk.next_due() is None
    jiang.command("/emergency list", channel="#export-dept")
    assert "没有应急" in jiang.whispers()[-1].all_text()


def test_somebody_from_outside_the_team_may_declare_and_note_but_not_act(department: Department) -> None:
    declare(department, by="fang.min")
    ye = department.person("ye.xiaoyan")
    ye.choose(card(department), "emergency.step", "value:1")
    assert "何睿" in ye.whispers()[-1].all_text()
    ye.click(card(department), "emergency.note")
    ye.fill(text="the B/L says clean on board")
    assert ye.submit() == {}
    assert "clean on board" in "".join(
        message.all_text() for message in department.slack.channel(CHANNEL).messages if message.is_reply
    )
    ye.click(card(department), "emergency.lead")
    assert ye.view is None


def test_costs_are_added_up_on_the_card_also_when_it_is_over(department: Department) -> None:
    declare(department)
    jiang = department.person("jiang.bo")

    def add(amount: str, currency: str, text: str) -> dict[str, str]:
        jiang.click(card(department), "emergency.cost")
        jiang.fill(amount=amount, currency=currency, text=text)
        return jiang.submit()

    assert list(add("0", "USD", "surveyor")) == ["amount"]
    jiang.cancel()
    assert add("300", "USD", "surveyor") == {}
    assert add("100", "EUR", "cold store") == {}
    assert "USD 416.00" in card(department).all_text()
    jiang.click(card(department), "emergency.call_off")
    jiang.fill(text="the cartons were only damp outside")
    assert jiang.submit() == {}
    assert department.bot.desk.next_due() is None
    assert add("84", "USD", "second survey") == {}
    assert "USD 500.00" in card(department).all_text()


def test_the_order_says_that_an_emergency_began_and_that_it_is_over(department: Department) -> None:
    offered(department)
    declare(department, by="ye.xiaoyan", order="SO-2610-01")
    assert "E-1" in thread(department)
    wu = department.person("wu.mengjie")
    wu.click(card(department), "emergency.call_off")
    assert wu.view is None  # neither of the team nor who declared it
    ye = department.person("ye.xiaoyan")
    ye.click(card(department), "emergency.call_off")
    ye.fill(text="it was another container")
    assert ye.submit() == {}
    assert "The emergency E-1 is over" in thread(department)
    assert "another container" in department.told("jiang.bo")[-1]


def test_a_buyer_in_default_gets_no_booking_on_any_order_while_it_lasts(department: Department) -> None:
    offered(department)
    of_the_order = order_card(department)
    department.person("zheng.lili").click(of_the_order, "order.acknowledge")
    start(department)  # another inquiry of the same customer
    declare(department, playbook="buyer_default", order="IN-2", what_happened="two invoices are 40 days late")
    assert "IN-2 · Küchenwerk" in card(department).all_text()
    assert "订舱" in card(department).all_text()
    assert "E-1" in thread(department)
    jiang = department.person("jiang.bo")
    jiang.click(of_the_order, "order.checklist")
    jiang.fill(lines=["buyers_booking"])
    assert "E-1" in "".join(jiang.submit().values())
    wu = department.person("wu.mengjie")
    wu.click(card(department), "emergency.call_off")
    wu.fill(text="the money came in today")
    assert wu.submit() == {}
    assert jiang.submit() == {}
