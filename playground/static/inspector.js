// For developers: every request both ways, with its payload and answer, and buttons that make the next post go wrong.
import { html, useEffect, useState } from "./vendor/htm-preact-standalone.module.js";
import { timeOf } from "./moments.js";
import { Icon } from "./widgets.js";

const FAULTS = ["429", "503", "lost", "again"];

/** version: anything that changes when the workspace does, so that the list is read again. */
export function Inspector({ version, page, close }) {
  const { words, tz, locale } = page;
  const [exchanges, setExchanges] = useState([]);
  const [open, setOpen] = useState(null);
  const [armed, setArmed] = useState("");
  useEffect(() => {
    let stale = false;
    read("/page/exchanges").then((found) => stale || setExchanges(found));
    return () => {
      stale = true;
    };
  }, [version]);
  const show = async (id) => setOpen({ id, ...(await read(`/page/exchanges/${id}`)) });
  const arm = async (how) => {
    const answer = await page.act("go_wrong", { how });
    setArmed(answer.ok ? words.faultArmed[how] : answer.error);
  };
  return html`<section class="inspector" aria-label=${words.inspector}>
    <header>
      <h2>${words.inspector}</h2>
      ${FAULTS.map((how) => html`<button type="button" class="button small" title=${words.faultMeans[how]} onClick=${() => arm(how)}>${words.faults[how]}</button>`)}
      <span role="status">${armed}</span>
      <button type="button" class="icon-button" aria-label=${words.close} onClick=${close}><${Icon} name="close" /></button>
    </header>
    <div class="inspector-panes">
      <ol class="exchanges">${exchanges.map((one) => html`<li key=${one.id}>
        <button type="button" class=${one.result || one.status !== 200 ? "odd" : ""} aria-expanded=${open?.id === one.id ? "true" : "false"} onClick=${() => show(one.id)}>
          <span>${one.way === "to the bot" ? words.toBot : words.fromBot} <b>${one.name}</b></span>
          <small>${timeOf(new Date(one.at), tz, locale)} · ${one.status || "—"} · ${one.ms} ms ${one.result}</small>
        </button>
      </li>`)}</ol>
      <div class="exchange" tabindex="0" aria-label=${words.payload}>
        ${open
          ? ["headers", "request", "answer"].filter((part) => open[part] !== undefined).map((part) => html`<h3>${words[part]}</h3><pre class="pre">${JSON.stringify(open[part], null, 2)}</pre>`)
          : html`<p>${words.chooseExchange}</p>`}
      </div>
    </div>
  </section>`;
}

function read(address) {
  return fetch(address, { cache: "no-store" }).then((answer) => answer.json());
}
