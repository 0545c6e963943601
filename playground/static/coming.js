// What the bot will do next, in words: the limits that run and the messages that wait.
import { html, useState } from "./vendor/htm-preact-standalone.module.js";
import { dayAndTime } from "./moments.js";

export function Coming({ coming, page }) {
  const [open, setOpen] = useState(false);
  const { words, tz, locale } = page;
  const language = locale.startsWith("zh") ? "zh" : "en";
  return html`<details class="coming" open=${open} onToggle=${(event) => setOpen(event.currentTarget.open)}
    onKeyDown=${(event) => event.key === "Escape" && setOpen(false)}>
    <summary class="button small">${words.coming}</summary>
    <div class="coming-list" role="region" aria-label=${words.coming}>
      ${coming.length === 0
        ? html`<p>${words.nothingDue}</p>`
        : html`<ol>${coming.map(({ at, said }) => html`<li><time dateTime=${at}>${dayAndTime(new Date(at), tz, locale)}</time> ${said[language] ?? said.en}</li>`)}</ol>`}
    </div>
  </details>`;
}
