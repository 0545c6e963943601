// The page of the local Slack: who acts, what they see, and the clock. It holds no truth of its own: everything shown
// comes from the server's state of the moment, except what is typed and not yet sent.
import {
  html, render, useCallback, useEffect, useMemo, useReducer, useRef, useState,
} from "./vendor/htm-preact-standalone.module.js";
import { Coming } from "./coming.js";
import { Page, Saying } from "./context.js";
import { Conversation, nameOf, Thread } from "./conversation.js";
import { createDrafts } from "./drafts.js";
import { dayAndTime, timeOf, zoneOffset } from "./moments.js";
import { Inspector } from "./inspector.js";
import { sentence, Tour, useTour } from "./tour.js";
import { Canvas, Home, Modals } from "./views.js";
import { Avatar, Dialog, Icon, Menu, Said, Told } from "./widgets.js";
import { act as actAs, listen, readFile, readState, shared } from "./wire.js";
import { refusal, wordsFor } from "./words.js";

function App() {
  const [address, go, settle] = useAddress();
  const place = [address.as, address.in, address.at].join(" ");
  const [back, setBack] = useState({});
  const { state, failure, connected, refresh, moved } = useWorkspace(address.as, {
    in: address.in, thread: address.thread, at: address.at, back: back.place === place ? String(back.pages) : null,
  });
  useEffect(() => setBack({}), [place]);
  const drafts = useMemo(createDrafts, []);
  const [said, setSaid] = useState(null);
  const say = useCallback((sentence) => setSaid(sentence ? { sentence, wrong: true } : null), []);
  const tell = useCallback((sentence) => setSaid({ sentence }), []);
  const [side, setSide] = useState(false);
  const [tour, moveTour] = useTour();
  const watch = useRef(null);
  const [inspecting, inspect] = useState(false);
  const [canvas, setCanvas] = useState(null);

  const me = state?.people.find((person) => person.id === state.me);
  const words = wordsFor(me?.locale ?? navigator.language);
  useEffect(() => {
    document.documentElement.lang = me?.locale ?? "en";
    document.title = me ? `${me.real_name} · ${words.product}` : words.product;
  }, [me, words]);
  useEffect(() => say(""), [state?.me]);
  const narrow = useNarrow();
  const read = async (file) => {
    const answer = await readFile(state.me, file);
    if (answer.ok) setCanvas(answer);
    else say(refusal(answer, words));
  };
  useEffect(() => followOwnLinks(state?.domain, go, read), [state?.domain, state?.me]);

  const act = useCallback(
    async (what, fields) => {
      if (what !== "options" && what !== "mark_read") say("");
      const answer = await actAs(state.me, what, fields);
      if (what !== "options") await refresh();
      watch.current?.(what, fields, answer);
      return answer.ok ? answer : { ...answer, error: refusal(answer, words) };
    },
    [state?.me, refresh, words],
  );
  const channel = state?.channels.find((one) => one.id === address.in) ?? state?.channels.find((one) => one.name === state.opens_in) ?? state?.channels.find((one) => one.kind !== "im") ?? state?.channels[0];
  const isApp = channel?.kind === "im" && channel.with === state.bot.user_id;
  const atHome = isApp && state.bot.home_tab !== false && address.tab === "home";
  const marking = useRef(false);
  useEffect(() => {
    if (!channel?.unread || atHome || marking.current || document.visibilityState !== "visible") return;
    marking.current = true;
    act("mark_read", { channel: channel.id }).then(() => {
      marking.current = false;
    });
  });

  const openThread = useCallback((ts) => go({ thread: ts }), [go]);
  const open = useCallback((id) => {
    go({ in: id, thread: null, tab: null, at: null });
    setSide(false);
  }, [go]);
  useEffect(() => {
    const isTheirs = !address.as || address.as === state?.me; // else it is still the last person's workspace
    if (channel && isTheirs && address.in !== channel.id) settle({ in: channel.id });
  }, [channel?.id, address.in, address.as, state?.me]);
  const channelNames = state?.channels.map((one) => [one.id, one.name, one.kind, one.with].join(" ")).join();
  const people = useMemo(() => new Map(state?.people.map((person) => [person.id, person])), [state?.people]);
  const channels = useMemo(() => new Map(state?.channels.map((one) => [one.id, one])), [channelNames]);
  const minute = state && Math.floor(Date.parse(state.now) / A_MINUTE);
  const page = useMemo(() => state && me && ({
    words, me, act, say, tell, drafts, people, channels, go: open,
    locale: me.locale, tz: me.tz, now: new Date(minute * A_MINUTE), bot: state.bot,
    commands: state.commands, shortcuts: state.shortcuts, domain: state.domain, images: state.images,
    isNew: (moment) => moved !== null && moment !== null && new Date(moment) > moved.from && new Date(moment) <= moved.to,
  }), [words, me, act, drafts, people, channels, open, minute, state?.bot, state?.commands, state?.shortcuts, state?.domain, moved?.from, moved?.to]);

  if (!state || !me) {
    return html`<main class="opening">
      <p role="status">${failure ? words.unreachable(refusal({ ...failure, error: failure.message }, words)) : words.loading}</p>
      ${failure && address.as && html`<p><a href="/">${words.asSomebodyElse}</a></p>`}
    </main>`;
  }

  const close = () => setSide(false);
  const openTour = state.stories.length > 0 && !tour.open && (() => {
    moveTour({ open: true });
    close();
  });
  const sideBar = html`<${SideBar} state=${state} page=${page} current=${channel?.id} inspecting=${inspecting} openTour=${narrow && openTour}
    inspect=${() => {
      inspect(!inspecting);
      close();
    }} />`;
  const goTab = (tab) => go({ tab: tab === "home" ? "home" : null, thread: null });
  const messages = state.messages[channel?.id] ?? null; // not there yet when somebody has just come here
  const thread = address.thread && messages?.some((message) => message.ts === address.thread) ? address.thread : null;
  return html`<${Page.Provider} value=${page}><${Saying.Provider} value=${said}>
    <a class="skip" href="#main">${words.skip}</a>
    <a class="skip" href="#composer" onClick=${toComposer}>${words.skipToComposer}</a>
    <div class=${`frame ${thread ? "with-thread" : ""}`}>
      <${TopBar} state=${state} page=${page} toggleSide=${() => setSide(!side)} side=${side} switchTo=${(as) => go({ as, thread: null, tab: null, at: null })} openTour=${!narrow && openTour} />
      <div class="strips">
        ${!connected && html`<p class="strip offline" role="status">${words.offline}</p>`}
        <${Tour} stories=${state.stories} place=${tour} move=${moveTour} page=${page} state=${state} goTo=${go} watch=${watch} />
        <${Notes} notes=${state.notes} words=${words} />
        <${WhileMoved} state=${state} page=${page} moved=${moved} current=${channel?.id} goTo=${go} />
        ${state.views.length === 0 && html`<${Said} />`}
        <${Told} />
      </div>
      ${!narrow && sideBar}
      <main id="main" class="pane" tabindex="-1">
        ${channel
          ? html`<header class="pane-head">
                <h1>${channelIcon(channel, page)} ${channel.kind === "im" ? nameOf(channel, page.people) : channel.name}
                  ${channel.kind === "im" && html`<small>${page.people.get(channel.with)?.title}</small>`}</h1>
                ${isApp && state.bot.home_tab !== false &&
                html`<${Tabs} words=${words} shown=${atHome ? "home" : "messages"} choose=${goTab} />`}
              </header>
              ${atHome
                ? html`<${Home} key=${me.id} view=${state.home} />`
                : html`<${Conversation} key=${`${me.id} ${channel.id}`} channel=${channel} messages=${messages} at=${address.at}
                    range=${state.range} goBack=${(pages) => setBack({ place, pages })}
                    readOnly=${isApp && state.bot.messages_read_only} openThread=${openThread} />`}`
          : html`<p class="empty">${words.noChannels}</p>`}
      </main>
      ${thread && !atHome &&
      html`<${Thread} key=${`${me.id} ${thread}`} channel=${channel} messages=${messages} ts=${thread} at=${address.at} close=${() => go({ thread: null })} />`}
      ${inspecting && html`<${Inspector} version=${state} page=${page} close=${() => inspect(false)} />`}
    </div>
    ${narrow && side && html`<${Dialog} label=${words.menu} kind="drawer" onClose=${close}>
      <button type="button" class="icon-button side-close" aria-label=${words.close} onClick=${close}><${Icon} name="close" /></button>
      ${sideBar}
    <//>`}
    ${canvas && html`<${Canvas} title=${canvas.name} text=${canvas.text} close=${() => setCanvas(null)} />`}
    <${Modals} key=${me.id} views=${state.views} hint=${sentence(state.stories, tour, state.read_in, me)} />
  <//><//>`;
}

const A_MINUTE = 60_000;

function toComposer(event) {
  event.preventDefault();
  document.querySelector("main .composer textarea")?.focus();
}

/** Whether the window is too narrow for a side bar beside the messages. */
function useNarrow() {
  const query = useMemo(() => matchMedia("(max-width: 760px)"), []);
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const look = () => setNarrow(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return narrow;
}

function Tabs({ words, shown, choose }) {
  const bar = useRef(null);
  const walk = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    choose(shown === "home" ? "messages" : "home");
    bar.current.querySelector("[aria-selected=false]").focus();
  };
  return html`<div class="tabs" role="tablist" ref=${bar} onKeyDown=${walk}>
    ${["messages", "home"].map(
      (tab) => html`<button type="button" role="tab" aria-selected=${tab === shown ? "true" : "false"} tabindex=${tab === shown ? 0 : -1}
        onClick=${() => choose(tab)}>${words[`${tab}Tab`]}</button>`,
    )}
  </div>`;
}

/** A link to a message or a canvas of this workspace leads to it here instead of to the internet. */
function followOwnLinks(domain, go, read) {
  const follow = (event) => {
    const link = event.target.closest?.("a[href]");
    const canvas = link?.href.match(/^https:\/\/([\w-]+)\.slack\.com\/docs\/\w+\/(\w+)$/);
    if (canvas?.[1] === domain) {
      event.preventDefault();
      read(canvas[2]);
      return;
    }
    const found = link?.href.match(/^https:\/\/([\w-]+)\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})/);
    if (!found || found[1] !== domain) return;
    event.preventDefault();
    const thread = new URL(link.href).searchParams.get("thread_ts");
    go({ in: found[2], thread, tab: null, at: `${found[3]}.${found[4]}` });
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}

/** Where the page is, kept in its address so that a reload or a second tab finds it: as, in, thread, tab, at. Answers it,
 * a way to go elsewhere, and one to complete it without a step in the browser's history. */
function useAddress() {
  const read = () => Object.fromEntries(new URLSearchParams(location.search));
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const back = () => setAddress(read());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const changed = (change) => Object.fromEntries(Object.entries({ ...read(), ...change }).filter(([, value]) => value));
  const go = useCallback((change) => {
    const next = changed(change);
    history.pushState(null, "", `?${new URLSearchParams(next)}`);
    setAddress(next);
  }, []);
  const settle = useCallback((change) => {
    const next = changed(change);
    history.replaceState(null, "", `?${new URLSearchParams(next)}`);
    setAddress(next);
  }, []);
  return [address, go, settle];
}

const A_JUMP = 30_000;
const SAME_ADVANCE = 4_000;
const ON_ITS_WAY = 15_000;

/** The workspace as a person sees it at a place, kept up to date. moved is null or {from, to}: from when until when the
 * clock was last moved, with a little for what was then on its way. */
function useWorkspace(as, where) {
  const [state, setState] = useState(null);
  const [failure, setFailure] = useState(null);
  const [connected, setConnected] = useState(true);
  const clock = useRef({ now: null, real: 0, moved: null, movedAt: -Infinity });
  const run = useRef({});
  const place = useRef(where);
  place.current = where;
  const asked = () => {
    const { moved } = clock.current;
    return moved ? { ...place.current, from: moved.from.toISOString(), to: moved.to.toISOString() } : place.current;
  };

  const noteClock = (now) => {
    const real = performance.now();
    const seen = clock.current;
    if (seen.now && now - seen.now - (real - seen.real) > A_JUMP) {
      const from = real - seen.movedAt > SAME_ADVANCE ? seen.now : seen.moved.from;
      seen.moved = { from, to: new Date(now.getTime() + ON_ITS_WAY) };
      seen.movedAt = real;
      run.current.again = true; // for what came on the way
    }
    Object.assign(seen, { now, real });
  };

  // One request at a time; whoever asks during one waits for the next, so what they did is in what they get.
  const read = () => {
    const mine = run.current;
    const isOld = () => mine.again || mine.known < mine.heard;
    if (mine.running || !isOld()) return mine.running;
    mine.running = (async () => {
      while (isOld()) {
        mine.again = false;
        try {
          const next = await readState(as, asked());
          mine.known = next.version;
          if (mine === run.current) {
            noteClock(new Date(next.now));
            setState((before) => shared(before, next));
            setFailure(null);
          }
        } catch (problem) {
          mine.heard = mine.known;
          if (mine === run.current) setFailure(problem);
        }
      }
      mine.running = null;
    })();
    return mine.running;
  };
  const refresh = useCallback(() => {
    run.current.again = true;
    return read();
  }, [as]);
  const hear = useCallback((version) => {
    run.current.heard = Math.max(run.current.heard, version);
    read();
  }, [as]);

  useEffect(() => {
    run.current = { running: null, again: false, known: -1, heard: -1 };
    return () => {
      run.current = {};
    };
  }, [refresh]);
  useEffect(() => {
    refresh();
  }, [refresh, ...Object.values(where)]);
  const me = state?.me;
  useEffect(() => {
    let lost = false;
    const connect = (there) => {
      setConnected(there);
      if (there && lost) {
        Object.assign(run.current, { known: -1, heard: -1 }); // a server that was started anew counts anew
        refresh();
      }
      lost = !there;
    };
    return me ? listen(me, hear, connect) : undefined;
  }, [me, hear]);
  useEffect(() => {
    if (!failure || state) return undefined;
    const timer = setTimeout(refresh, 1500);
    return () => clearTimeout(timer);
  });
  return { state, failure, connected, refresh, moved: clock.current.moved };
}

function TopBar({ state, page, side, toggleSide, switchTo, openTour }) {
  const { words, me } = page;
  return html`<header class="top">
    <button type="button" class="icon-button only-narrow" aria-label=${words.menu} aria-haspopup="dialog" aria-expanded=${side ? "true" : "false"} onClick=${toggleSide}>
      <${Icon} name="menu" />
    </button>
    <div class="brand" title=${words.disclaimer}><span class="brand-mark" aria-hidden="true"></span><span>${state.team}<small>${words.product}</small></span></div>
    ${openTour && html`<button type="button" class="button small open-tour" onClick=${openTour}>${words.tour}</button>`}
    <${Clock} state=${state} page=${page} />
    <${Menu} kind="act-as" label=${words.actingAs(me.real_name)} hint=${words.actAsHint}
      items=${state.people
        .filter((person) => !person.is_bot)
        .map((person) => ({
          label: `${person.real_name}, ${person.title}`, also: person.full_name, current: person.id === me.id, href: `?as=${person.id}`,
          onSelect: () => switchTo(person.id), content: html`<${Persona} person=${person} now=${page.now} />`,
        }))}>
      <span class="act-as-label">${words.actAs}</span>
      <${Persona} person=${me} now=${page.now} />
      <${Icon} name="down" />
    <//>
  </header>`;
}

function Persona({ person, now }) {
  return html`<span class="persona">
    <${Avatar} person=${person} size="small" />
    <span class="persona-words">
      <span><strong>${person.real_name}</strong> ${person.title && html`<span class="persona-title">${person.title}</span>`}</span>
      <small>${wordsFor(person.locale).language} · ${person.tz} ${zoneOffset(now, person.tz)}</small>
    </span>
  </span>`;
}

const TICK = 5_000;

function Clock({ state, page }) {
  const { words, tz, locale } = page;
  const [busy, setBusy] = useState(false);
  const [unfolded, unfold] = useState(false);
  const read = useRef({ state: null, at: 0 });
  if (read.current.state !== state) read.current = { state, at: performance.now() };
  const [, tick] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, TICK);
    return () => clearInterval(timer);
  }, []);
  const moving = busy || state.moving !== null;
  const now = new Date(Date.parse(state.now) + (moving ? 0 : performance.now() - read.current.at));
  const advance = async (where) => {
    setBusy(true);
    unfold(false);
    const answer = await page.act("advance", where);
    setBusy(false);
    if (!answer.ok) page.say(answer.error);
  };
  const due = state.next_due && dayAndTime(new Date(state.next_due), tz, locale);
  const button = (text, title, where, disabled) =>
    html`<button type="button" class="button small" title=${title} aria-label=${title} disabled=${moving || disabled} onClick=${() => advance(where)}>${text}</button>`;
  return html`<div class=${`clock ${moving ? "busy" : ""} ${unfolded ? "unfolded" : ""}`} role="group" aria-label=${words.clock} aria-busy=${moving ? "true" : "false"}
    onKeyDown=${(event) => event.key === "Escape" && unfold(false)}>
    <div class="clock-head">
      <${Icon} name="clock" />
      <time dateTime=${now.toISOString()} data-testid="now">${dayAndTime(now, tz, locale)}</time>
      <button type="button" class="button small only-narrow" aria-expanded=${unfolded ? "true" : "false"} onClick=${() => unfold(!unfolded)}>
        ${words.moveClock} <${Icon} name="down" />
      </button>
      ${moving && html`<span class="moving">
        <span role="status">${words.moving(state.moving?.stops ?? 0)}</span>
        <progress value=${state.moving?.part ?? 0} aria-label=${words.clock}></progress>
        <button type="button" class="button small" onClick=${() => page.act("stop_clock", {})}>${words.stopClock}</button>
      </span>`}
      ${!moving && html`<${Coming} version=${state} page=${page} />`}
    </div>
    <span class="clock-buttons">
      ${button(words.hours(1), words.forward(1), { hours: 1 })}
      ${button(words.hours(4), words.forward(4), { hours: 4 })}
      ${button(words.nextMorning, words.nextMorning, { to: "next_morning" })}
      ${button(words.nextWorkingDay, words.nextWorkingDay, { to: "next_working_day" })}
      ${button(
        html`${words.nextDue} <small>${state.next_due ? timeOf(new Date(state.next_due), tz, locale) : "—"}</small>`,
        due ? words.nextDueAt(due) : words.nothingDue, { to: "next_due" }, !due,
      )}
    </span>
  </div>`;
}

/** What the bot did wrong, loud, until put aside; a new one is loud again. */
function Notes({ notes, words }) {
  const [seen, setSeen] = useState(0);
  const fresh = notes.slice(Math.min(seen, notes.length));
  if (fresh.length === 0) return null;
  return html`<section class="strip notes" role="alert" aria-label=${words.notes(fresh.length)} data-testid="notes">
    <div>
      <strong>${words.notes(fresh.length)}</strong>
      <ul>${fresh.map((note) => html`<li>${note}</li>`)}</ul>
    </div>
    <button type="button" class="button small" onClick=${() => setSeen(notes.length)}>${words.hideNotes}</button>
  </section>`;
}

/** What came while the clock moved, message, reply or change of a card, and the way there. */
function WhileMoved({ state, page, moved, current, goTo }) {
  const { words } = page;
  const [dismissed, setDismissed] = useState(null);
  if (moved === null || dismissed === moved.from) return null;
  const found = state.channels.filter((channel) => {
    const { came = 0, replies = 0, changed = 0 } = channel.moved ?? {};
    return came + changed > 0 && (channel.id !== current || replies + changed > 0);
  });
  if (found.length === 0) return null;
  return html`<div class="strip moved" role="status">
    <span>${words.whileMoved}</span>
    ${found.map((channel) => html`<button type="button" class="button small" key=${channel.id}
      onClick=${() => goTo({ in: channel.id, at: channel.moved.first, thread: null, tab: null })}>
      ${nameOf(channel, page.people)} · ${[channel.moved.came > 0 && words.arrived(channel.moved.came), channel.moved.changed > 0 && words.changed(channel.moved.changed)].filter(Boolean).join(", ")}
    </button>`)}
    <button type="button" class="button small plain" onClick=${() => setDismissed(moved.from)}>${words.dismiss}</button>
  </div>`;
}

function SideBar({ state, page, current, inspect, inspecting, openTour }) {
  const { words, people } = page;
  const isApp = (channel) => channel.with === state.bot.user_id;
  const isTalk = (channel) => channel.kind === "im" && !isApp(channel) && (channel.id === current || channel.begun);
  const groups = [
    [words.channels, state.channels.filter((channel) => channel.kind !== "im")],
    [words.apps, state.channels.filter((channel) => channel.kind === "im" && isApp(channel))],
    [words.directMessages, state.channels.filter(isTalk), html`<${NewMessage} page=${page} />`],
  ];
  return html`<nav class="side" aria-label=${words.menu}>
    ${groups.map(
      ([title, channels, beside]) => (channels.length > 0 || beside) && html`<section>
        <h2>${title}${beside}</h2>
        <ul>
          ${channels.map((channel) => {
            const name = nameOf(channel, people);
            const label = [name, channel.kind === "private" && words.privateChannel, channel.unread > 0 && words.unread(channel.unread)];
            return html`<li key=${channel.id}>
              <button type="button" class=${channel.unread ? "unread" : ""} aria-current=${channel.id === current ? "page" : undefined}
                aria-label=${label.filter(Boolean).join(", ")} onClick=${() => page.go(channel.id)}>
                ${channelIcon(channel, page)}<span class="name">${channel.kind === "im" ? name : channel.name}</span>
                ${channel.unread > 0 && html`<span class="count">${channel.unread}</span>`}
              </button>
            </li>`;
          })}
        </ul>
      </section>`,
    )}
    <div class="for-developers">
      ${openTour && html`<button type="button" class="button small plain" onClick=${openTour}>${words.tour}</button>`}
      <button type="button" class="button small plain" aria-pressed=${inspecting ? "true" : "false"} onClick=${inspect}>${words.inspector}</button>
      <a class="button small plain" href=${`/gallery?lang=${page.locale}`} target="_blank" rel="noopener">${words.gallery}</a>
    </div>
    <p class="disclaimer">${words.disclaimer}</p>
  </nav>`;
}

/** Begins a direct message to a colleague. */
function NewMessage({ page }) {
  const { words, people, me } = page;
  const write = async (person) => {
    const answer = await page.act("dm", { with: person.id });
    if (answer.ok) page.go(answer.channel);
    else page.say(answer.error);
  };
  const colleagues = [...people.values()].filter((person) => !person.is_bot && person.id !== me.id);
  return html`<${Menu} label=${words.newMessage} align="start" items=${colleagues.map((person) => ({
    label: `${person.real_name}, ${person.title}`, also: person.full_name, onSelect: () => write(person),
    content: html`<${Persona} person=${person} now=${page.now} />`,
  }))}><${Icon} name="plus" /><//>`;
}

function channelIcon(channel, page) {
  if (channel.kind === "im") return html`<${Avatar} person=${page.people.get(channel.with)} size="tiny" />`;
  return html`<${Icon} name=${channel.kind === "private" ? "lock" : "hash"} />`;
}

render(html`<${App} />`, document.body);
