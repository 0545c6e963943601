// Views a bot opens for one person: the stack of modals, and the app's Home tab.
import { html, useContext, useEffect, useLayoutEffect, useRef, useState } from "./vendor/htm-preact-standalone.module.js";
import { Surface } from "./blockkit.js";
import { Page } from "./context.js";
import { collect, findProblems } from "./formstate.js";
import { markdown } from "./markdown.js";
import { plainText } from "./mrkdwn.js";
import { Dialog, Icon, Said } from "./widgets.js";

/** The topmost modal of the stack; nothing when none is open. `hint` is what the tour says meanwhile. */
export function Modals({ views, hint }) {
  const page = useContext(Page);
  const top = views.at(-1);
  if (!top) return null;
  const cancel = async (view) => {
    const answer = await page.act("cancel", { view: view.id });
    if (!answer.ok) page.say(answer.error);
  };
  const cancelAll = async () => {
    const answer = await page.act("cancel_all", { view: top.id });
    if (!answer.ok) page.say(answer.error);
  };
  return html`<${Dialog} label=${plainText(top.title)} kind="modal" onClose=${() => cancel(top)}>
    <${Modal} key=${top.id} hint=${hint} view=${top} below=${views.slice(0, -1)} cancel=${() => cancel(top)} cancelAll=${cancelAll} />
  <//>`;
}

function Modal({ hint, view, below, cancel, cancelAll }) {
  const page = useContext(Page);
  const { words } = page;
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const form = useRef(null);

  useLayoutEffect(() => {
    const first = form.current.querySelector("[data-autofocus]") ?? form.current.querySelector("input, textarea, .submit, .cancel");
    first?.focus();
  }, []);

  const refuse = (problems) => {
    setErrors(problems);
    const [first] = view.blocks.filter((block) => Object.hasOwn(problems, block.block_id));
    const fields = [...(form.current?.querySelectorAll("[data-block-id]") ?? [])];
    fields.find((field) => field.dataset.blockId === first?.block_id)?.querySelector("input, textarea, [contenteditable]")?.focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const values = collect(view.blocks, page.drafts.of(view.id), view.values);
    const problems = findProblems(view.blocks, values, words);
    if (Object.keys(problems).length) {
      refuse(problems);
      return;
    }
    setBusy(true);
    const answer = await page.act("submit", { view: view.id, values });
    setBusy(false);
    const { "": whole, ...beside } = answer.errors ?? {};
    if (whole || !answer.ok) page.say(whole ?? answer.error);
    refuse(beside);
  };
  const touched = (blockId) => {
    const { [blockId]: _, ...rest } = errors;
    setErrors(rest);
  };
  return html`<form class="modal-form" ref=${form} noValidate onSubmit=${submit} aria-busy=${busy ? "true" : undefined}>
    <header class="dialog-head">
      <h2>
        ${below.map((under) => html`<small>${plainText(under.title)} › </small>`)}
        ${plainText(view.title)}
      </h2>
      <button type="button" class="icon-button" aria-label=${words.close} onClick=${cancelAll}><${Icon} name="close" /></button>
    </header>
    ${hint && html`<p class="dialog-hint">${hint}</p>`}
    <div class="dialog-body">
      <${Said} />
      <${Surface} blocks=${view.blocks} where=${{ view: view.id }} draftKey=${view.id} saved=${view.values} errors=${errors} touched=${touched} />
    </div>
    <footer class="dialog-foot">
      ${Object.keys(errors).length > 0 && html`<span class="fix" role="status">${words.fixErrors}</span>`}
      <button type="button" class="button cancel" onClick=${cancel}>${plainText(view.close) || words.cancel}</button>
      ${view.submit &&
      html`<button type="submit" class="button primary submit" aria-busy=${busy ? "true" : undefined}>
        ${busy ? words.submitting : plainText(view.submit)}
      </button>`}
    </footer>
  </form>`;
}

/** A canvas, to be read. */
export function Canvas({ title, text, close }) {
  const { words } = useContext(Page);
  return html`<${Dialog} label=${title} kind="modal" onClose=${close}>
    <header class="dialog-head">
      <h2>${title}</h2>
      <button type="button" class="icon-button" aria-label=${words.close} onClick=${close}><${Icon} name="close" /></button>
    </header>
    <div class="dialog-body" tabindex="0" data-autofocus>${markdown(text)}</div>
  <//>`;
}

/** What the app shows this person on its Home tab. */
export function Home({ view }) {
  const page = useContext(Page);
  useEffect(() => {
    page.act("home", {}).then((answer) => answer.ok || page.say(answer.error));
  }, [page.me.id]);
  return html`<div class="home" role="tabpanel" aria-label=${page.words.homeTab} tabindex="0">
    ${view
      ? html`<${Surface} blocks=${view.blocks} where=${{ home: true }} draftKey=${`home ${page.me.id}`} saved=${view.values} />`
      : html`<p class="empty">${page.words.noHome}</p>`}
  </div>`;
}
