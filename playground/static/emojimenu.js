// Choosing an emoji: some at once, all of them by a word.
import { html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { character, COMMON, emojiNames } from "./emoji.js";
import { composing, Icon, useBeside, useIds } from "./widgets.js";

const ACROSS = 8;
const MOST = 64;

/** A button that opens the choice; choose(name) is told. */
export function EmojiMenu({ label, words, choose, align = "end" }) {
  const id = useIds();
  const anchor = useRef(null);
  const popup = useRef(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  useBeside(anchor, popup, open, align);
  const names = !open ? [] : typed ? emojiNames(typed.toLowerCase().replaceAll(" ", "_")).slice(0, MOST) : COMMON;
  const shut = () => {
    setOpen(false);
    setTyped("");
    setActive(0);
  };
  useEffect(() => {
    if (!open) return undefined;
    popup.current.querySelector("input").focus();
    const away = (event) => popup.current?.contains(event.target) || anchor.current.contains(event.target) || shut();
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  useLayoutEffect(() => popup.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" }), [active]);
  const take = (name) => {
    shut();
    anchor.current.focus();
    choose(name);
  };
  const onKeyDown = (event) => {
    if (composing(event)) return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS }[event.key];
    if (step) setActive(Math.max(0, Math.min(names.length - 1, active + step)));
    else if (event.key === "Enter") names[active] && take(names[active]);
    else if (event.key === "Escape") {
      shut();
      anchor.current.focus();
    } else if (event.key === "Tab") return shut();
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<span class="menu-anchor">
    <button type="button" class="icon-button" ref=${anchor} aria-label=${label} title=${label} aria-haspopup="dialog" aria-expanded=${open ? "true" : "false"}
      onClick=${() => (open ? shut() : setOpen(true))}><${Icon} name="smile" /></button>
    ${open && html`<div class="popup emoji-menu" role="dialog" aria-label=${label} ref=${popup} onKeyDown=${onKeyDown}>
      <input type="text" class="text-input" role="combobox" aria-expanded="true" aria-controls=${`${id}-list`} aria-autocomplete="list" autocomplete="off"
        spellcheck=${false} aria-label=${words.findEmoji} placeholder=${words.findEmoji} aria-activedescendant=${names[active] ? `${id}-${active}` : undefined}
        value=${typed} onInput=${(event) => {
          setTyped(event.target.value.trim());
          setActive(0);
        }} />
      <div class="emoji-list" role="listbox" id=${`${id}-list`} aria-label=${label} onMouseDown=${(event) => event.preventDefault()}>
        ${names.map((name, n) => html`<div role="option" id=${`${id}-${n}`} key=${name} aria-label=${`:${name}:`} title=${`:${name}:`}
          aria-selected=${n === active ? "true" : "false"} data-active=${n === active ? "" : undefined} onClick=${() => take(name)}>${character(name)}</div>`)}
      </div>
      <p class="popup-note" role="status">${names[active] ? `:${names[active]}:` : words.noMatch}</p>
    </div>`}
  </span>`;
}
