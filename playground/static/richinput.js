// A field for rich text: what is typed and marked there is read back as Slack's rich_text block. The browser's own
// editing does the work; this file only translates, and nothing typed or pasted is ever parsed as markup.
import { html, useEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { Icon } from "./widgets.js";

const MARKS = { bold: ["B", "STRONG"], italic: ["I", "EM"], strike: ["S", "STRIKE", "DEL"], underline: ["U"], code: ["CODE"] };
const COMMANDS = [
  // [the browser's command, its argument, icon, word]
  ["bold", null, "bold", "bold"],
  ["italic", null, "italic", "italic"],
  ["strikeThrough", null, "strike", "strike"],
  ["insertUnorderedList", null, "bullets", "bulletList"],
  ["insertOrderedList", null, "numbers", "numberedList"],
  ["formatBlock", "blockquote", "quote", "quote"],
];

/**
 * value: a rich_text block or null, read once. onChange(block or null) after every change; onEnter after Ctrl+Enter.
 * field: {id, described, invalid, labelledBy}.
 */
export function RichField({ value, onChange, onEnter, placeholder, label, field, required, lines = [3, 12], autoFocus, page }) {
  const box = useRef(null);
  const bar = useRef(null);
  const [empty, setEmpty] = useState(isBlank(value));
  const [pressed, setPressed] = useState({});
  useEffect(() => write(box.current, value), []);
  const look = () =>
    setPressed(
      Object.fromEntries(
        COMMANDS.map(([command]) => [
          command,
          command === "formatBlock" ? document.queryCommandValue("formatBlock") === "blockquote" : document.queryCommandState(command),
        ]),
      ),
    );
  const changed = () => {
    const block = read(box.current);
    setEmpty(isBlank(block) && !box.current.querySelector("li, blockquote"));
    look();
    onChange(isBlank(block) ? null : block);
  };
  const run = (command, argument) => {
    box.current.focus();
    const undo = command === "formatBlock" && pressed.formatBlock;
    document.execCommand(command, false, undo ? "div" : argument);
    changed();
  };
  const onPaste = (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onEnter?.();
    }
  };
  const walk = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = [...bar.current.children];
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  };
  return html`<div class="rich-field">
    <div class="rich-bar" role="toolbar" aria-label=${page.words.formatting} ref=${bar} onKeyDown=${walk}>
      ${COMMANDS.map(
        ([command, argument, icon, word], n) => html`<button type="button" class="icon-button" tabIndex=${n === 0 ? 0 : -1}
          aria-label=${page.words[word]} title=${page.words[word]} aria-pressed=${pressed[command] ? "true" : "false"}
          onMouseDown=${(event) => event.preventDefault()} onClick=${() => run(command, argument)}><${Icon} name=${icon} /></button>`,
      )}
    </div>
    <div ref=${box} id=${field.id} class=${`rich rich-box ${empty ? "empty-box" : ""}`} contenteditable="true" role="textbox" aria-multiline="true"
      aria-labelledby=${field.id ? field.labelledBy : undefined} aria-label=${field.id ? undefined : label}
      aria-describedby=${field.described} aria-invalid=${field.invalid ? "true" : undefined} aria-required=${required ? "true" : undefined}
      aria-placeholder=${placeholder || undefined} data-placeholder=${placeholder} data-autofocus=${autoFocus ? "" : undefined}
      style=${{ minHeight: `${lines[0] * 1.5 + 0.9}em`, maxHeight: `${lines[1] * 1.5 + 0.9}em` }}
      onInput=${changed} onPaste=${onPaste} onKeyDown=${onKeyDown} onKeyUp=${look} onMouseUp=${look}></div>
  </div>`;
}

/** Whether a rich_text block holds nothing to read. */
export function isBlank(block) {
  const blank = (part) => (part.elements ? part.elements.every(blank) : part.type === "text" && !part.text.trim());
  return !block || blank(block);
}

// Writing the field from a block. Mentions and emoji stand as the words they read as, kept whole.

function write(box, block) {
  for (const element of block?.elements ?? []) {
    if (element.type === "rich_text_list") {
      const list = document.createElement(element.style === "ordered" ? "ol" : "ul");
      for (const item of element.elements) list.append(filled("li", item.elements));
      box.append(list);
    } else box.append(filled({ rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[element.type] ?? "div", element.elements));
  }
}

function filled(tag, parts) {
  const node = document.createElement(tag);
  for (const part of parts) {
    let inside = document.createElement("span");
    if (part.type === "text") {
      inside = document.createDocumentFragment();
      part.text.split("\n").forEach((line, n) => inside.append(...(n ? [document.createElement("br")] : []), line));
    } else {
      inside.contentEditable = "false";
      inside.className = "mention";
      inside.dataset.part = JSON.stringify(part);
      inside.textContent = part.text ?? part.url ?? part.name ?? part.user_id ?? part.channel_id ?? part.fallback ?? part.range ?? part.value ?? part.type;
    }
    for (const [mark, [tagName]] of Object.entries(MARKS)) {
      if (part.type !== "text" || !part.style?.[mark]) continue;
      const around = document.createElement(tagName);
      around.append(inside);
      inside = around;
    }
    node.append(inside);
  }
  return node;
}

// Reading the block from the field.

function read(box) {
  const elements = [];
  let line = [];
  const flush = () => {
    const parts = joined(line);
    if (parts.length) elements.push({ type: "rich_text_section", elements: parts });
    line = [];
  };
  const visit = (node) => {
    const kind = node.nodeName;
    if (kind === "UL" || kind === "OL") {
      flush();
      elements.push(...listed(node, 0));
    } else if (kind === "BLOCKQUOTE" || kind === "PRE") {
      flush();
      const parts = joined(inlines(node, {}));
      if (parts.length) elements.push({ type: kind === "PRE" ? "rich_text_preformatted" : "rich_text_quote", elements: parts });
    } else if (kind === "DIV" || kind === "P") {
      if (line.length && !ends(line)) line.push({ type: "text", text: "\n" });
      for (const child of node.childNodes) visit(child);
      if (!ends(line)) line.push({ type: "text", text: "\n" });
    } else line.push(...inlines(node, {}));
  };
  for (const child of box.childNodes) visit(child);
  flush();
  return { type: "rich_text", elements };
}

function ends(parts) {
  return parts.at(-1)?.type === "text" && parts.at(-1).text.endsWith("\n");
}

function listed(list, indent) {
  const style = list.nodeName === "OL" ? "ordered" : "bullet";
  const found = [];
  for (const item of list.children) {
    if (item.nodeName !== "LI") {
      found.push(...listed(item, Math.min(8, indent + 1)));
      continue;
    }
    const section = { type: "rich_text_section", elements: joined([...item.childNodes].filter((node) => !/^[UO]L$/.test(node.nodeName)).flatMap((node) => inlines(node, {}))) };
    const last = found.at(-1);
    if (last?.indent === indent && last.style === style) last.elements.push(section);
    else found.push({ type: "rich_text_list", style, indent, elements: [section] });
    for (const nested of item.children) if (/^[UO]L$/.test(nested.nodeName)) found.push(...listed(nested, Math.min(8, indent + 1)));
  }
  return found;
}

function inlines(node, style) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [text(node.data.replaceAll("\u00a0", " "), style)] : [];
  if (node.nodeName === "BR") return [text("\n", style)];
  if (node.dataset?.part) return [JSON.parse(node.dataset.part)];
  const mark = Object.keys(MARKS).find((name) => MARKS[name].includes(node.nodeName));
  const next = mark ? { ...style, [mark]: true } : style;
  return [...node.childNodes].flatMap((child) => inlines(child, next));
}

function text(words, style) {
  return Object.keys(style).length ? { type: "text", text: words, style } : { type: "text", text: words };
}

/** Neighbours of one style become one part; line ends at the very end are the browser's, not the person's. */
function joined(parts) {
  const out = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last?.type === "text" && part.type === "text" && JSON.stringify(last.style) === JSON.stringify(part.style)) last.text += part.text;
    else out.push({ ...part });
  }
  while (out.at(-1)?.type === "text") {
    out.at(-1).text = out.at(-1).text.replace(/\n+$/, "");
    if (out.at(-1).text) break;
    out.pop();
  }
  return out;
}
