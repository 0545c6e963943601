// Every block and element this page draws, once, from gallery.json; in Chinese by gallery.zh.json, text by text. What a
// click would send to the bot stands below.
import { html, render, useMemo, useState } from "./vendor/htm-preact-standalone.module.js";
import { Surface } from "./blockkit.js";
import { Page } from "./context.js";
import { createDrafts } from "./drafts.js";
import { wordsFor } from "./words.js";

const CUSTOMERS = ["Brightwell Homewares Ltd", "Küchenwerk Handels GmbH", "日向キッチン株式会社"];

function Gallery({ sheets, state, locale }) {
  const drafts = useMemo(createDrafts, []);
  const [sent, setSent] = useState("");
  const words = wordsFor(locale);
  const page = {
    words, drafts, locale, tz: "Asia/Shanghai", now: new Date(state.now), bot: state.bot, me: state.people[0],
    people: new Map(state.people.map((person) => [person.id, person])),
    channels: new Map(state.channels.map((channel) => [channel.id, channel])),
    say: setSent, tell: setSent, go() {}, isNew: () => false, images: state.images,
    async act(what, fields) {
      if (what === "options") {
        const options = CUSTOMERS.filter((name) => name.toLowerCase().includes(fields.value.toLowerCase()));
        return { ok: true, options: options.map((name) => ({ text: { type: "plain_text", text: name }, value: name })) };
      }
      setSent(JSON.stringify({ what, ...fields }, null, 1));
      return { ok: true };
    },
  };
  return html`<${Page.Provider} value=${page}>
    <main class="gallery">
      <h1>${words.gallery}</h1>
      ${sheets.map(({ title, blocks }, n) => html`<section aria-label=${title}>
        <h2>${title}</h2>
        ${blocks.map((block) => html`<div class="exhibit" data-block=${block.type} data-element=${block.element?.type}>
          <small>${block.element?.type ?? block.type}</small>
          <${Surface} blocks=${[block]} where=${{ view: "gallery" }} draftKey=${`sheet ${n}`} saved=${{}} errors=${{}} />
        </div>`)}
      </section>`)}
      <pre class="pre sent" role="status" aria-label=${words.gallerySent}>${sent}</pre>
    </main>
  <//>`;
}

const HERE = "https://pictures.example/here/";
const NAMES = new Set(["type", "block_id", "action_id", "value"]);
const asked = new URLSearchParams(location.search);
const read = (address) => fetch(address).then((answer) => answer.json());
const locale = asked.get("lang") ?? "en";
const [sheets, chinese, state] = await Promise.all(["/static/gallery.json", "/static/gallery.zh.json", "/page/state"].map(read));
document.documentElement.lang = locale;
render(html`<${Gallery} sheets=${shown(sheets, locale.startsWith("zh") ? chinese : {})} state=${state} locale=${locale} />`, document.body);

/** The sheets in other words, their pictures on this machine. */
function shown(part, words) {
  if (Array.isArray(part)) return part.map((one) => shown(one, words));
  if (typeof part === "string") return part.startsWith(HERE) ? part.replace(HERE, `${location.origin}/static/`) : (words[part] ?? part);
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, NAMES.has(key) ? one : shown(one, words)]));
}
