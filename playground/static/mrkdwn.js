// Slack's text formats drawn as text nodes: mrkdwn, plain_text and rich_text. No string is ever parsed as markup,
// and a link leads only to http, https or mailto.
import { html } from "./vendor/htm-preact-standalone.module.js";
import { character, withEmoji } from "./emoji.js";
import { dateTokens } from "./moments.js";

/** A text object ({type: "plain_text" | "mrkdwn", text}) drawn. `page` is the Page context. */
export function textObject(text, page) {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwn(text.text, page, { autolink: !text.verbatim });
  return plainText(text)
    .split("\n")
    .map((line, n) => [n > 0 && html`<br />`, line]);
}

/** The characters of a plain_text object; also right for labels and titles. */
export function plainText(text) {
  if (!text) return "";
  const shown = String(text.text ?? "");
  return text.emoji === false ? shown : withEmoji(shown);
}

/** mrkdwn as vnodes: fences, quotes and lines first, then what stands inside a line. */
export function mrkdwn(source, page, { autolink = true } = {}) {
  const parts = String(source ?? "").split(/```\n?([\s\S]*?)```/);
  return parts.map((part, index) => {
    if (index % 2 === 1) return html`<pre class="pre">${unescape(part)}</pre>`;
    return quotedRuns(part).map(({ quoted, lines }) => {
      const drawn = lines.map((line, n) => [n > 0 && html`<br />`, inline(line, page, autolink)]);
      return quoted ? html`<blockquote>${drawn}</blockquote>` : html`<span class="run">${drawn}</span>`;
    });
  });
}

/** mrkdwn as its author typed it: "@handle" instead of <@U...>, "&" instead of "&amp;". */
export function asTyped(source, page) {
  const typed = source.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, target, label) => {
    if (target.startsWith("@")) return `@${page.people.get(target.slice(1))?.handle ?? label ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${page.channels.get(target.slice(1))?.name ?? label ?? target.slice(1)}`;
    return target.startsWith("!") ? whole : target;
  });
  return unescape(typed);
}

/** `href` when it is safe to follow, else null. */
export function safeHref(href) {
  try {
    const url = new URL(href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link when `href` is safe, otherwise just its text. */
export function link(href, text) {
  const safe = safeHref(href);
  return safe ? html`<a href=${safe} target="_blank" rel="noopener noreferrer">${text}</a>` : text;
}

/** A rich_text block. */
export function richText(block, page) {
  return html`<div class="rich">${(block.elements ?? []).map((element) => richElement(element, page))}</div>`;
}

function richElement(element, page) {
  const inside = () => (element.elements ?? []).map((part) => richInline(part, page));
  switch (element.type) {
    case "rich_text_section":
      return html`<div class="run">${inside()}</div>`;
    case "rich_text_quote":
      return html`<blockquote>${inside()}</blockquote>`;
    case "rich_text_preformatted":
      return html`<pre class="pre">${inside()}</pre>`;
    case "rich_text_list": {
      const items = (element.elements ?? []).map((item) => html`<li>${richElement(item, page)}</li>`);
      const indent = { marginInlineStart: `${1.4 * (element.indent ?? 0)}em` };
      return element.style === "ordered"
        ? html`<ol start=${(element.offset ?? 0) + 1} style=${indent}>${items}</ol>`
        : html`<ul style=${indent}>${items}</ul>`;
    }
    default:
      return html`<span class="unknown" role="note">${page.words.unknownElement(element.type)}</span>`;
  }
}

function richInline(part, page) {
  switch (part.type) {
    case "text":
      return styled(lined(part.text), part.style);
    case "link":
      return styled(link(part.url, part.text || part.url), part.style);
    case "emoji":
      return character(part.skin_tone ? `${part.name}::skin-tone-${part.skin_tone}` : part.name) ?? `:${part.name}:`;
    case "user":
      return userMention(part.user_id, null, page);
    case "channel":
      return channelMention(part.channel_id, null, page);
    case "usergroup":
      return html`<span class="mention">@${part.usergroup_id}</span>`;
    case "team":
      return html`<span class="mention">${part.team_id}</span>`;
    case "broadcast":
      return html`<span class="mention broad">@${part.range}</span>`;
    case "date":
      return styled(dateTokens(part.format, part.timestamp, page), part.style);
    case "color":
      return html`<code>${part.value}</code>`;
    default:
      return html`<span class="unknown" role="note">${page.words.unknownElement(part.type)}</span>`;
  }
}

function styled(drawn, style = {}) {
  let out = drawn;
  if (style.code) out = html`<code>${out}</code>`;
  if (style.strike) out = html`<s>${out}</s>`;
  if (style.italic) out = html`<em>${out}</em>`;
  if (style.underline) out = html`<u>${out}</u>`;
  if (style.bold) out = html`<strong>${out}</strong>`;
  return out;
}

function lined(text) {
  return String(text ?? "").split("\n").map((line, n) => [n > 0 && html`<br />`, line]);
}

function quotedRuns(text) {
  const runs = [];
  for (const line of text.split("\n")) {
    const quote = /^(?:>|&gt;) ?/.exec(line);
    const bare = quote ? line.slice(quote[0].length) : line;
    const last = runs.at(-1);
    if (last && last.quoted === Boolean(quote)) last.lines.push(bare);
    else runs.push({ quoted: Boolean(quote), lines: [bare] });
  }
  return runs.filter(({ lines }) => lines.some((line) => line !== "") || runs.length === 1);
}

const TAGS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;
const TOKEN = /<([^<>\n]+)>|`([^`\n]+)`|:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):|(https?:\/\/[^\s<>|"'`]+[^\s<>|"'`.,;:!?)\]，。；：！？）】])|[*_~]/u;

function inline(text, page, autolink) {
  const out = [];
  let rest = text;
  let before = "";
  while (rest) {
    const found = TOKEN.exec(rest);
    if (!found) break;
    const [whole, control, code, emoji, url] = found;
    const lead = rest.slice(0, found.index);
    let after = rest.slice(found.index + whole.length);
    let drawn = whole;
    if (control !== undefined) drawn = controlSequence(control, page);
    else if (code !== undefined) drawn = html`<code>${unescape(code)}</code>`;
    else if (emoji !== undefined) drawn = character(emoji) ?? whole;
    else if (url !== undefined) drawn = autolink ? link(unescape(url), unescape(url)) : unescape(url);
    else {
      const span = emphasised(whole, (lead || before).at(-1), after);
      if (span !== null) {
        drawn = html`<${TAGS[whole]}>${inline(span, page, autolink)}<//>`;
        after = after.slice(span.length + 1);
      }
    }
    out.push(unescape(lead), drawn);
    before = whole;
    rest = after;
  }
  out.push(unescape(rest));
  return out;
}

/** What a `mark` encloses, or null: it must stand at the edge of a word on both sides and hug its content. */
function emphasised(mark, previous, after) {
  if ((previous && WORD.test(previous)) || !after || /\s/.test(after[0]) || after[0] === mark) return null;
  for (let end = after.indexOf(mark, 1); end !== -1; end = after.indexOf(mark, end + 1)) {
    const next = after[end + 1];
    if (!/\s/.test(after[end - 1]) && !(next && (WORD.test(next) || next === mark))) return after.slice(0, end);
  }
  return null;
}

function controlSequence(inside, page) {
  const bar = inside.indexOf("|");
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? null : unescape(inside.slice(bar + 1));
  if (/^@[UW]/.test(target)) return userMention(target.slice(1), label, page);
  if (/^#[CG]/.test(target)) return channelMention(target.slice(1), label, page);
  if (/^!(here|channel|everyone)$/.test(target)) return html`<span class="mention broad">@${target.slice(1)}</span>`;
  if (target.startsWith("!subteam^")) return html`<span class="mention">${label ?? target.slice(9)}</span>`;
  if (target.startsWith("!date^")) {
    const [, unix, template, href] = target.split("^");
    const shown = /^\d+$/.test(unix) && template ? dateTokens(unescape(template), Number(unix), page) : label;
    const time = html`<span class="moment" title=${label}>${shown}</span>`;
    return href ? link(href, time) : time;
  }
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

function userMention(id, label, page) {
  const name = page.people.get(id)?.real_name ?? label ?? id;
  return html`<span class=${id === page.me.id ? "mention me" : "mention"}>@${name}</span>`;
}

function channelMention(id, label, page) {
  const channel = page.channels.get(id);
  if (!channel) return html`<span class="mention">${label ? `#${label}` : page.words.privateChannel}</span>`;
  return html`<button type="button" class="mention" onClick=${() => page.go(id)}>#${channel.name}</button>`;
}

function unescape(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}
