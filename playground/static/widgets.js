// Controls that a browser lacks, made for keyboard, mouse and screen reader alike: menu, picker with type-ahead,
// confirmation. Popups are placed against the window, so nothing around them can cut them off.
import {
  Component, html, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState,
} from "./vendor/htm-preact-standalone.module.js";
import { Page, Saying } from "./context.js";
import { plainText, textObject } from "./mrkdwn.js";

/** What cannot be drawn becomes a red box that says so, and the rest of the page stands. `of` is what is drawn: when that
 * changes, it is tried again. `what` names it. */
export class Boundary extends Component {
  componentDidCatch(problem) {
    console.error(problem);
    this.setState({ failed: this.props.of, problem: String(problem.message ?? problem) });
  }

  render({ of, what, words, children }, { failed, problem }) {
    return problem && failed === of ? html`<div class="unknown" role="note">${words.notDrawn(what, problem)}</div>` : children;
  }
}

let ids = 0;

/** An id for aria references, stable for the life of a component. */
export function useIds() {
  return useMemo(() => `x${(ids += 1)}`, []);
}

/** True while an input method (Pinyin, Kana) is composing: Enter then belongs to it. */
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

const ICONS = {
  thread: "M4 5h16v10H9l-5 4z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.5v.01M15 9.5v.01",
  dots: "M6 12v.01M12 12v.01M18 12v.01",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5 16-3-7z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  menu: "M4 7h16M4 12h16M4 17h16",
  down: "M6 10l6 6 6-6",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  good: "M7 11l4-7c2 0 2.5 1.5 2 4h5l-1.5 11H7zM3.5 11v8",
  bad: "M7 13l4 7c2 0 2.5-1.5 2-4h5L16.5 5H7zM3.5 13V5",
  bold: "M8 5h5a3.5 3.5 0 0 1 0 7H8zM8 12h6a3.5 3.5 0 0 1 0 7H8z",
  italic: "M11 5h6M7 19h6M14 5l-4 14",
  strike: "M4 12h16M16 7.5C15 5.5 9 5 8.5 8.5M8 16c1 3 8 3.5 8-1",
  bullets: "M10 6h10M10 12h10M10 18h10M5 6v.01M5 12v.01M5 18v.01",
  numbers: "M11 6h9M11 12h9M11 18h9M4 5l1.5-1v5M4 14h2.5L4 18h3",
  quote: "M5 5v14M10 8h10M10 12h10M10 16h6",
  up: "M6 14l6-6 6 6",
  plus: "M12 5v14M5 12h14",
  back: "M14 6l-6 6 6 6",
  forth: "M10 6l6 6-6 6",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  out: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
};

/** A line drawing; the control around it carries the words. */
export function Icon({ name }) {
  return html`<svg class=${`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

/** Initials on a colour of the person's own. */
export function Avatar({ person, size = "" }) {
  const hue = [...(person?.handle ?? "?")].reduce((sum, char) => (sum * 137 + char.codePointAt(0) * 53) % 360, 7);
  const initials = person?.avatar || [...(person?.real_name ?? "?")][0];
  return html`<span class=${`avatar ${size} ${person?.is_bot ? "bot" : ""}`} style=${{ "--hue": hue }} aria-hidden="true"
    >${initials}</span
  >`;
}

/** Keeps the popup beside its anchor, above it where there is more room. */
export function useBeside(anchor, popup, open, align) {
  useLayoutEffect(() => {
    if (!open || !popup.current || !anchor.current) return undefined;
    const place = () => {
      const at = anchor.current.getBoundingClientRect();
      const box = popup.current;
      const below = window.innerHeight - at.bottom - 12;
      const above = at.top - 12;
      const up = box.scrollHeight > below && above > below;
      const width = Math.min(Math.max(box.offsetWidth, align === "fill" ? at.width : 0), window.innerWidth - 16);
      const left = align === "end" ? at.right - width : at.left;
      Object.assign(box.style, {
        maxHeight: `${Math.min(360, up ? above : below)}px`,
        minWidth: align === "fill" ? `${at.width}px` : "",
        left: `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`,
        top: up ? "" : `${at.bottom + 4}px`,
        bottom: up ? `${window.innerHeight - at.top + 4}px` : "",
      });
    };
    place();
    window.addEventListener("scroll", place, true);
    window.addEventListener("resize", place);
    return () => {
      window.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
    };
  });
}

const A_PAUSE = 700;

/**
 * A button that opens a menu. items: [{label, also, hint, onSelect, danger, current, href}]; an item is found by the letters of its label or
 * of `also`; one with href is a link that
 * can be opened in a new tab. `children` is what stands on the button, `label` what it is called.
 */
export function Menu({ label, items, children, kind = "icon-button", align = "end", hint, disabled, busy }) {
  const [open, setOpen] = useState(false);
  const anchor = useRef(null);
  const popup = useRef(null);
  useBeside(anchor, popup, open, align);
  useEffect(() => {
    if (!open) return undefined;
    const entries = [...popup.current.querySelectorAll("[role^=menuitem]")];
    (entries.find((entry) => entry.getAttribute("aria-checked") === "true") ?? entries[0])?.focus();
    const away = (event) => {
      if (!popup.current?.contains(event.target) && !anchor.current.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);

  const shut = () => {
    setOpen(false);
    anchor.current.focus();
  };
  const onKeyDown = (event) => {
    const entries = [...popup.current.querySelectorAll("[role^=menuitem]")];
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key] ?? typedTo(event, at);
    if (to !== undefined) entries[(to + entries.length) % entries.length].focus();
    else if (event.key === "Escape") shut();
    else if (event.key === "Tab") return setOpen(false);
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  };
  // Letters lead to the next entry with a word that begins with them.
  const typed = useRef({ letters: "", at: 0 });
  const typedTo = (event, from) => {
    if ([...event.key].length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const going = event.timeStamp - typed.current.at < A_PAUSE;
    typed.current = { letters: (going ? typed.current.letters : "") + event.key.toLowerCase(), at: event.timeStamp };
    const begins = ({ label, also = "" }) =>
      `${label} ${also}`.toLowerCase().split(/[\s,:]+/).some((word) => word.startsWith(typed.current.letters));
    const order = items.map((_, n) => (from + (going ? 0 : 1) + n + items.length) % items.length);
    return order.find((n) => begins(items[n]));
  };
  const select = (item) => (event) => {
    if (item.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    shut();
    item.onSelect();
  };
  return html`<span class="menu-anchor">
    <button
      type="button" ref=${anchor} class=${kind} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-label=${label} title=${label}
      aria-busy=${busy ? "true" : undefined} disabled=${disabled} onClick=${() => setOpen(!open)}
      onKeyDown=${(event) => {
        if (event.key === "ArrowDown" && !open) {
          event.preventDefault();
          setOpen(true);
        }
      }}
    >${children}</button>
    ${open &&
    html`<div class="popup menu" role="menu" aria-label=${label} ref=${popup} onKeyDown=${onKeyDown}>
      ${hint && html`<p class="popup-note">${hint}</p>`}
      ${items.map((item) => {
        const role = item.current === undefined ? "menuitem" : "menuitemradio";
        const checked = item.current === undefined ? undefined : item.current ? "true" : "false";
        const inside = item.content ?? html`<span>${item.label}</span>${item.hint && html`<small>${item.hint}</small>`}`;
        const common = {
          role, "aria-checked": checked, tabIndex: -1, class: item.danger ? "danger" : "",
          "aria-label": item.content ? item.label : undefined, onClick: select(item),
        };
        return item.href
          ? html`<a href=${item.href} ...${common}>${inside}</a>`
          : html`<button type="button" ...${common}>${inside}</button>`;
      })}
    </div>`}
  </span>`;
}

/**
 * Choosing one or several from a list, narrowed by typing.
 * chosen: [{key, text}]. load(query) answers groups [{label, items: [{key, text, description}]}] or, when somebody must
 * be asked, a function that fetches them; the message of an Error either throws is shown in the list.
 * onChange(items) gets the new choice.
 */
export function Picker({ label, invalid, describedBy, placeholder, chosen, multi, max, load, onChange, clearable, busy, id, autoFocus }) {
  const { words } = useContext(Page);
  const own = useIds();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [answer, setAnswer] = useState(null);
  const [active, setActive] = useState(0);
  const anchor = useRef(null);
  const input = useRef(null);
  const popup = useRef(null);
  useBeside(anchor, popup, open, "fill");

  // What is offered always belongs to what is typed: a late answer is never taken for the present question.
  const { groups, note, fetch } = open ? offered(load, query, answer, words) : CLOSED;
  const items = groups.flatMap((group) => group.items);
  const keys = new Set(chosen.map((item) => item.key));

  useEffect(() => {
    if (!fetch) return undefined;
    let current = true;
    const keep = (found) => current && setAnswer({ query, ...found });
    const timer = setTimeout(
      () => fetch().then((fetched) => keep({ groups: fetched }), (problem) => keep({ groups: [], note: problem.message })),
      query ? 120 : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, query]);
  useEffect(() => {
    popup.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active, open]);

  const ask = (typed) => {
    setQuery(typed);
    setAnswer(null);
    setActive(0);
  };
  const shut = () => {
    setOpen(false);
    ask("");
  };
  const take = (item) => {
    if (!multi) {
      shut();
      onChange([item]);
    } else if (keys.has(item.key)) onChange(chosen.filter((other) => other.key !== item.key));
    else if (!max || chosen.length < max) {
      if (query) ask("");
      onChange([...chosen, item]);
    }
  };
  const onKeyDown = (event) => {
    if (composing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!open) setOpen(true);
      else if (items.length) setActive((active + step + items.length) % items.length);
    } else if (event.key === "Enter") {
      if (!open) setOpen(true);
      else if (items[active]) take(items[active]);
    } else if (event.key === "Escape" && open) {
      shut();
      event.stopPropagation();
    } else if (event.key === "Backspace" && multi && !query && chosen.length) {
      onChange(chosen.slice(0, -1));
    } else return;
    event.preventDefault();
  };
  const single = !multi && chosen[0];
  let place = -1;
  return html`<div class="picker" ref=${anchor} aria-busy=${busy ? "true" : undefined}>
    ${multi &&
    chosen.map(
      (item) => html`<span class="chip" key=${item.key}
        >${item.text}<button type="button" aria-label=${words.remove(item.text)}
          onClick=${() => onChange(chosen.filter((other) => other.key !== item.key))}><${Icon} name="close" /></button
      ></span>`,
    )}
    <input
      ref=${input} id=${id} type="text" role="combobox" autocomplete="off" spellcheck=${false} aria-label=${label}
      aria-autocomplete="list" aria-expanded=${open ? "true" : "false"} aria-controls=${`${own}-list`} aria-invalid=${invalid ? "true" : undefined}
      aria-describedby=${describedBy} data-autofocus=${autoFocus ? "" : undefined}
      aria-activedescendant=${open && items[active] ? `${own}-${active}` : undefined}
      placeholder=${single ? single.text : chosen.length ? "" : placeholder || words.choose}
      value=${open ? query : single ? single.text : ""}
      onClick=${() => setOpen(true)} onKeyDown=${onKeyDown} onBlur=${shut}
      onInput=${(event) => {
        setOpen(true);
        ask(event.target.value);
      }}
    />
    ${clearable && chosen.length > 0 &&
    html`<button type="button" class="picker-clear" aria-label=${`${words.clear}: ${label}`} onClick=${() => onChange([])}
      ><${Icon} name="close"
    /></button>`}
    <span class="picker-arrow" aria-hidden="true"><${Icon} name="down" /></span>
    ${open &&
    html`<div class="popup list" role="listbox" id=${`${own}-list`} aria-label=${label} aria-multiselectable=${multi ? "true" : undefined}
      ref=${popup} onMouseDown=${(event) => event.preventDefault()}>
      ${note && html`<p class="popup-note" role="status">${note}</p>`}
      ${groups.map(
        (group) => html`<div role=${group.label ? "group" : "presentation"} aria-label=${group.label}>
          ${group.label && html`<div class="popup-group" aria-hidden="true">${group.label}</div>`}
          ${group.items.map((item) => {
            place += 1;
            const at = place;
            return html`<div
              role="option" id=${`${own}-${at}`} key=${item.key} aria-selected=${keys.has(item.key) ? "true" : "false"}
              data-active=${at === active ? "" : undefined} onMouseMove=${() => at !== active && setActive(at)} onClick=${() => take(item)}
            ><span>${item.text}</span>${item.description && html`<small>${item.description}</small>`}</div>`;
          })}
        </div>`,
      )}
    </div>`}
  </div>`;
}

const CLOSED = { groups: [], note: "" };

function offered(load, query, answer, words) {
  const named = (groups) => ({ groups, note: groups.some((group) => group.items.length) ? "" : words.noMatch });
  try {
    const found = load(query);
    if (!(found instanceof Function)) return named(found);
    if (answer?.query !== query) return { groups: [], note: words.searching, fetch: found };
    return answer.note ? answer : named(answer.groups);
  } catch (problem) {
    return { groups: [], note: problem.message };
  }
}

/** A modal dialog of the browser itself: focus stays inside, Esc asks to close it. */
export function Dialog({ label, kind = "", onClose, children }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const opened = box.current;
    const opener = document.activeElement;
    const around = opener?.closest("article, main");
    opened.showModal();
    const first = opened.querySelector("[data-autofocus]") ?? opened.querySelector("input, textarea, .primary, .cancel");
    first?.focus();
    return () => {
      opened.close(); // gives the focus back to where it was, if that is still there
      if (document.activeElement === document.body) (around?.isConnected ? around : document.getElementById("main"))?.focus();
    };
  }, []);
  const onKeyDown = (event) => {
    if (event.key !== "Escape" || composing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  return html`<dialog ref=${box} class=${`dialog ${kind}`} aria-label=${label} onKeyDown=${onKeyDown}
    onCancel=${(event) => {
      event.preventDefault();
      onClose();
    }}>${children}</dialog>`;
}

/** Asks "are you sure?" with the words of a Slack confirm object. */
export function Confirm({ confirm, onYes, onNo }) {
  const page = useContext(Page);
  const title = plainText(confirm.title);
  return html`<${Dialog} label=${title} kind="small" onClose=${onNo}>
    <header class="dialog-head"><h2>${title}</h2></header>
    <div class="dialog-body">${textObject(confirm.text, page)}</div>
    <footer class="dialog-foot">
      <button type="button" class="button" onClick=${onNo}>${plainText(confirm.deny) || page.words.cancel}</button>
      <button type="button" class=${`button ${confirm.style === "danger" ? "danger" : "primary"}`} data-autofocus onClick=${onYes}>
        ${plainText(confirm.confirm) || page.words.yes}
      </button>
    </footer>
  <//>`;
}

/** The last thing the person must be told (an action that did not work), until they dismiss it or act again. */
export function Said() {
  const { words, say } = useContext(Page);
  const said = useContext(Saying);
  if (!said?.wrong) return null;
  return html`<div class="said" role="alert">
    <p><strong>${words.somethingWrong}:</strong> ${said.sentence}</p>
    <button type="button" class="icon-button" aria-label=${words.dismiss} onClick=${() => say("")}><${Icon} name="close" /></button>
  </div>`;
}

const A_GLANCE = 6_000;

/** What was done as the person wished and cannot be seen otherwise; goes by itself. */
export function Told() {
  const { say } = useContext(Page);
  const said = useContext(Saying);
  const told = said && !said.wrong ? said.sentence : "";
  useEffect(() => {
    const timer = told && setTimeout(() => say(""), A_GLANCE);
    return () => clearTimeout(timer);
  }, [said]);
  return html`<div role="status">${told && html`<p class="told">${told}</p>`}</div>`;
}
