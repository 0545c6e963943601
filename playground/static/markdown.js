// A markdown block: the Markdown people know (headings, lists, quotes, code, tables, links), as text nodes. Images are
// shown as their alternative text: nothing is loaded.
import { html } from "./vendor/htm-preact-standalone.module.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

/** `text` in standard Markdown. */
export function markdown(text) {
  return html`<div class="rich markdown">${paragraphs(text.replaceAll("\r\n", "\n").split("\n"))}</div>`;
}

const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const ROW = /^\s*\|.*\|\s*$/;

function paragraphs(lines) {
  const out = [];
  let at = 0;
  const run = (fits) => {
    const from = at;
    while (at < lines.length && fits(lines[at])) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) at += 1;
    else if (/^\s*(```|~~~)/.test(line)) {
      at += 1;
      out.push(html`<pre class="pre">${run((one) => !/^\s*(```|~~~)\s*$/.test(one)).join("\n")}</pre>`);
      at += 1;
    } else if (heading) {
      at += 1;
      out.push(html`<div class=${`heading level-${heading[1].length}`} role="heading" aria-level=${Math.min(6, heading[1].length + 2)}>${inline(heading[2])}</div>`);
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      at += 1;
      out.push(html`<hr class="block-divider" />`);
    } else if (/^\s*>/.test(line)) {
      out.push(html`<blockquote>${paragraphs(run((one) => /^\s*>/.test(one)).map((one) => one.replace(/^\s*> ?/, "")))}</blockquote>`);
    } else if (ITEM.test(line)) out.push(...lists(run((one) => ITEM.test(one) || /^\s{2,}\S/.test(one))));
    else if (ROW.test(line) && /^[\s|:-]+$/.test(lines[at + 1] ?? "")) out.push(grid(run((one) => ROW.test(one))));
    else out.push(html`<p>${broken(run((one) => one.trim() && !/^\s*(```|~~~|>|#{1,6}\s)/.test(one) && !ITEM.test(one)))}</p>`);
  }
  return out;
}

function broken(lines) {
  return lines.map((line, n) => [n > 0 && html`<br />`, inline(line)]);
}

function lists(lines) {
  const items = [];
  for (const line of lines) {
    const found = ITEM.exec(line);
    if (found) items.push({ depth: found[1].length, number: found[2], lines: [found[3]] });
    else items.at(-1).lines.push(line.trim());
  }
  const level = (from, to, depth) => {
    const out = [];
    for (let at = from; at < to; ) {
      let end = at + 1;
      while (end < to && items[end].depth > depth) end += 1;
      const task = /^\[([ xX])\]\s+/.exec(items[at].lines[0]);
      if (task) items[at].lines[0] = items[at].lines[0].slice(task[0].length);
      out.push(html`<li>${task && (task[1] === " " ? "☐ " : "☑ ")}${broken(items[at].lines)}
        ${end > at + 1 && list(level(at + 1, end, items[at + 1].depth), items[at + 1].number)}</li>`);
      at = end;
    }
    return out;
  };
  return [list(level(0, items.length, items[0].depth), items[0].number)];
}

function list(items, number) {
  return number === undefined ? html`<ul>${items}</ul>` : html`<ol start=${Number(number)}>${items}</ol>`;
}

function grid(lines) {
  const cells = (line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim());
  const [head, , ...body] = lines;
  return html`<div class="block-table" tabindex="0"><table>
    <thead><tr>${cells(head).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead>
    <tbody>${body.map((line) => html`<tr>${cells(line).map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

const TOKEN = /`([^`]+)`|!?\[([^\]]*)\]\(\s*<?([^\s)>]+)>?[^)]*\)|(\*\*|__)(?=\S)(.+?)\4|~~(?=\S)(.+?)~~|(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)\7(?![\p{L}\p{N}])|(https?:\/\/[^\s<>()]+)/u;

function inline(text) {
  const found = TOKEN.exec(text);
  if (!found) return withEmoji(text);
  const [whole, code, label, href, , bold, strike, , italic, url] = found;
  let drawn;
  if (code !== undefined) drawn = html`<code>${code}</code>`;
  else if (label !== undefined) drawn = whole.startsWith("!") ? label : link(href, label || href);
  else if (bold !== undefined) drawn = html`<strong>${inline(bold)}</strong>`;
  else if (strike !== undefined) drawn = html`<s>${inline(strike)}</s>`;
  else if (italic !== undefined) drawn = html`<em>${inline(italic)}</em>`;
  else drawn = link(url, url);
  return [withEmoji(text.slice(0, found.index)), drawn, inline(text.slice(found.index + whole.length))];
}
