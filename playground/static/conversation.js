// A channel or direct message as one person sees it: its messages, a thread beside it, and the place to write.
import {
  html, useContext, useEffect, useLayoutEffect, useRef, useState,
} from "./vendor/htm-preact-standalone.module.js";
import { Surface } from "./blockkit.js";
import { Page } from "./context.js";
import { character, COMMON, emojiNames } from "./emoji.js";
import { dayAndTime, dayName, dayOf, timeOf } from "./moments.js";
import { asTyped, mrkdwn } from "./mrkdwn.js";
import { Avatar, composing, Confirm, Icon, Menu, useIds } from "./widgets.js";
import { readFile } from "./wire.js";

/** "#export-orders", or the other person's name. */
export function nameOf(channel, people) {
  if (channel.kind !== "im") return `#${channel.name}`;
  return people.get(channel.with)?.real_name ?? channel.name ?? channel.id;
}

/** The messages outside threads, and the composer. */
export function Conversation({ channel, messages, readOnly, openThread }) {
  const page = useContext(Page);
  const name = nameOf(channel, page.people);
  const top = messages.filter((message) => !isReply(message) || message.broadcast || message.subtype === "thread_broadcast");
  return html`<${Log} key=${channel.id} label=${page.words.messagesIn(name)} empty=${page.words.noMessages}
      earlier=${page.earlier} channel=${channel} messages=${top} openThread=${openThread} />
    ${readOnly
      ? html`<p class="read-only">${page.words.readOnly(name)}</p>`
      : html`<${Composer} key=${`compose ${channel.id}`} place=${channel.id} label=${page.words.messageTo(name)} channel=${channel} />`}`;
}

/** One message and what was answered below it. */
export function Thread({ channel, messages, ts, close }) {
  const page = useContext(Page);
  const shown = messages.filter((message) => message.ts === ts || message.thread_ts === ts);
  return html`<aside class="thread" aria-label=${page.words.thread} onKeyDown=${(event) => event.key === "Escape" && close()}>
    <header class="pane-head">
      <h2>${page.words.thread} <small>${nameOf(channel, page.people)}</small></h2>
      <button type="button" class="icon-button" aria-label=${page.words.close} onClick=${close}><${Icon} name="close" /></button>
    </header>
    <${Log} key=${ts} label=${page.words.thread} empty=${page.words.noMessages} channel=${channel} messages=${shown} />
    <${Composer} key=${`compose ${ts}`} place=${`${channel.id} ${ts}`} label=${page.words.replyTo} channel=${channel} thread=${ts} />
  </aside>`;
}

/** Puts the message's link, as Slack writes it, into the clipboard. */
async function copyLink(channel, message, page) {
  const thread = isReply(message) ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : "";
  const link = `https://${page.domain}.slack.com/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`;
  try {
    await navigator.clipboard.writeText(link);
    page.tell(page.words.linkCopied);
  } catch {
    page.tell(link);
  }
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

function Log({ label, empty, channel, messages, openThread, earlier = 0 }) {
  const page = useContext(Page);
  const box = useRef(null);
  const atEnd = useRef(true);
  const [away, setAway] = useState(false);
  const toEnd = () => {
    box.current.scrollTop = box.current.scrollHeight;
  };
  const height = useRef(0);
  const first = messages[0]?.ts;
  useLayoutEffect(() => {
    // Earlier messages came in above: what was being read stays where it is.
    if (!atEnd.current) box.current.scrollTop += box.current.scrollHeight - height.current;
  }, [first]);
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    height.current = box.current.scrollHeight;
  });
  useLayoutEffect(() => {
    const pointed = page.at && box.current.querySelector(`[data-ts="${page.at}"]`);
    if (!pointed) return;
    atEnd.current = false;
    pointed.scrollIntoView({ block: "center" });
  }, [page.at, first]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < 60;
    setAway(!atEnd.current);
  };
  let day = "";
  return html`<div class="log-frame">
    <div class="log" role="log" aria-label=${label} tabindex="0" ref=${box} onScroll=${onScroll}>
      ${earlier > 0 && html`<p class="earlier"><button type="button" class="button small" onClick=${page.goBack}>${page.words.earlierMessages(earlier)}</button></p>`}
      ${messages.length === 0 && html`<p class="empty">${empty}</p>`}
      ${messages.map((message) => {
        const moment = new Date(message.at);
        const today = dayOf(moment, page.tz);
        const divider = today !== day && html`<div class="day" key=${today} role="separator"
          ><span>${dayName(moment, page.now, page.tz, page.locale)}</span></div>`;
        day = today;
        return [divider, html`<${Message} key=${`${message.ts}${message.ephemeral ? "e" : ""}`} channel=${channel} message=${message} openThread=${openThread} />`];
      })}
    </div>
    ${away && html`<button type="button" class="to-end" onClick=${toEnd}><${Icon} name="down" /> ${page.words.toNewest}</button>`}
  </div>`;
}

function Message({ channel, message, openThread }) {
  const page = useContext(Page);
  const { words } = page;
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const moment = new Date(message.at);
  const author = page.people.get(message.user) ?? { id: message.user, real_name: message.user };
  const mine = message.user === page.me.id;
  const here = { channel: channel.id, ts: message.ts };
  const fresh = !mine && page.isNew(message);
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
    ...(message.ephemeral ? [] : [{ label: words.copyLink, onSelect: () => copyLink(channel, message, page) }]),
    ...(mine && !message.ephemeral
      ? [
          { label: words.editMessage, onSelect: () => setEditing(true) },
          { label: words.deleteMessage, danger: true, onSelect: () => setDeleting(true) },
        ]
      : []),
  ];
  const classes = ["message", message.ephemeral && "ephemeral", fresh && "fresh", page.at === message.ts && "pointed"].filter(Boolean).join(" ");
  return html`<article class=${classes} aria-label=${`${author.real_name}, ${time}`} data-ts=${message.ts}>
    <${Avatar} person=${author} />
    <div class="message-main">
      <header class="message-head">
        <strong>${author.real_name}</strong>
        ${author.is_bot && html`<span class="tag">${words.app}</span>`}
        <time dateTime=${message.at} title=${dayAndTime(moment, page.tz, page.locale)}>${time}</time>
        ${fresh && html`<span class="tag new">${words.isNew}</span>`}
        ${message.ephemeral && html`<span class="only-you">${words.onlyYou}</span>`}
      </header>
      ${editing
        ? html`<${Editor} text=${asTyped(message.text, page)} cancel=${() => setEditing(false)}
            save=${async (text) => (await act("edit", { text })) && setEditing(false)} />`
        : html`<div class="message-body">
            ${message.blocks?.length
              ? html`<${Surface} blocks=${message.blocks} where=${here} draftKey=${`${page.me.id} ${channel.id} ${message.ts}`} />`
              : mrkdwn(message.text, page)}
            ${message.edited && html` <small class="edited">(${words.edited})</small>`}
          </div>`}
      ${message.files?.length > 0 &&
      html`<div class="files">${message.files.map(
        (file) => html`<button type="button" class="chip" onClick=${() => save(file)}>📎 ${file.name}</button>`,
      )}</div>`}
      <${Reactions} message=${message} react=${react} />
      ${openThread && message.reply_count > 0 &&
      html`<button type="button" class="replies" onClick=${() => openThread(message.ts)}>
        <${Icon} name="thread" /> ${words.replies(message.reply_count)}
      </button>`}
    </div>
    ${!editing &&
    html`<div class="message-tools">
      ${!message.ephemeral &&
      html`<${Menu} label=${words.react} items=${COMMON.map((name) => ({ label: `:${name}:`, content: character(name), onSelect: () => react(name) }))}
        ><${Icon} name="smile"
      /><//>`}
      ${openThread && !message.ephemeral &&
      html`<button type="button" class="icon-button" aria-label=${words.replyInThread} title=${words.replyInThread}
        onClick=${() => openThread(message.thread_ts ?? message.ts)}><${Icon} name="thread" /></button>`}
      ${more.length > 0 && html`<${Menu} label=${words.more} items=${more}><${Icon} name="dots" /><//>`}
    </div>`}
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
  const [closedAt, setClosedAt] = useState(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (thread) field.current.focus();
  }, []);
  const key = `${page.me.id} ${place}`;
  const text = page.drafts.text(key);
  const write = (typed) => {
    page.drafts.write(key, typed);
    setActive(0);
    setClosedAt(null);
    setError("");
  };

  const offersFor = (typed) => (closedAt === typed ? [] : suggestions(typed, page, thread));
  const offers = offersFor(text);
  const command = !thread && page.commands.find((one) => text.startsWith(`${one.command} `) || text === one.command);
  const take = (offer) => {
    write(offer.completed);
    field.current.focus();
  };
  const send = async () => {
    const typed = field.current.value;
    if (!typed.trim() || busy) return;
    const isCommand = typed.startsWith("/") && !typed.startsWith("//");
    if (isCommand && thread) {
      setError(words.noCommandInThread);
      return;
    }
    setBusy(true);
    const what = isCommand ? "command" : thread ? "reply" : "post";
    const answer = await page.act(what, { channel: channel.id, text: typed.trim(), ...(thread ? { ts: thread } : {}) });
    setBusy(false);
    if (answer.ok) write("");
    else setError(answer.error);
  };
  // Keys can come faster than the page is drawn: what counts is what stands in the field.
  const onKeyDown = (event) => {
    if (composing(event)) return;
    const typed = event.target.value;
    const open = offersFor(typed);
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
        aria-describedby=${`${id}-hint`} onKeyDown=${onKeyDown} onInput=${(event) => write(event.target.value)}></textarea>
      <button type="button" class="icon-button send" aria-label=${words.send} title=${words.send} disabled=${!text.trim() || busy}
        aria-busy=${busy ? "true" : undefined} onClick=${send}><${Icon} name="send" /></button>
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
  const found = /(^|\s)([@#:])([\p{L}\p{N}._+-]*)$/u.exec(text);
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
    if (typed.length < 2) return [];
    return emojiNames(typed).slice(0, 8).map((name) => ({ name: `${character(name)} :${name}:`, completed: `${before}:${name}: ` }));
  }
  return [...page.people.values()]
    .filter((person) => [person.handle, person.real_name].some((name) => name.toLowerCase().includes(typed)))
    .filter((person) => person.handle !== typed)
    .slice(0, 8)
    .map((person) => ({
      name: `@${person.handle}`, hint: [person.real_name, person.title].filter(Boolean).join(" · "),
      completed: `${before}@${person.handle} `,
    }));
}
