// A guided story: sentence by sentence, with a button that does what it tells. Stories are data, given by whoever runs the
// local Slack: {title, steps: [{say, as?, in?, tab?, command?, reply?, advance?}]}; title, say and reply are texts by language,
// `as` is a handle, `in` a channel's name or "@app", `advance` where the clock goes, stop by stop, `reply` is said under the newest message.
import { html, useState } from "./vendor/htm-preact-standalone.module.js";
import { Icon } from "./widgets.js";
import { act } from "./wire.js";

const PLACE = "tour";

/** Where the reader is in the tour, kept over reloads of this tab; opens by itself the first time. */
export function useTour() {
  const [place, setPlace] = useState(() => read() ?? { open: true, story: 0, step: 0 });
  return [place, (change) => {
    const next = { ...place, ...change };
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(next));
    } catch { /* a browser that keeps nothing still shows the tour */ }
    setPlace(next);
  }];
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

/** The sentence of the step the reader is at, for a form that covers the tour; nothing while the tour is closed. */
export function sentence(stories, place, language) {
  const steps = stories[place.story]?.steps;
  return place.open && steps ? steps[Math.min(place.step, steps.length - 1)].say[place.language ?? language] : null;
}

export function Tour({ stories, place, move, page, state, goTo }) {
  const { words } = page;
  const [busy, setBusy] = useState(false);
  const story = stories[place.story] ?? stories[0];
  if (!story || !place.open) return null;
  const language = place.language ?? state.read_in;
  const other = language === "zh" ? "en" : "zh";
  const step = story.steps[Math.min(place.step, story.steps.length - 1)];
  const last = place.step >= story.steps.length - 1;

  const follow = async () => {
    setBusy(true);
    const who = state.people.find((person) => person.handle === step.as) ?? page.me;
    const channel = await placeOf(step.in, who, state);
    goTo({ as: who.id, in: channel, thread: null, tab: step.tab ?? null, at: null });
    const done = await doIt(step, who, channel, state, language);
    if (done && !done.ok) page.say(done.error);
    setBusy(false);
    if (!last) move({ step: place.step + 1 });
  };
  const acts = step.command || step.advance || step.reply;
  const does = step.as || step.in || step.command || step.advance;
  return html`<section class="strip tour" aria-label=${words.tour}>
    ${stories.length > 1 && html`<select class="tour-story" aria-label=${words.tourStory} value=${place.story}
      onChange=${(event) => move({ story: Number(event.target.value), step: 0 })}>
      ${stories.map((one, n) => html`<option value=${n}>${one.title[language]}</option>`)}
    </select>`}
    <span class="tour-place">${place.step + 1} / ${story.steps.length}</span>
    <p class="tour-say" aria-live="polite" lang=${language}>${step.say[language]}</p>
    <span class="tour-buttons">
      ${does && html`<button type="button" class="button small primary" disabled=${busy} onClick=${follow}>${acts ? words.tourDo : words.tourShow}</button>`}
      ${place.step > 0 && html`<button type="button" class="button small plain" disabled=${busy} onClick=${() => move({ step: place.step - 1 })}>${words.tourBack}</button>`}
      ${!last && html`<button type="button" class="button small plain" disabled=${busy} onClick=${() => move({ step: place.step + 1 })}>${does ? words.tourSkip : words.tourNext}</button>`}
      ${last && html`<button type="button" class="button small plain" onClick=${() => move({ step: 0 })}>${words.tourAgain}</button>`}
    </span>
    <button type="button" class="button small plain" lang=${other} onClick=${() => move({ language: other })}>${other === "zh" ? "中文" : "English"}</button>
    <button type="button" class="icon-button" aria-label=${words.tourClose} title=${words.tourClose} onClick=${() => move({ open: false })}><${Icon} name="close" /></button>
  </section>`;
}

/** The id of a step's channel as the person sees it; "@app" is their conversation with the app. */
async function placeOf(name, who, state) {
  if (!name) return undefined;
  if (!name.startsWith("@")) return state.channels.find((channel) => channel.name === name)?.id;
  const theirs = await fetch(`/page/state?as=${who.id}`).then((answer) => answer.json());
  return theirs.channels.find((channel) => channel.kind === "im" && channel.with === theirs.bot.user_id)?.id;
}

async function doIt(step, who, channel, state, language) {
  if (step.command) return act(who.id, "command", { channel, text: step.command });
  if (step.advance) {
    let done;
    for (const where of step.advance) done = await act(who.id, "advance", where);
    return done;
  }
  if (!step.reply) return null;
  const newest = state.messages[channel]?.filter((message) => message.user === state.bot.user_id && (!message.thread_ts || message.thread_ts === message.ts)).at(-1);
  return newest ? act(who.id, "reply", { channel, ts: newest.ts, text: step.reply[language] }) : null;
}
