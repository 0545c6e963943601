// What the bot will do next, in words: the limits that run and the messages that wait.
import { html, useEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { dayAndTime } from "./moments.js";
import { useBeside } from "./widgets.js";

/** version: anything that changes when the workspace does, so that what is open is read again. */
export function Coming({ version, page }) {
  const [open, setOpen] = useState(false);
  const [coming, setComing] = useState(null);
  const anchor = useRef(null);
  const list = useRef(null);
  useBeside(anchor, list, open, "end");
  useEffect(() => {
    let stale = false;
    if (open) fetch("/page/coming", { cache: "no-store" }).then((answer) => answer.json()).then((found) => stale || setComing(found));
    return () => {
      stale = true;
    };
  }, [open, version]);
  useEffect(() => {
    if (!open) return undefined;
    const away = (event) => !list.current.contains(event.target) && !anchor.current.contains(event.target) && setOpen(false);
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  const { words, tz, locale } = page;
  const language = locale.startsWith("zh") ? "zh" : "en";
  const onKeyDown = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    anchor.current.focus();
  };
  return html`<span class="coming" onKeyDown=${onKeyDown}>
    <button type="button" class="button small" ref=${anchor} aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>${words.coming}</button>
    ${open && html`<div class="popup coming-list" role="region" aria-label=${words.coming} tabindex="0" ref=${list}>
      ${coming === null ? html`<p role="status">${words.oneMoment}</p>` : coming.length === 0
        ? html`<p>${words.nothingDue}</p>`
        : html`<ol>${coming.map(({ at, said }) => html`<li><time dateTime=${at}>${dayAndTime(new Date(at), tz, locale)}</time> ${said[language] ?? said.en}</li>`)}</ol>`}
    </div>`}
  </span>`;
}
