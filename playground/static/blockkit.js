// Slack's blocks and elements drawn and made to work, the same in messages, modals and Home. A type this page does not
// know is drawn as a red box naming it: never silently left out.
import { html, useContext, useEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { Chart } from "./charts.js";
import { Page } from "./context.js";
import { DayField, TimeField } from "./dated.js";
import { useDrafts } from "./drafts.js";
import { collect, isWhole, optionsOf, stateOf, stateWith, valueIn } from "./formstate.js";
import { markdown } from "./markdown.js";
import { dayInWords, dayOf, isDay, isTime, unixOfWall, wallClock, zoneOffset } from "./moments.js";
import { link, plainText, richText, safeHref, textObject } from "./mrkdwn.js";
import { RichField } from "./richinput.js";
import { Boundary, composing, Confirm, Icon, Menu, Picker, useIds } from "./widgets.js";

/**
 * The blocks of one message, view or Home tab.
 * where: what the server calls this place. draftKey: under which typed values are kept. saved: values the server holds.
 * errors: {block_id: sentence}; touched(block_id) is told when the person changes an input.
 */
export function Surface({ blocks, where, draftKey, saved, errors = {}, touched }) {
  const page = useContext(Page);
  useDrafts(page.drafts, draftKey);
  const [asking, setAsking] = useState(null);
  const [sent, setSent] = useState([]); // elements of which the bot has not answered yet
  const nameOf = (block, element) => `${block.block_id} ${element.action_id}`;
  const send = async (what, block, element, action) => {
    const values = collect(blocks, page.drafts.of(draftKey), saved);
    const name = nameOf(block, element);
    setSent((others) => [...others, name]);
    const answer = await page.act(what, { where, block_id: block.block_id, action_id: element.action_id, action, values });
    setSent((all) => all.filter((_, n) => n !== all.indexOf(name)));
    if (!answer.ok) page.say(answer.error);
  };
  const confirmed = (element, doIt, undo) => {
    if (element.confirm) setAsking({ confirm: element.confirm, doIt, undo });
    else doIt();
  };
  const surface = {
    errors,
    isBusy: (block, element) => sent.includes(nameOf(block, element)),
    state: (block, element) => stateOf(block, element, page.drafts.of(draftKey), saved),
    type: (block, element, value) => {
      page.drafts.put(draftKey, block.block_id, element.action_id, stateWith(element, value));
      touched?.(block.block_id);
    },
    tell: (block, element) => send("choose", block, element, surface.state(block, element)),
    change: (block, element, value) => {
      const before = valueIn(element, surface.state(block, element));
      surface.type(block, element, value);
      if (block.type === "input" && !block.dispatch_action) return;
      confirmed(element, () => surface.tell(block, element), () => surface.type(block, element, before));
    },
    choose: (block, element, option) =>
      confirmed(element, () => send("choose", block, element, { type: element.type, selected_option: option })),
    // `said` is the part of the element that was clicked, where it has several.
    press: (block, element, said = element) =>
      confirmed(element, () => send("click", block, element, { type: element.type, text: said.text, value: said.value })),
    options: async (block, element, query) => {
      const answer = await page.act("options", {
        where, block_id: block.block_id, action_id: element.action_id, value: query,
      });
      if (!answer.ok) throw new Error(answer.error);
      return answer.option_groups ?? [{ options: answer.options ?? [] }];
    },
  };
  const settle = (way) => () => {
    const { doIt, undo } = asking;
    setAsking(null);
    (way === "yes" ? doIt : undo)?.();
  };
  return html`<div class="blocks">
    ${(blocks ?? []).map((block, n) => html`<${Block} key=${block.block_id ?? n} block=${block} surface=${surface} />`)}
    ${asking && html`<${Confirm} confirm=${asking.confirm} onYes=${settle("yes")} onNo=${settle("no")} />`}
  </div>`;
}

function Block({ block, surface }) {
  const page = useContext(Page);
  const Kind = Object.hasOwn(BLOCKS, block?.type) ? BLOCKS[block.type] : null;
  if (!Kind) return html`<div class="unknown" role="note">${page.words.unknownBlock(String(block?.type))}</div>`;
  return html`<${Boundary} of=${block} what=${block.type} words=${page.words}>
    <${Kind} block=${block} surface=${surface} page=${page} />
  <//>`;
}

const BLOCKS = {
  section: Section,
  header: ({ block }) => html`<h3 class="block-header">${plainText(block.text)}</h3>`,
  divider: () => html`<hr class="block-divider" />`,
  context: ({ block, page }) => html`<div class="block-context">
    ${(block.elements ?? []).map((part) =>
      part.type === "image"
        ? html`<${Picture} image=${part} kind="tiny" />`
        : html`<span>${textObject(part, page)}</span>`,
    )}
  </div>`,
  actions: ({ block, surface }) => html`<div class="block-actions">
    ${(block.elements ?? []).map((element) => html`<${Element} key=${element.action_id} block=${block} element=${element} surface=${surface} />`)}
  </div>`,
  input: Input,
  rich_text: ({ block, page }) => richText(block, page),
  image: ({ block }) => html`<figure class="block-image">
    ${block.title && html`<figcaption>${plainText(block.title)}</figcaption>`}
    <${Picture} image=${block} />
  </figure>`,
  table: Table,
  data_table: DataTable,
  data_visualization: Chart,
  markdown: ({ block }) => markdown(String(block.text ?? "")),
  card: Card,
  carousel: ({ block, surface, page }) => html`<ul class="block-carousel" aria-label=${page.words.cards} tabindex="0">
    ${(block.elements ?? []).map((card) => html`<li key=${card.block_id}><${Block} block=${card} surface=${surface} /></li>`)}
  </ul>`,
  container: Container,
  context_actions: ({ block, surface }) => html`<div class="block-actions context-actions">
    ${(block.elements ?? []).map((element) => html`<${Element} key=${element.action_id} block=${block} element=${element} surface=${surface} />`)}
  </div>`,
  alert: ({ block, page }) => html`<div class=${`block-alert ${block.level ?? "default"}`} role="status">
    ${typeof block.text === "string" ? block.text : textObject(block.text, page)}
  </div>`,
};

function Section({ block, surface, page }) {
  const label = plainText(block.text);
  return html`<div class="block-section">
    <div class="block-section-text">
      ${block.text && html`<div>${textObject(block.text, page)}</div>`}
      ${block.fields && html`<div class="fields">${block.fields.map((field) => html`<div>${textObject(field, page)}</div>`)}</div>`}
    </div>
    ${block.accessory &&
    html`<div class="block-accessory"><${Element} block=${block} element=${block.accessory} surface=${surface} label=${label} /></div>`}
  </div>`;
}

function Input({ block, surface, page }) {
  const id = useIds();
  const error = surface.errors[block.block_id];
  const label = plainText(block.label);
  const grouped = ["radio_buttons", "checkboxes", "rich_text_input"].includes(block.element?.type);
  const described = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const name = html`${label} ${block.optional && html`<span class="optional">${page.words.optional}</span>`}`;
  return html`<div class=${`block-input ${error ? "invalid" : ""}`} data-block-id=${block.block_id}>
    ${grouped ? html`<div class="label" id=${`${id}-label`}>${name}</div>` : html`<label class="label" for=${id}>${name}</label>`}
    <${Element} block=${block} element=${block.element} surface=${surface} label=${label}
      field=${{ id, described, invalid: Boolean(error), labelledBy: `${id}-label` }} />
    ${error && html`<p class="field-error" id=${`${id}-error`} role="alert">${error}</p>`}
    ${block.hint && html`<p class="hint" id=${`${id}-hint`}>${plainText(block.hint)}</p>`}
  </div>`;
}

function Card({ block, surface, page }) {
  return html`<article class="block-card">
    ${block.hero_image && html`<${Picture} image=${block.hero_image} kind="hero" />`}
    ${(block.icon || block.title || block.subtitle) &&
    html`<div class="card-head">
      ${block.icon && html`<${Picture} image=${block.icon} kind="icon-picture" />`}
      <div>
        ${block.title && html`<div class="card-title">${textObject(block.title, page)}</div>`}
        ${block.subtitle && html`<small>${textObject(block.subtitle, page)}</small>`}
      </div>
    </div>`}
    ${block.body && html`<div>${textObject(block.body, page)}</div>`}
    ${block.subtext && html`<small>${textObject(block.subtext, page)}</small>`}
    ${block.actions &&
    html`<div class="block-actions">
      ${block.actions.map((element) => html`<${Element} key=${element.action_id} block=${block} element=${element} surface=${surface} />`)}
    </div>`}
  </article>`;
}

function Container({ block, surface, page }) {
  const head = html`${block.icon && html`<${Picture} image=${block.icon} kind="icon-picture" />`}
    <span class="container-words">
      <span class="card-title">${block.rich_text_title ? richText(block.rich_text_title, page) : plainText(block.title)}</span>
      ${block.subtitle && html`<small>${textObject(block.subtitle, page)}</small>`}
    </span>`;
  const inside = html`<div class="container-body blocks">
    ${(block.child_blocks ?? []).map((child, n) => html`<${Block} key=${child.block_id ?? n} block=${child} surface=${surface} />`)}
  </div>`;
  const kind = `block-container ${block.width ?? "standard"} ${block.has_header_divider ? "divided" : ""}`;
  return block.is_collapsible
    ? html`<details class=${kind} open=${!block.default_collapsed}><summary class="container-head">${head}</summary>${inside}</details>`
    : html`<section class=${kind}><div class="container-head">${head}</div>${inside}</section>`;
}

function Cell({ content, page }) {
  if (content.type === "raw_text" || content.type === "raw_number") return String(content.text ?? content.value ?? "");
  if (content.type === "rich_text") return richText(content, page);
  return html`<span class="unknown" role="note">${page.words.unknownElement(content.type)}</span>`;
}

const LONG = 44; // letters' widths, from which a cell is broken into lines

/** A table that can be sorted by a column and is shown page by page. */
function DataTable({ block, page }) {
  const [sorted, setSorted] = useState({ column: -1, down: false });
  const [shown, setShown] = useState(0);
  const { words } = page;
  const [head, ...body] = block.rows;
  const size = block.page_size ?? 5;
  const key = (row) => {
    const cell = row[sorted.column];
    return cell.type === "raw_number" ? cell.value : cell.type === "raw_text" ? cell.text : wordsIn(cell);
  };
  const order = new Intl.Collator(page.locale, { numeric: true });
  const inOrder = (one, other) => {
    const [a, b] = [key(one), key(other)];
    const way = typeof a === "number" && typeof b === "number" ? a - b : order.compare(String(a), String(b));
    return sorted.down ? -way : way;
  };
  const rows = sorted.column < 0 ? body : body.toSorted(inOrder);
  const pages = Math.ceil(rows.length / size);
  const headColumn = block.row_header_column_index ?? 0;
  const sortBy = (column) => {
    setSorted({ column, down: sorted.column === column && !sorted.down });
    setShown(0);
  };
  const kind = (content, column) => `${side(column)} ${widthOf(wordsIn(content)) > LONG ? "long" : "nowrap"}`;
  const side = (column) => (body.every((row) => row[column]?.type === "raw_number") ? "right" : "left");
  return html`<div class="block-data-table">
    <div class="block-table" tabindex="0"><table>
      <caption>${block.caption}</caption>
      <thead><tr>${head.map((content, column) => {
        const here = sorted.column === column;
        return html`<th scope="col" class=${`${side(column)} nowrap`} aria-sort=${here ? (sorted.down ? "descending" : "ascending") : undefined}>
          <button type="button" class="sort" onClick=${() => sortBy(column)}><${Cell} content=${content} page=${page} />
            <${Icon} name=${here && !sorted.down ? "up" : "down"} /></button></th>`;
      })}</tr></thead>
      <tbody>${rows.slice(shown * size, (shown + 1) * size).map(
        (cells) => html`<tr>${cells.map((content, column) => {
          const drawn = html`<${Cell} content=${content} page=${page} />`;
          return column === headColumn ? html`<th scope="row" class=${kind(content, column)}>${drawn}</th>` : html`<td class=${kind(content, column)}>${drawn}</td>`;
        })}</tr>`,
      )}</tbody>
    </table></div>
    ${pages > 1 &&
    html`<div class="pages" role="group" aria-label=${block.caption}>
      <button type="button" class="button small-button" disabled=${shown === 0} onClick=${() => setShown(shown - 1)}>${words.previousPage}</button>
      <span role="status">${words.pageOf(shown + 1, pages)}</span>
      <button type="button" class="button small-button" disabled=${shown === pages - 1} onClick=${() => setShown(shown + 1)}>${words.nextPage}</button>
    </div>`}
  </div>`;
}

/** How wide a text is, in Latin letters: a Chinese character takes the place of two. */
function widthOf(text) {
  return [...text].reduce((width, character) => width + (character > "\u2e80" ? 2 : 1), 0);
}

function wordsIn(part) {
  return part.text ?? part.name ?? part.url ?? (part.elements ?? []).map(wordsIn).join("");
}

function Table({ block, page }) {
  const settings = block.column_settings ?? [];
  const row = (cells, Tag) =>
    cells.map((content, n) => {
      const side = settings[n]?.align ?? (content.type === "raw_number" ? "right" : "left");
      return html`<${Tag} class=${`${side} ${settings[n]?.is_wrapped ? "" : "nowrap"}`} scope=${Tag === "th" ? "col" : undefined}><${Cell} content=${content} page=${page} /><//>`;
    });
  const [head, ...body] = block.rows ?? [];
  return html`<div class="block-table" tabindex="0">
    <table>
      <thead><tr>${row(head ?? [], "th")}</tr></thead>
      <tbody>${body.map((cells) => html`<tr>${row(cells, "td")}</tr>`)}</tbody>
    </table>
  </div>`;
}

/** An image only when it lies on this machine or others are allowed; else its alternative text in a frame. */
function Picture({ image, kind = "" }) {
  const { words, images } = useContext(Page);
  const [broken, setBroken] = useState(false);
  const url = image.image_url ?? image.slack_file?.url ?? "";
  if (url && (images || isLocal(url)) && !broken) {
    return html`<img class=${`picture ${kind}`} src=${url} alt=${image.alt_text ?? ""} onError=${() => setBroken(true)} />`;
  }
  if (kind === "tiny" || kind === "icon-picture") return html`<span class="picture-held tiny" title=${words.imageHeld}>${image.alt_text}</span>`;
  return html`<div class="picture-held" role="img" aria-label=${image.alt_text}>
    <strong>${image.alt_text}</strong><small>${words.imageHeld}: ${link(url, url || "slack_file")}</small>
  </div>`;
}

function isLocal(address) {
  if (address.startsWith("data:image/")) return true;
  try {
    const { protocol, hostname } = new URL(address, location.href);
    return /^https?:$/.test(protocol) && ["127.0.0.1", "localhost", location.hostname].includes(hostname);
  } catch {
    return false;
  }
}

function Element({ block, element, surface, label, field = {} }) {
  const page = useContext(Page);
  const Kind = Object.hasOwn(ELEMENTS, element?.type) ? ELEMENTS[element.type] : null;
  if (!Kind) return html`<div class="unknown" role="note">${page.words.unknownElement(String(element?.type))}</div>`;
  const name = element.accessibility_label || label || plainText(element.placeholder) || element.action_id;
  return html`<${Kind} block=${block} element=${element} surface=${surface} label=${name} field=${field} page=${page}
    busy=${surface.isBusy(block, element)} />`;
}

const ELEMENTS = {
  button: Button,
  overflow: Overflow,
  image: ({ element }) => html`<${Picture} image=${element} kind="accessory" />`,
  static_select: StaticSelect,
  multi_static_select: StaticSelect,
  external_select: ExternalSelect,
  multi_external_select: ExternalSelect,
  users_select: PeopleSelect,
  multi_users_select: PeopleSelect,
  conversations_select: ConversationSelect,
  multi_conversations_select: ConversationSelect,
  channels_select: ChannelSelect,
  multi_channels_select: ChannelSelect,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  radio_buttons: Choices,
  checkboxes: Choices,
  datepicker: Dated,
  timepicker: Dated,
  datetimepicker: Dated,
  plain_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: TextInput,
  rich_text_input: RichTextInput,
  file_input: FileInput,
};

function Button({ block, element, surface, busy }) {
  const press = () => {
    if (busy) return;
    const href = element.url && safeHref(element.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    surface.press(block, element);
  };
  return html`<button type="button" class=${`button ${element.style ?? ""}`} aria-busy=${busy ? "true" : undefined}
    aria-label=${element.accessibility_label} data-action-id=${element.action_id} onClick=${press}>
    ${plainText(element.text)}${element.url && html` <${Icon} name="out" />`}
  </button>`;
}

function IconButton({ block, element, surface, busy }) {
  const text = plainText(element.text);
  return html`<button type="button" class="icon-button" aria-busy=${busy ? "true" : undefined} title=${text} aria-label=${element.accessibility_label || text}
    data-action-id=${element.action_id} onClick=${() => surface.press(block, element)}><${Icon} name=${element.icon} /></button>`;
}

function FeedbackButtons({ block, element, surface }) {
  const [given, setGiven] = useState(null);
  const one = (name, icon) => {
    const button = element[name];
    const press = () => {
      setGiven(name);
      surface.press(block, element, button);
    };
    return html`<button type="button" class="icon-button" title=${plainText(button.text)} aria-pressed=${given === name ? "true" : "false"}
      aria-label=${button.accessibility_label || plainText(button.text)} onClick=${press}><${Icon} name=${icon} /></button>`;
  };
  return html`<span class="feedback" data-action-id=${element.action_id}>${one("positive_button", "good")}${one("negative_button", "bad")}</span>`;
}

function Overflow({ block, element, surface, page, busy }) {
  const items = (element.options ?? []).map((option) => ({
    label: plainText(option.text),
    hint: plainText(option.description),
    onSelect: () => {
      const href = option.url && safeHref(option.url);
      if (href) window.open(href, "_blank", "noopener,noreferrer");
      surface.choose(block, element, option);
    },
  }));
  return html`<${Menu} label=${element.accessibility_label || page.words.options} items=${items} kind="button square" busy=${busy}><${Icon} name="dots" /><//>`;
}

function itemOf(option) {
  return { key: option.value, text: plainText(option.text), description: plainText(option.description), option };
}

/** A picker over options: what is common to the static and the external selects. */
function OptionPicker({ block, element, surface, label, field, load, busy }) {
  const multi = element.type.startsWith("multi_");
  const value = valueIn(element, surface.state(block, element));
  const chosen = [value].flat().filter(Boolean).map(itemOf);
  return html`<${Picker} id=${field.id} label=${label} invalid=${field.invalid} describedBy=${field.described}
    placeholder=${plainText(element.placeholder)} chosen=${chosen} multi=${multi} max=${element.max_selected_items}
    autoFocus=${element.focus_on_load} clearable=${block.type === "input" && !multi} load=${load} busy=${busy}
    onChange=${(items) => {
      const options = items.map((item) => item.option);
      surface.change(block, element, multi ? options : (options[0] ?? null));
    }} />`;
}

function StaticSelect(props) {
  const groups = props.element.option_groups ?? [{ options: optionsOf(props.element) }];
  const load = (query) =>
    groups
      .map((group) => ({ label: plainText(group.label), items: group.options.map(itemOf).filter((item) => matches(query, item.text, item.description)) }))
      .filter((group) => group.items.length > 0);
  return html`<${OptionPicker} ...${props} load=${load} />`;
}

function ExternalSelect(props) {
  const { block, element, surface, page } = props;
  const least = element.min_query_length ?? 3;
  const load = (query) => {
    const missing = least - [...query].length;
    if (missing > 0) throw new Error(page.words.typeMore(missing));
    return async () => {
      const groups = await surface.options(block, element, query);
      return groups.map((group) => ({ label: plainText(group.label), items: group.options.map(itemOf) }));
    };
  };
  return html`<${OptionPicker} ...${props} load=${load} />`;
}

function PeopleSelect(props) {
  const { page } = props;
  const item = (person) => ({ key: person.id, text: person.real_name, description: person.title, also: `${person.handle} ${person.full_name}` });
  const all = [...page.people.values()].filter((person) => !person.is_bot).map(item);
  const load = (query) => [{ items: all.filter((one) => matches(query, one.text, one.also, one.description)) }];
  return html`<${IdPicker} ...${props} load=${load} show=${(id) => page.people.get(id)?.real_name ?? id} />`;
}

function ConversationSelect(props) {
  const { element, page } = props;
  const kinds = element.filter?.include ?? ["public", "private", "im"];
  const text = (channel) => (channel.kind === "im" ? (page.people.get(channel.with)?.real_name ?? channel.id) : `#${channel.name}`);
  const all = [...page.channels.values()]
    .filter((channel) => kinds.includes(channel.kind))
    .filter((channel) => !(element.filter?.exclude_bot_users && page.people.get(channel.with)?.is_bot))
    .map((channel) => ({ key: channel.id, text: text(channel) }));
  const load = (query) => [{ items: all.filter((one) => matches(query, one.text)) }];
  const show = (id) => (page.channels.has(id) ? text(page.channels.get(id)) : id);
  return html`<${IdPicker} ...${props} load=${load} show=${show} />`;
}

function ChannelSelect(props) {
  const { page } = props;
  const all = [...page.channels.values()].filter((channel) => channel.kind === "public").map((channel) => ({ key: channel.id, text: `#${channel.name}` }));
  const load = (query) => [{ items: all.filter((one) => matches(query, one.text)) }];
  return html`<${IdPicker} ...${props} load=${load} show=${(id) => (page.channels.has(id) ? `#${page.channels.get(id).name}` : id)} />`;
}

function IdPicker({ block, element, surface, label, field, load, show, busy }) {
  const multi = element.type.startsWith("multi_");
  const value = valueIn(element, surface.state(block, element));
  const chosen = [value].flat().filter(Boolean).map((id) => ({ key: id, text: show(id) }));
  return html`<${Picker} id=${field.id} label=${label} invalid=${field.invalid} describedBy=${field.described}
    placeholder=${plainText(element.placeholder)} chosen=${chosen} multi=${multi} max=${element.max_selected_items}
    autoFocus=${element.focus_on_load} clearable=${block.type === "input" && !multi} load=${load} busy=${busy}
    onChange=${(items) => {
      const keys = items.map((item) => item.key);
      surface.change(block, element, multi ? keys : (keys[0] ?? null));
    }} />`;
}

function matches(query, ...texts) {
  const plain = (text) => (text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return texts.some((text) => plain(text).includes(plain(query.trim())));
}

function Choices({ block, element, surface, label, field, page }) {
  const name = useIds();
  const several = element.type === "checkboxes";
  const value = valueIn(element, surface.state(block, element));
  const picked = new Set([value].flat().filter(Boolean).map((option) => option.value));
  const options = element.options ?? [];
  const change = (option) => {
    if (!several) return surface.change(block, element, option);
    const next = options.filter((other) => (other.value === option.value ? !picked.has(option.value) : picked.has(other.value)));
    return surface.change(block, element, next);
  };
  return html`<div class="choices" role=${several ? "group" : "radiogroup"} aria-describedby=${field.described}
    aria-labelledby=${field.id ? field.labelledBy : undefined} aria-label=${field.id ? undefined : label}>
    ${options.map(
      (option) => html`<label class="choice" key=${option.value}>
        <input type=${several ? "checkbox" : "radio"} name=${name} checked=${picked.has(option.value)} onChange=${() => change(option)} />
        <span>${textObject(option.text, page)}${option.description && html`<small>${textObject(option.description, page)}</small>`}</span>
      </label>`,
    )}
  </div>`;
}

/** Date and time pickers. The moment of a datetimepicker is read and written in the person's own zone; a day without its
 * time, or the other way round, is {day, time}. */
function Dated({ block, element, surface, label, field, page }) {
  const moment = element.type === "datetimepicker";
  const acts = block.type !== "input" || block.dispatch_action;
  const [begun, begin] = useState(null);
  const kept = valueIn(element, surface.state(block, element));
  const value = begun ?? kept ?? null;
  const change = (next) => {
    begin(null);
    surface.change(block, element, next);
  };
  // What acts does so once it is whole, not at every key.
  const typed = acts ? begin : change;
  const taken = acts ? (next) => (next === null || isWhole(element, next) ? change(next) : begin(next)) : change;
  const [day, time] = !moment
    ? [value, value]
    : typeof value === "number" ? wallClock(new Date(value * 1000), page.tz).split("T") : [value?.day ?? null, value?.time ?? null];
  const together = (way) => (part) => {
    const parts = { day, time, ...part };
    if (parts.day === null && parts.time === null) return way(null);
    return way(isDay(parts.day) && isTime(parts.time) ? unixOfWall(`${parts.day}T${parts.time}`, page.tz) : parts);
  };
  const named = moment ? page.tz : element.type === "timepicker" ? element.timezone : "";
  const zone = named && `${named} · ${zoneOffset(typeof value === "number" ? new Date(value * 1000) : page.now, named)}`;
  const inWords = isDay(day) && element.type !== "timepicker" ? dayInWords(day, page.locale) : "";
  const common = { page, autoFocus: element.focus_on_load, today: dayOf(page.now, page.tz), now: wallClock(page.now, page.tz).slice(11) };
  const second = { ...field, id: undefined };
  return html`<div class="dated">
    <span class="dated-fields">
      ${element.type !== "timepicker" && html`<${DayField} ...${common} label=${label} field=${field} value=${day}
        typed=${moment ? (part) => together(typed)({ day: part }) : typed} taken=${moment ? (part) => together(taken)({ day: part }) : taken} />`}
      ${element.type !== "datepicker" && html`<${TimeField} ...${common} label=${moment ? page.words.timeOf(label) : label} field=${moment ? second : field} value=${time}
        autoFocus=${!moment && element.focus_on_load}
        typed=${moment ? (part) => together(typed)({ time: part }) : typed} taken=${moment ? (part) => together(taken)({ time: part }) : taken} />`}
    </span>
    ${(zone || inWords) && html`<small class="zone">${[inWords, zone].filter(Boolean).join(" · ")}</small>`}
  </div>`;
}

const KEYBOARDS = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };

function TextInput({ block, element, surface, label, field }) {
  const value = valueIn(element, surface.state(block, element)) ?? "";
  const timer = useRef(null);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  useEffect(() => () => clearTimeout(timer.current), []);
  const onInput = (event) => {
    surface.type(block, element, event.target.value === "" ? null : event.target.value);
    if (!block.dispatch_action || !when.includes("on_character_entered")) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => surface.tell(block, element), 250);
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || composing(event)) return;
    if (element.multiline && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
    else if (!element.multiline && block.dispatch_action && when.includes("on_enter_pressed")) surface.tell(block, element);
    else return;
    event.preventDefault();
  };
  const common = {
    id: field.id, class: "text-input", value, placeholder: plainText(element.placeholder), onInput, onKeyDown,
    "aria-label": field.id ? undefined : label, "aria-invalid": field.invalid ? "true" : undefined,
    "aria-describedby": field.described, "aria-required": block.type === "input" && !block.optional ? "true" : undefined,
    "data-autofocus": element.focus_on_load ? "" : undefined, autocomplete: "off",
  };
  const length = [...value].length;
  const counter = element.max_length && length > element.max_length * 0.8;
  return html`<div class="text-field">
    ${element.multiline
      ? html`<textarea rows="4" ...${common}></textarea>`
      : html`<input type="text" inputmode=${KEYBOARDS[element.type]} ...${common} />`}
    ${counter && html`<small class="counter">${length} / ${element.max_length}</small>`}
  </div>`;
}

function RichTextInput({ block, element, surface, label, field, page }) {
  const timer = useRef(null);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  useEffect(() => () => clearTimeout(timer.current), []);
  const onChange = (value) => {
    surface.type(block, element, value);
    if (!block.dispatch_action || !when.includes("on_character_entered")) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => surface.tell(block, element), 250);
  };
  return html`<${RichField} value=${valueIn(element, surface.state(block, element))} onChange=${onChange} page=${page} label=${label} field=${field}
    onEnter=${() => block.dispatch_action && when.includes("on_enter_pressed") && surface.tell(block, element)}
    placeholder=${plainText(element.placeholder)} required=${!block.optional} autoFocus=${element.focus_on_load}
    lines=${[element.min_lines ?? 3, Math.max(element.min_lines ?? 3, element.max_lines ?? 12)]} />`;
}

const LARGEST_FILE = 5 * 1024 * 1024;

function FileInput({ block, element, surface, field, page }) {
  const files = valueIn(element, surface.state(block, element)) ?? [];
  const most = element.max_files ?? 10;
  const accept = element.filetypes?.map((type) => `.${type}`).join(",");
  const add = async (event) => {
    const picked = [...event.target.files];
    event.target.value = "";
    const tooBig = picked.find((file) => file.size > LARGEST_FILE);
    if (tooBig) page.say(page.words.fileTooBig(tooBig.name));
    const read = await Promise.all(picked.filter((file) => file.size <= LARGEST_FILE).map(readFile));
    surface.change(block, element, [...files, ...read].slice(0, most));
  };
  return html`<div class="files">
    ${files.map(
      (file, n) => html`<span class="chip" key=${n}>${file.name}
        <button type="button" aria-label=${page.words.remove(file.name)}
          onClick=${() => surface.change(block, element, files.filter((_, other) => other !== n))}><${Icon} name="close" /></button>
      </span>`,
    )}
    <span class="file-chooser">
      <input type="file" id=${field.id} multiple=${most > 1} accept=${accept} aria-describedby=${field.described}
        aria-invalid=${field.invalid ? "true" : undefined} disabled=${files.length >= most} onChange=${add} />
      <span class="button" aria-hidden="true">${page.words.chooseFiles(most)}</span>
    </span>
  </div>`;
}

/** {name, mimetype, size, content}: content is base64, for the server to keep and to give an id. */
function readFile(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onerror = () => failed(reader.error);
    reader.onload = () =>
      done({
        name: file.name, mimetype: file.type || "application/octet-stream", size: file.size,
        content: reader.result.slice(reader.result.indexOf(",") + 1),
      });
    reader.readAsDataURL(file);
  });
}
