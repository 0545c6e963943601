// Fields for a day and for a time of day. What is typed counts as much as what is chosen; both are in the reader's
// language, and the calendar opens at the day of the workspace's clock.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import {
  clockTime, dayInWords, daysLater, isDay, isTime, monthInWords, monthsLater, readDay, readTime, weekdays, weeksOf,
} from "./moments.js";
import { composing, Icon, useBeside, useIds } from "./widgets.js";

/**
 * A day. value: "2026-11-02", null, or what was typed and is no day. typed(value) hears of each key, taken(value) of
 * what was chosen, or typed and left. field: {id, described, invalid}; today is the clock's day.
 */
export function DayField({ value, typed, taken, label, field, today, page, autoFocus }) {
  const input = useRef(null);
  const [open, setOpen] = useState("");
  const text = useText({ value, typed, taken, read: (words) => readDay(words, today), show: (day) => day });
  const { around, close } = useAround(() => setOpen(""));
  const choose = (day) => {
    close();
    text.take(day);
    input.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.key === "ArrowDown") setOpen("keyboard");
    else if (event.key === "Escape" && open) close();
    else return text.onKeyDown(event);
    event.preventDefault();
    return event.stopPropagation();
  };
  return html`<span class="day-field" ref=${around}>
    <input type="text" ref=${input} id=${field.id} class="text-input" autocomplete="off" spellcheck=${false} placeholder=${today}
      value=${text.shown} aria-label=${field.id ? undefined : label} aria-invalid=${field.invalid ? "true" : undefined}
      aria-describedby=${field.described} data-autofocus=${autoFocus ? "" : undefined}
      onClick=${() => setOpen(open || "pointer")} onInput=${text.onInput} onBlur=${text.onBlur} onKeyDown=${onKeyDown} />
    <button type="button" class="icon-button" aria-label=${page.words.chooseDay(label)} aria-haspopup="dialog" aria-expanded=${open ? "true" : "false"}
      onClick=${() => setOpen(open ? "" : "keyboard")}><${Icon} name="calendar" /></button>
    ${open && html`<${Calendar} anchor=${around} day=${isDay(value) ? value : null} today=${today} label=${label} locale=${page.locale} words=${page.words}
      byKeyboard=${open === "keyboard"} choose=${choose} leave=${() => {
        close();
        input.current.focus();
      }} />`}
  </span>`;
}

/** A month of days, walked by arrows (a day, a week), Home and End (its week), Page Up and Down (a month; with Shift a year). */
function Calendar({ anchor, day, today, label, locale, words, byKeyboard, choose, leave }) {
  const title = useIds();
  const popup = useRef(null);
  const walking = useRef(byKeyboard);
  const [at, move] = useState(day ?? today);
  useBeside(anchor, popup, true, "start");
  useEffect(() => day && move(day), [day]);
  useLayoutEffect(() => {
    if (walking.current) popup.current.querySelector("[tabindex='0'][data-day]").focus();
  }, [at]);
  const turn = (months) => {
    walking.current = false;
    move(monthsLater(at, months));
  };
  const onKeyDown = (event) => {
    const week = weeksOf(at).find((days) => days.includes(at));
    const to = {
      ArrowLeft: () => daysLater(at, -1), ArrowRight: () => daysLater(at, 1), ArrowUp: () => daysLater(at, -7), ArrowDown: () => daysLater(at, 7),
      Home: () => week[0], End: () => week[6],
      PageUp: () => monthsLater(at, event.shiftKey ? -12 : -1), PageDown: () => monthsLater(at, event.shiftKey ? 12 : 1),
    }[event.key];
    if (event.key === "Escape") leave();
    else if (to && event.target.dataset.day) {
      walking.current = true;
      move(to());
    } else if (["Enter", " "].includes(event.key) && event.target.dataset.day) choose(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<div class="popup calendar" role="dialog" aria-label=${words.chooseDay(label)} ref=${popup} onKeyDown=${onKeyDown}>
    <div class="calendar-head">
      <button type="button" class="icon-button" aria-label=${words.previousMonth} onClick=${() => turn(-1)}><${Icon} name="back" /></button>
      <strong id=${title} aria-live="polite">${monthInWords(at, locale)}</strong>
      <button type="button" class="icon-button" aria-label=${words.nextMonth} onClick=${() => turn(1)}><${Icon} name="forth" /></button>
    </div>
    <table role="grid" aria-labelledby=${title}>
      <thead><tr>${weekdays(locale).map(({ short, long }) => html`<th scope="col" abbr=${long}>${short}</th>`)}</tr></thead>
      <tbody>${weeksOf(at).map((week) => html`<tr>${week.map((each) => html`<td role="gridcell" data-day=${each} tabindex=${each === at ? 0 : -1}
        class=${each.slice(0, 7) === at.slice(0, 7) ? "" : "beside"} aria-label=${dayInWords(each, locale)} aria-selected=${each === day ? "true" : "false"}
        aria-current=${each === today ? "date" : undefined} onClick=${() => choose(each)}>${Number(each.slice(8))}</td>`)}</tr>`)}</tbody>
    </table>
  </div>`;
}

const HALF_HOURS = Array.from({ length: 48 }, (_, n) => `${String(n >> 1).padStart(2, "0")}:${n % 2 ? "30" : "00"}`);

/** A time of day, typed or chosen among the half hours. value: "14:30", null, or what was typed and is no time. */
export function TimeField({ value, typed, taken, label, field, now, page, autoFocus }) {
  const id = useIds();
  const popup = useRef(null);
  const [active, setActive] = useState(null);
  const text = useText({ value, typed, taken, read: readTime, show: (time) => clockTime(time, page.locale) });
  const { around, close } = useAround(() => setActive(null));
  const open = active !== null;
  useBeside(around, popup, open, "fill");
  useLayoutEffect(() => {
    const here = popup.current?.querySelector("[data-active]");
    if (here) popup.current.scrollTop = here.offsetTop - popup.current.clientHeight / 2;
  }, [active]);
  const nearest = () => Math.max(0, HALF_HOURS.findIndex((half) => half >= (isTime(value) ? value : now)));
  const take = (time) => {
    close();
    text.take(time);
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive(open ? (active + step + HALF_HOURS.length) % HALF_HOURS.length : nearest());
    else if (event.key === "Escape" && open) close();
    else if (event.key === "Enter" && open) take(HALF_HOURS[active]);
    else return text.onKeyDown(event);
    event.preventDefault();
    return event.stopPropagation();
  };
  return html`<span class="time-field" ref=${around}>
    <input type="text" id=${field.id} class="text-input" role="combobox" autocomplete="off" spellcheck=${false} placeholder=${clockTime("09:00", page.locale)}
      value=${text.shown} aria-label=${field.id ? undefined : label} aria-invalid=${field.invalid ? "true" : undefined}
      aria-describedby=${field.described} aria-expanded=${open ? "true" : "false"} aria-controls=${`${id}-list`} aria-autocomplete="none"
      aria-activedescendant=${open ? `${id}-${active}` : undefined} data-autofocus=${autoFocus ? "" : undefined}
      onClick=${() => setActive(nearest())} onBlur=${text.onBlur} onKeyDown=${onKeyDown} onInput=${(event) => {
        close();
        text.onInput(event);
      }} />
    <span class="picker-arrow" aria-hidden="true"><${Icon} name="down" /></span>
    ${open && html`<div class="popup list" role="listbox" id=${`${id}-list`} aria-label=${label} ref=${popup} onMouseDown=${(event) => event.preventDefault()}>
      ${HALF_HOURS.map((half, n) => html`<div role="option" id=${`${id}-${n}`} key=${half} data-active=${n === active ? "" : undefined}
        aria-selected=${half === value ? "true" : "false"} onClick=${() => take(half)}><span>${clockTime(half, page.locale)}</span></div>`)}
    </div>`}
  </span>`;
}

/** The text of a field: what is typed as long as the hand is in it, then what it means. */
function useText({ value, typed, taken, read, show }) {
  const [text, setText] = useState(null);
  const meant = (words) => read(words) ?? (words.trim() || null);
  const settle = () => {
    if (text === null) return;
    setText(null);
    taken(meant(text));
  };
  return {
    shown: text ?? (value && read(value) ? show(value) : (value ?? "")),
    take(chosen) {
      setText(null);
      taken(chosen);
    },
    onInput(event) {
      setText(event.target.value);
      typed(meant(event.target.value));
    },
    onBlur: settle,
    onKeyDown: (event) => event.key === "Enter" && !composing(event) && settle(),
  };
}

/** A ref for what a popup belongs to; `shut` when somebody clicks or goes elsewhere. */
function useAround(shut) {
  const around = useRef(null);
  useEffect(() => {
    const here = around.current;
    const away = (event) => here.contains(event.target) || shut();
    const left = (event) => event.relatedTarget && !here.contains(event.relatedTarget) && shut();
    document.addEventListener("pointerdown", away);
    here.addEventListener("focusout", left);
    return () => {
      document.removeEventListener("pointerdown", away);
      here.removeEventListener("focusout", left);
    };
  }, []);
  return { around, close: shut };
}
