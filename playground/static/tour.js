// A guided story: what is on the screen now, said in a sentence, and where to click to go on; the button does it, too.
// Stories are data, given by whoever runs the local Slack: {title, steps}. Any text in them may be {en, zh}. A step has
//   say     what the screen shows once the step is reached, and what comes next
//   as, in  a handle, and a channel's name or "@app" for the conversation with the app; both hold until another step changes
//           them. tab: "home" shows the app's Home there. thread: true opens the thread of the message it is about.
//   about   words of the message the step is about, the newest one of the app's; holds until changed
//   do      what is done to reach the step, in this order: {command}, {fill: {block_id: value}}, {press: action_id},
//           {reply} under the message (`replyAs` is who), {post}, {advance: [where, ...]} of the clock, stop by stop,
//           {office: true} the clock goes to the next working morning unless people are at work
//   sent    true: the step is reached when the reader has sent the form that the step before has filled in
//   shows   words that the message, its thread or Home has to show before the step is told
//   at      what to look at: "card", "thread", "home", "submit" (a form's button), or a button's action_id
import { html, useEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { optionsOf, stateWith } from "./formstate.js";
import { Icon } from "./widgets.js";
import { act, readState } from "./wire.js";
import { refusal, wordsFor } from "./words.js";

const PLACE = "tour";
const SAID = "tour-say";
const PATIENCE = 20_000; // the bot answers through its outbox, a message a second for each channel
const A_LOOK = 300;
const MORNING = 9;
const EVENING = 16; // what a story then asks of people, it asks on the same day

/** Where the reader is in the tour, kept over reloads of this tab; opens by itself the first time. */
export function useTour() {
  const [place, setPlace] = useState(() => read() ?? { open: true, story: 0, step: 0 });
  return [place, (change) => setPlace((before) => {
    const next = { ...before, ...change };
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(next));
    } catch { /* a browser that keeps nothing still shows the tour */ }
    return next;
  })];
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

/** The sentence of the step the reader is at, if it is about the form that is open; `me` is the person acting. */
export function sentence(stories, place, language, me) {
  const story = place.open && stories[place.story];
  if (!story) return null;
  const told = steps(story, place.language ?? language);
  const step = told[Math.min(place.step, told.length - 1)];
  return step.at === "submit" && step.as === me.handle ? step.say : null;
}

/** `watch` is a ref to what hears of each act of the reader's own. */
export function Tour({ stories, place, move, page, state, goTo, watch }) {
  const [busy, setBusy] = useState(false);
  const story = stories[place.story] ?? stories[0];
  const language = place.language ?? state.read_in;
  const words = wordsFor(language);
  const told = story && place.open ? steps(story, language) : [];
  const at = Math.min(place.step, told.length - 1);
  const step = told[at];
  usePointer(step && !busy ? step : null, `${place.story} ${at}`);

  const arrive = async (n, begun) => {
    setBusy(true);
    try {
      if (told[n].sent && !begun) await reach(n - 1);
      else await reach(n, begun);
    } catch (problem) {
      page.say(refusal({ ...problem, error: problem.message }, words));
    }
    setBusy(false);
  };
  const reach = async (n, begun) => {
    const next = told[n];
    const who = state.people.find((person) => person.handle === next.as) ?? page.me;
    const channel = await placeOf(next.in, who);
    if (who.id !== page.me.id) goTo({ as: who.id, in: channel, thread: null, tab: null, at: null });
    const deeds = next.do ?? [];
    const left = begun && !next.sent ? deeds.slice(1) : deeds;
    for (const [n, deed] of left.entries()) {
      if (deed.fill) continue;
      await perform(deed, next, who, channel, page);
      if (left[n + 1]?.fill) await fillIn(left[n + 1].fill, () => perform(deed, next, who, channel, page), who, page);
    }
    if (left[0]?.fill) await fillIn(left[0].fill, () => {}, who, page);
    const found = await whatItIsAbout(next, who, channel);
    if (!found) throw lost();
    const ts = found.ts ?? null;
    goTo({ as: who.id, in: channel, thread: next.thread ? ts : null, tab: next.tab ?? null, at: next.thread ? null : ts });
    move({ step: n });
  };
  watch.current = step && !busy && at + 1 < told.length
    ? (what, fields, answer) => {
        if (answer.ok && isDone(told[at + 1], what, fields, answer, page.me)) arrive(at + 1, true);
      }
    : null;
  if (!step) return null;

  const other = language === "zh" ? "en" : "zh";
  const last = at === told.length - 1;
  const onward = at === 0 ? words.tourBegin : told[at + 1]?.do || told[at + 1]?.sent ? words.tourDo : words.tourNext;
  return html`<section class="strip tour" lang=${language} aria-label=${words.tour} aria-busy=${busy ? "true" : "false"}>
    ${stories.length > 1 && html`<select class="tour-story" aria-label=${words.tourStory} value=${place.story} disabled=${busy}
      onChange=${(event) => move({ story: Number(event.target.value), step: 0 })}>
      ${stories.map((one, n) => html`<option value=${n}>${one.title[language]}</option>`)}
    </select>`}
    <span class="tour-place">${at + 1} / ${told.length}</span>
    <p class="tour-say" id=${SAID} aria-live="polite">${step.say}</p>
    <span class="tour-buttons">
      ${busy && html`<span class="tour-busy" role="status">${words.oneMoment}</span>`}
      ${!last && html`<button type="button" class="button small primary" disabled=${busy} onClick=${() => arrive(at + 1)}>${onward}</button>`}
      ${at > 0 && !last && html`<button type="button" class="button small plain" disabled=${busy} onClick=${() => move({ step: at - 1 })}>${words.tourBack}</button>`}
      ${last && place.story + 1 < stories.length && html`<button type="button" class="button small primary" onClick=${() => move({ story: place.story + 1, step: 0 })}>${words.tourNextStory}</button>`}
      ${last && html`<button type="button" class="button small plain" onClick=${() => move({ step: 0 })}>${words.tourAgain}</button>`}
    </span>
    <button type="button" class="button small plain" lang=${other} disabled=${busy} onClick=${() => move({ language: other, step: 0 })}>${other === "zh" ? "中文" : "English"}</button>
    <button type="button" class="icon-button" aria-label=${words.tourClose} title=${words.tourClose} onClick=${() => move({ open: false })}><${Icon} name="close" /></button>
  </section>`;
}

/** A story's steps in one language, each with what still holds of the steps before it. */
function steps(story, language) {
  const held = {};
  return spoken(story.steps, language).map((step) => {
    if (step.in || step.tab) held.thread = held.tab = undefined;
    for (const name of ["as", "in", "about", "thread", "tab"]) held[name] = step[name] ?? held[name];
    return { ...step, ...held };
  });
}

function spoken(value, language) {
  if (Array.isArray(value)) return value.map((one) => spoken(one, language));
  if (value === null || typeof value !== "object") return value;
  if ("en" in value && "zh" in value) return spoken(value[language], language);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoken(one, language)]));
}

/** Whether what the reader just did is what the tour would have done to reach the step. */
function isDone(next, what, fields, answer, me) {
  if (next.sent) return what === "submit" && Object.keys(answer.errors ?? {}).length === 0;
  if (next.as && next.as !== me.handle) return false;
  const [deed] = next.do ?? [];
  if (deed?.press) return what === "click" && fields.action_id === deed.press;
  if (deed?.command) return what === "command" && fields.text.split(" ")[0] === deed.command.split(" ")[0];
  if (deed?.reply) return what === "reply" && fields.text.trim().toLowerCase() === deed.reply.toLowerCase();
  return false;
}

/** The id of a step's channel as the person sees it; "@app" is their conversation with the app. */
async function placeOf(name, who) {
  const theirs = await readState(who.id);
  const isIt = name === "@app"
    ? (channel) => channel.kind === "im" && channel.with === theirs.bot.user_id
    : (channel) => channel.name === (name ?? theirs.opens_in);
  return theirs.channels.find(isIt)?.id;
}

async function perform(deed, step, who, channel, page) {
  if (deed.office) {
    if (!atWork(new Date((await readState(who.id)).now), who.tz)) await well(act(who.id, "advance", { to: "next_working_day" }));
  } else if (deed.advance) {
    for (const where of deed.advance) await well(act(who.id, "advance", where));
  } else if (deed.command) {
    await well(act(who.id, "command", { channel, text: deed.command }));
  } else if (deed.post) {
    await well(act(who.id, "post", { channel, text: deed.post }));
  } else {
    const message = await until(async () => newest(await readState(who.id, { in: channel }), channel, step.about));
    if (deed.reply) await well(act(deed.replyAs ?? who.id, "reply", { channel, ts: message.ts, text: deed.reply }));
    if (deed.press) await press(deed.press, message, who, channel);
  }
}

/** Fills in the form that opened. A slow machine may miss the three seconds in which Slack takes one: then once more. */
async function fillIn(filled, again, who, page) {
  const opened = () => until(async () => (await readState(who.id)).views.at(-1), PATIENCE / 3);
  const view = await opened().catch(async () => {
    await again();
    return opened();
  });
  for (const block of view.blocks) {
    if (!Object.hasOwn(filled, block.block_id)) continue;
    const value = entered(block.element, filled[block.block_id], page);
    page.drafts.put(view.id, block.block_id, block.element.action_id, stateWith(block.element, value));
  }
}

function atWork(now, timeZone) {
  const format = new Intl.DateTimeFormat("en", { hour: "numeric", hourCycle: "h23", weekday: "short", timeZone });
  const { hour, weekday } = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return Number(hour) >= MORNING && Number(hour) < EVENING && !["Sat", "Sun"].includes(weekday);
}

async function press(action_id, message, who, channel) {
  for (const block of message.blocks) {
    const element = (block.elements ?? [block.accessory]).find((one) => one?.action_id === action_id);
    if (!element) continue;
    const action = { type: element.type, text: element.text, value: element.value };
    await well(act(who.id, "click", { where: { channel, ts: message.ts }, block_id: block.block_id, action_id, action, values: {} }));
    return;
  }
}

/** What a field holds when a value is put in: an option by its value, a person by handle, a moment in hours from now. */
function entered(element, value, page) {
  const person = (handle) => [...page.people.values()].find((one) => one.handle === handle)?.id;
  if (element.type === "datetimepicker") return Math.floor(page.now.getTime() / 1800_000 + 1) * 1800 + value * 3600;
  if (element.type === "users_select") return person(value);
  if (element.type === "multi_users_select") return value.map(person);
  if (["static_select", "radio_buttons"].includes(element.type)) return optionsOf(element).find((option) => option.value === value);
  return value;
}

/** The message or Home the step is about, once it shows what the step tells of; nothing when that does not come. */
async function whatItIsAbout(step, who, channel) {
  if (step.at === "submit" || !(step.about || step.shows)) return {};
  try {
    return await until(async () => {
      if (step.tab === "home") {
        await act(who.id, "home", {});
        const { home } = await readState(who.id);
        return home && says(home.blocks, step.shows ?? "") ? {} : null;
      }
      const message = newest(await readState(who.id, { in: channel }), channel, step.about ?? step.shows);
      if (!message || !step.shows) return message;
      const { messages } = await readState(who.id, { in: channel, thread: message.ts });
      const seen = messages[channel].filter((one) => one.ts === message.ts || one.thread_ts === message.ts);
      return seen.some((one) => says([one.text, one.blocks], step.shows)) ? message : null;
    });
  } catch {
    return null;
  }
}

function newest(state, channel, words) {
  const outside = state.messages[channel].filter((one) => !one.thread_ts || one.thread_ts === one.ts);
  return outside.filter((one) => one.user === state.bot.user_id && says([one.text, one.blocks], words)).at(-1);
}

function says(blocks, words) {
  return JSON.stringify(blocks).includes(words);
}

async function until(look, patience = PATIENCE) {
  for (const began = performance.now(); performance.now() - began < patience; ) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, A_LOOK));
  }
  throw lost();
}

function lost() {
  return Object.assign(new Error("it did not come"), { why: "tour_lost" });
}

async function well(doing) {
  const answer = await doing;
  if (!answer.ok) throw Object.assign(new Error(answer.error), answer);
  return answer;
}

/** Marks what the step tells of on the screen, and brings it into sight once. */
function usePointer(step, key) {
  const shown = useRef("");
  useEffect(() => {
    if (!step) return undefined;
    let marked = null;
    const mark = () => {
      const target = targetOf(step);
      if (target === marked && target?.isConnected) return;
      unmark();
      marked = target;
      if (!target) return;
      target.setAttribute("data-tour", "");
      if (!target.hasAttribute("aria-describedby")) target.setAttribute("aria-describedby", SAID);
      if (shown.current === key) return;
      shown.current = key;
      target.scrollIntoView({ block: target.offsetHeight > innerHeight / 2 ? "start" : "center" });
    };
    const unmark = () => {
      marked?.removeAttribute("data-tour");
      if (marked?.getAttribute("aria-describedby") === SAID) marked.removeAttribute("aria-describedby");
    };
    mark();
    const timer = setInterval(mark, A_LOOK);
    return () => {
      clearInterval(timer);
      unmark();
    };
  });
}

function targetOf(step) {
  if (step.at === "submit") return document.querySelector(".modal-form .submit");
  if (step.at === "thread") return [...document.querySelectorAll(".thread article")].at(-1) ?? null;
  if (step.at === "home") return document.querySelector("main .home");
  if (!step.at) return null;
  const card = [...document.querySelectorAll("main article")].filter((one) => one.textContent.includes(step.about)).at(-1);
  return (step.at === "card" ? card : card?.querySelector(`[data-action-id="${step.at}"]`)) ?? null;
}
