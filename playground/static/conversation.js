// A channel or direct message as one person sees it: its messages, a thread beside it, and the place to write.
import {
  Component, html, useContext, useEffect, useLayoutEffect, useRef, useState,
} from "./vendor/htm-preact-standalone.module.js";
import { Surface } from "./blockkit.js";
import { Page } from "./context.js";
import { useDrafts } from "./drafts.js";
import { character, emojiNames } from "./emoji.js";
import { EmojiMenu } from "./emojimenu.js";
import { dayAndTime, dayName, dayOf, timeOf } from "./moments.js";
import { asTyped, mrkdwn } from "./mrkdwn.js";
import { Avatar, Boundary, composing, Confirm, Icon, Menu, useIds } from "./widgets.js";
import { readFile } from "./wire.js";

/** "#export-orders", or the other person's name. */
export function nameOf(channel, people) {
  if (channel.kind !== "im") return `#${channel.name}`;
  return people.get(channel.with)?.real_name ?? channel.name ?? channel.id;
}

/** Whether a message stands in its thread only. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts && !message.broadcast && message.subtype !== "thread_broadcast";
}

/** The messages outside threads (null: not known yet), and the composer. `range` is {earlier, later, back}, what of them is shown; goBack(n) asks
 * for the pages `n` away from the newest. */
export function Conversation({ channel, messages, at, range, goBack, readOnly, openThread }) {
  const page = useContext(Page);
  const name = nameOf(channel, page.people);
  return html`${messages === null
      ? html`<div class="log-frame" aria-busy="true"></div>`
      : html`<${Log} key=${channel.id} label=${page.words.messagesIn(name)} empty=${page.words.noMessages} place=${channel.id}
          messages=${messages.filter((message) => !isReply(message))} at=${at} range=${range} goBack=${goBack} openThread=${openThread} />`}
    ${readOnly
      ? html`<p class="read-only">${page.words.readOnly(name)}</p>`
      : html`<${Composer} key=${`compose ${channel.id}`} place=${channel.id} label=${page.words.messageTo(name)} channel=${channel} />`}`;
}

/** One message and what was answered below it. */
export function Thread({ channel, messages, ts, at, close }) {
  const page = useContext(Page);
  const box = useRef(null);
  const shown = messages.filter((message) => message.ts === ts || message.thread_ts === ts);
  // Whoever was in the thread goes on at the message it hangs on.
  useLayoutEffect(() => () => {
    if (!box.current.contains(document.activeElement)) return;
    const above = document.querySelector(`main [data-ts="${ts}"]`);
    (above?.querySelector(".replies") ?? above)?.focus();
  }, []);
  return html`<aside class="thread" ref=${box} aria-label=${page.words.thread} onKeyDown=${(event) => event.key === "Escape" && close()}>
    <header class="pane-head">
      <h2>${page.words.thread} <small>${nameOf(channel, page.people)}</small></h2>
      <button type="button" class="icon-button" aria-label=${page.words.close} onClick=${close}><${Icon} name="close" /></button>
    </header>
    <${Log} key=${ts} label=${page.words.thread} empty=${page.words.noMessages} place=${channel.id} messages=${shown} at=${at} range=${ALL} />
    <${Composer} key=${`compose ${ts}`} place=${`${channel.id} ${ts}`} label=${page.words.replyTo} channel=${channel} thread=${ts} />
  </aside>`;
}

/** Puts the message's link, as Slack writes it, into the clipboard. */
async function copyLink(place, message, page) {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}&cid=${place}` : "";
  const link = `https://${page.domain}.slack.com/archives/${place}/p${message.ts.replace(".", "")}${thread}`;
  try {
    await navigator.clipboard.writeText(link);
    page.tell(page.words.linkCopied);
  } catch {
    page.tell(link);
  }
}

const ALL = { earlier: 0, later: 0, back: 0 };
const NEAR = 500;
const AT_END = 60;

/** Messages in order, the newest below. It stays at the newest, or where its reader is: whatever comes in above, below or
 * between leaves the message they look at in its place. */
function Log({ label, empty, place, messages, at, range, goBack, openThread }) {
  const page = useContext(Page);
  const box = useRef(null);
  const atEnd = useRef(true);
  const held = useRef(null);
  const seen = useRef({ last: "", at: "", asked: "", scrollTop: 0 });
  const [away, setAway] = useState(false);
  const first = messages[0]?.ts;
  const last = messages.at(-1)?.ts;

  const topOf = (message) => message.getBoundingClientRect().top - box.current.getBoundingClientRect().top;
  const newest = () => [...box.current.children].findLast((child) => child.tagName === "ARTICLE");
  const hold = () => {
    const shown = [...box.current.children].find((child) => child.tagName === "ARTICLE" && topOf(child) + child.offsetHeight > 0);
    held.current = shown && { ts: shown.dataset.ts, top: topOf(shown) };
    seen.current.scrollTop = box.current.scrollTop;
  };
  const look = () => {
    if (!box.current) return; // shown no more
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    const message = newest();
    const atNewest = scrollHeight - scrollTop - clientHeight < AT_END || (message?.offsetHeight > clientHeight && topOf(message) < AT_END);
    atEnd.current = range.later === 0 && atNewest;
    hold();
  };
  // Somebody may have scrolled since, and the browser has not said so yet.
  if (box.current && box.current.scrollTop !== seen.current.scrollTop) look();
  const put = (ts, top) => {
    const message = box.current.querySelector(`:scope > [data-ts="${ts}"]`);
    if (message) box.current.scrollTop += topOf(message) - top;
  };
  // A message taller than the window is shown from its head.
  const toEnd = () => {
    box.current.scrollTop = box.current.scrollHeight;
    const message = newest();
    if (message && topOf(message) < 0) put(message.dataset.ts, 8);
    atEnd.current = true;
    hold();
  };
  const toNewest = () => {
    atEnd.current = true;
    seen.current.last = "";
    if (range.back > 0) goBack(0);
    else toEnd();
  };
  useLayoutEffect(() => {
    const known = seen.current;
    const tall = newest()?.offsetHeight > box.current.clientHeight;
    if (at && known.at !== at && box.current.querySelector(`:scope > [data-ts="${at}"]`)) {
      known.at = at;
      atEnd.current = false;
      put(at, box.current.clientHeight / 4);
    } else if (atEnd.current && range.later === 0 && (known.last !== last || !tall)) toEnd();
    else if (held.current) put(held.current.ts, held.current.top);
    known.last = last;
    hold();
  });
  const onScroll = () => {
    if (!box.current) return; // the browser says so later, when another channel may be shown
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    const below = scrollHeight - scrollTop - clientHeight;
    look();
    setAway(!atEnd.current);
    const to = scrollTop < NEAR && range.earlier > 0 ? range.back + 1 : below < NEAR && range.later > 0 ? range.back - 1 : null;
    if (to === null || seen.current.asked === `${first} ${to}`) return;
    seen.current.asked = `${first} ${to}`;
    goBack(to);
  };
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = document.activeElement;
    if (!step || (here !== box.current && here.parentElement !== box.current)) return;
    const all = [...box.current.children].filter((child) => child.tagName === "ARTICLE");
    const next = here === box.current ? all.at(step < 0 ? -1 : 0) : all[all.indexOf(here) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  let day = "";
  return html`<div class="log-frame">
    <div class="log" role="log" aria-label=${label} tabindex="0" ref=${box} onScroll=${onScroll} onKeyDown=${walk}>
      ${range.earlier > 0 && html`<p class="earlier"><button type="button" class="button small" onClick=${() => goBack(range.back + 1)}>${page.words.earlierMessages(range.earlier)}</button></p>`}
      ${messages.length === 0 && html`<p class="empty">${empty}</p>`}
      ${messages.flatMap((message) => {
        const moment = new Date(message.at);
        const today = dayOf(moment, page.tz);
        const divider = today !== day && html`<div class="day" key=${today} role="separator"
          ><span>${dayName(moment, page.now, page.tz, page.locale)}</span></div>`;
        day = today;
        return [divider, html`<${Steady} key=${`${message.ts}${message.ephemeral ? "e" : ""}`} place=${place} message=${message}
          pointed=${at === message.ts} openThread=${openThread} words=${page.words} />`];
      })}
      ${range.later > 0 && html`<p class="earlier"><button type="button" class="button small" onClick=${() => goBack(range.back - 1)}>${page.words.laterMessages(range.later)}</button></p>`}
    </div>
    ${(away || range.later > 0) && html`<button type="button" class="to-end" onClick=${toNewest}><${Icon} name="down" /> ${page.words.toNewest}</button>`}
  </div>`;
}

/** A message, drawn again only when it changed. Whoever was at a control that is gone then is at the message. */
class Steady extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((key) => next[key] !== this.props[key]);
  }

  getSnapshotBeforeUpdate() {
    return this.base.contains(document.activeElement);
  }

  componentDidUpdate(before, state, within) {
    if (within && document.activeElement === document.body) this.base.focus();
  }

  render({ message, words, ...rest }) {
    return html`<${Boundary} of=${message} what=${words.message} words=${words}><${Message} message=${message} ...${rest} /><//>`;
  }
}

function Message({ place, message, pointed, openThread }) {
  const page = useContext(Page);
  const { words } = page;
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const moment = new Date(message.at);
  const author = page.people.get(message.user) ?? { id: message.user, real_name: message.user };
  const mine = message.user === page.me.id;
  const here = { channel: place, ts: message.ts };
  const fresh = !mine && page.isNew(message.at);
  const changed = !fresh && page.isNew(message.changed_at);
  const answered = page.isNew(message.replied_at);
  const time = timeOf(moment, page.tz, page.locale);

  const act = async (what, fields) => {
    const answer = await page.act(what, { ...here, ...fields });
    if (!answer.ok) page.say(answer.error);
    return answer.ok;
  };
  const save = async (file) => {
    const answer = await readFile(page.me.id, file.id);
    if (!answer.ok) return page.say(answer.error);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(answer.blob);
    link.download = answer.name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const react = (name) => {
    const given = message.reactions?.find((reaction) => reaction.name === name)?.users.includes(page.me.id);
    return act(given ? "unreact" : "react", { name });
  };
  const more = [
    ...page.shortcuts
      .filter((shortcut) => shortcut.type === "message" && !message.ephemeral)
      .map((shortcut) => ({
        label: shortcut.name, hint: page.bot.real_name,
        onSelect: () => act("shortcut", { callback_id: shortcut.callback_id }),
      })),
    ...(message.ephemeral ? [] : [{ label: words.copyLink, onSelect: () => copyLink(place, message, page) }]),
    ...(mine && !message.ephemeral
      ? [
          { label: words.editMessage, onSelect: () => setEditing(true) },
          { label: words.deleteMessage, danger: true, onSelect: () => setDeleting(true) },
        ]
      : []),
  ];
  const classes = ["message", message.ephemeral && "ephemeral", (fresh || changed || answered) && "fresh", pointed && "pointed"].filter(Boolean).join(" ");
  return html`<article class=${classes} aria-label=${`${author.real_name}, ${time}`} data-ts=${message.ts} tabindex="-1">
    ${!editing &&
    html`<div class="message-tools">
      ${!message.ephemeral &&
      html`<${EmojiMenu} label=${words.react} words=${words} choose=${react} />`}
      ${openThread && !message.ephemeral &&
      html`<button type="button" class="icon-button" aria-label=${words.replyInThread} title=${words.replyInThread}
        onClick=${() => openThread(message.thread_ts ?? message.ts)}><${Icon} name="thread" /></button>`}
      ${more.length > 0 && html`<${Menu} label=${words.more} items=${more}><${Icon} name="dots" /><//>`}
    </div>`}
    <${Avatar} person=${author} />
    <div class="message-main">
      <header class="message-head">
        <strong>${author.real_name}</strong>
        ${author.is_bot && html`<span class="tag">${words.app}</span>`}
        <time dateTime=${message.at} title=${dayAndTime(moment, page.tz, page.locale)}>${time}</time>
        ${message.edited && html`<small class="edited">(${words.edited})</small>`}
        ${fresh && html`<span class="tag new">${words.isNew}</span>`}
        ${changed && html`<span class="tag new">${words.isChanged}</span>`}
        ${message.ephemeral && html`<span class="only-you">${words.onlyYou} · <button type="button" class="link" onClick=${() => act("dismiss", {})}>${words.dismissMessage}</button></span>`}
      </header>
      ${editing
        ? html`<${Editor} text=${asTyped(message.text, page)} cancel=${() => setEditing(false)}
            save=${async (text) => (await act("edit", { text })) && setEditing(false)} />`
        : html`<div class="message-body">
            ${message.blocks?.length
              ? html`<${Surface} blocks=${message.blocks} where=${here} draftKey=${`${page.me.id} ${place} ${message.ts}`} />`
              : message.subtype === "tombstone" ? html`<em>${words.wasDeleted}</em>` : mrkdwn(message.text, page)}
          </div>`}
      ${message.files?.length > 0 &&
      html`<div class="files">${message.files.map(
        (file) => html`<button type="button" class="chip" onClick=${() => save(file)}>📎 ${file.name}</button>`,
      )}</div>`}
      <${Reactions} message=${message} react=${react} />
      ${openThread && message.reply_count > 0 &&
      html`<button type="button" class="replies" onClick=${() => openThread(message.ts)}>
        <${Icon} name="thread" /> ${words.replies(message.reply_count)} ${answered && html`<span class="tag new">${words.isNew}</span>`}
      </button>`}
    </div>
    ${deleting &&
    html`<${Confirm}
      confirm=${{ title: { text: words.deleteMessage }, text: { text: words.deleteSure }, confirm: { text: words.deleteMessage }, style: "danger" }}
      onNo=${() => setDeleting(false)}
      onYes=${() => {
        setDeleting(false);
        act("delete", {});
      }} />`}
  </article>`;
}

function Reactions({ message, react }) {
  const { words, people, me } = useContext(Page);
  if (!message.reactions?.length) return null;
  return html`<div class="reactions">
    ${message.reactions.map(({ name, users }) => {
      const mark = character(name) ?? `:${name}:`;
      const names = users.map((id) => (id === me.id ? words.you : (people.get(id)?.real_name ?? id))).join(", ");
      return html`<button type="button" class="reaction" key=${name} aria-pressed=${users.includes(me.id) ? "true" : "false"}
        aria-label=${words.reactedBy(`:${name}:`, names)} title=${names} onClick=${() => react(name)}>
        <span>${mark}</span> ${users.length}
      </button>`;
    })}
  </div>`;
}

function Editor({ text, save, cancel }) {
  const { words } = useContext(Page);
  const [typed, setTyped] = useState(text);
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  const onKeyDown = (event) => {
    if (composing(event)) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      cancel();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save(typed);
    }
  };
  return html`<div class="editor">
    <textarea ref=${field} class="text-input" aria-label=${words.editMessage} value=${typed} onKeyDown=${onKeyDown}
      onInput=${(event) => setTyped(event.target.value)}></textarea>
    <div class="editor-buttons">
      <button type="button" class="button" onClick=${cancel}>${words.cancel}</button>
      <button type="button" class="button primary" onClick=${() => save(typed)}>${words.save}</button>
    </div>
  </div>`;
}

/** Where a person writes: Enter sends, "/" offers the app's commands, "@" people, "#" channels, ":" emoji. */
function Composer({ place, label, channel, thread }) {
  const page = useContext(Page);
  const { words } = page;
  const id = useIds();
  const field = useRef(null);
  const [active, setActive] = useState(0);
  const [caret, setCaret] = useState(null);
  const [closedAt, setClosedAt] = useState(null);
  const [error, setError] = useState("");
  const [onItsWay, setOnItsWay] = useState(0);
  const sending = useRef(Promise.resolve());
  useEffect(() => {
    if (thread) field.current.focus();
  }, []);
  const key = `${page.me.id} ${place}`;
  useDrafts(page.drafts, key);
  const text = page.drafts.text(key);
  const write = (typed, at = typed.length) => {
    page.drafts.write(key, typed);
    setCaret(at);
    setActive(0);
    setClosedAt(null);
    setError("");
  };

  const offersFor = (typed, at) => (closedAt === typed ? [] : suggestions(typed.slice(0, at), page, thread));
  const offers = offersFor(text, caret ?? text.length);
  const command = !thread && page.commands.find((one) => text.startsWith(`${one.command} `) || text === one.command);
  const take = (offer) => {
    const rest = field.current.value.slice(field.current.selectionStart);
    write(`${offer.completed}${rest.replace(/^ /, "")}`, offer.completed.length);
    field.current.value = page.drafts.text(key);
    field.current.focus();
    field.current.setSelectionRange(offer.completed.length, offer.completed.length);
  };
  const put = (name) => {
    const { value, selectionStart } = field.current;
    take({ completed: `${value.slice(0, selectionStart)}:${name}: ` });
  };
  // What is written while another message is on its way follows it; what cannot be sent comes back.
  const send = () => {
    const typed = field.current.value;
    if (!typed.trim()) return;
    const isCommand = typed.startsWith("/") && !typed.startsWith("//");
    if (isCommand && thread) {
      setError(words.noCommandInThread);
      return;
    }
    const what = isCommand ? "command" : thread ? "reply" : "post";
    write("");
    field.current.value = "";
    setOnItsWay((n) => n + 1);
    sending.current = sending.current.then(async () => {
      const answer = await page.act(what, { channel: channel.id, text: typed.trim(), ...(thread ? { ts: thread } : {}) });
      setOnItsWay((n) => n - 1);
      if (answer.ok) return;
      write([typed, page.drafts.text(key)].filter(Boolean).join("\n"));
      setError(answer.error);
    });
  };
  // Keys can come faster than the page is drawn: what counts is what stands in the field.
  const onKeyDown = (event) => {
    if (composing(event)) return;
    const typed = event.target.value;
    const open = offersFor(typed, event.target.selectionStart);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open.length && step) setActive((active + step + open.length) % open.length);
    else if (open.length && event.key === "Escape") setClosedAt(typed);
    else if (open.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) take(open[active] ?? open[0]);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const globals = page.shortcuts
    .filter((shortcut) => shortcut.type === "global")
    .map((shortcut) => ({
      label: shortcut.name, hint: page.bot.real_name,
      onSelect: async () => {
        const answer = await page.act("shortcut", { callback_id: shortcut.callback_id });
        if (!answer.ok) page.say(answer.error);
      },
    }));
  return html`<div class="composer">
    ${offers.length > 0 &&
    html`<div class="offers" role="listbox" id=${`${id}-offers`} aria-label=${words.suggestions}>
      ${offers.map(
        (offer, n) => html`<div role="option" id=${`${id}-${n}`} key=${offer.completed} aria-selected=${n === active ? "true" : "false"}
          data-active=${n === active ? "" : undefined} onMouseDown=${(event) => event.preventDefault()} onClick=${() => take(offer)}>
          <span><strong>${offer.name}</strong> ${offer.usage && html`<code>${offer.usage}</code>`}</span>
          ${offer.hint && html`<small>${offer.hint}</small>`}
        </div>`,
      )}
    </div>`}
    ${error && html`<p class="composer-error" role="alert">${error}</p>`}
    <div class="composer-box">
      ${!thread && globals.length > 0 &&
      html`<${Menu} label=${words.shortcuts} items=${globals} align="start"><${Icon} name="bolt" /><//>`}
      <textarea ref=${field} rows="1" aria-label=${label} placeholder=${label} value=${text} aria-autocomplete="list"
        aria-controls=${offers.length ? `${id}-offers` : undefined} aria-activedescendant=${offers.length ? `${id}-${active}` : undefined}
        aria-describedby=${`${id}-hint`} onKeyDown=${onKeyDown} onInput=${(event) => write(event.target.value, event.target.selectionStart)}
        onSelect=${(event) => setCaret(event.target.selectionStart)}></textarea>
      <${EmojiMenu} label=${words.emoji} words=${words} choose=${put} />
      <button type="button" class="icon-button send" aria-label=${words.send} title=${words.send} disabled=${!text.trim()}
        aria-busy=${onItsWay > 0 ? "true" : undefined} onClick=${send}><${Icon} name="send" /></button>
    </div>
    <p class="composer-hint" id=${`${id}-hint`}>
      ${command
        ? html`<code>${command.command} ${command.usage_hint}</code> ${command.description}`
        : words.enterSends}
    </p>
  </div>`;
}

/** What could complete the text: [{name, usage, hint, completed}]. */
function suggestions(text, page, thread) {
  if (!thread && /^\/\S*$/.test(text)) {
    return page.commands
      .filter((one) => one.command.startsWith(text) && one.command !== text)
      .map((one) => ({ name: one.command, usage: one.usage_hint, hint: one.description, completed: `${one.command} ` }));
  }
  const found = /(^|[^\w])([@#:])([\p{L}\p{N}._+-]*)$/u.exec(text);
  if (!found) return [];
  const [, , sign, begun] = found;
  const typed = begun.toLowerCase();
  const before = text.slice(0, text.length - begun.length - 1);
  if (sign === "#") {
    return [...page.channels.values()]
      .filter((channel) => channel.kind !== "im" && channel.name.includes(typed) && channel.name !== typed)
      .slice(0, 8)
      .map((channel) => ({ name: `#${channel.name}`, completed: `${before}#${channel.name} ` }));
  }
  if (sign === ":") {
    if (/^[\w+-]?$/.test(typed)) return [];
    return emojiNames(typed).slice(0, 8).map((name) => ({ name: `${character(name)} :${name}:`, completed: `${before}:${name}: ` }));
  }
  return [...page.people.values()]
    .toSorted((one, other) => one.is_bot - other.is_bot)
    .filter((person) => [person.handle, person.full_name].some((name) => name.toLowerCase().includes(typed)))
    .filter((person) => person.handle !== typed)
    .slice(0, 8)
    .map((person) => ({
      name: `@${person.handle}`, hint: [person.real_name, person.title].filter(Boolean).join(" · "),
      completed: `${before}@${person.handle} `,
    }));
}
