// What a person has typed but not sent. Kept apart from the state of the server, so no refresh can lose it, and told to
// the place alone where it was typed, so no key redraws the page.
import { useEffect, useReducer } from "./vendor/htm-preact-standalone.module.js";

/** A store of drafts, each kept at a place: a view, a message, a Home tab, a composer. */
export function createDrafts() {
  const forms = new Map();
  const texts = new Map();
  const listeners = new Map();
  const changed = (place) => listeners.get(place)?.forEach((listener) => listener());
  return {
    /** {block_id: {action_id: state object}} typed at a place. */
    of: (place) => forms.get(place) ?? {},
    put(place, blockId, actionId, state) {
      const form = forms.get(place) ?? {};
      forms.set(place, { ...form, [blockId]: { ...form[blockId], [actionId]: state } });
      changed(place);
    },
    /** The text in a composer. */
    text: (place) => texts.get(place) ?? "",
    write(place, text) {
      texts.set(place, text);
      changed(place);
    },
    /** Calls `listener` after each change at a place. Answers a function that ends it. */
    listen(place, listener) {
      if (!listeners.has(place)) listeners.set(place, new Set());
      listeners.get(place).add(listener);
      return () => listeners.get(place).delete(listener);
    },
  };
}

/** Draws the component anew when something is typed at the place. */
export function useDrafts(drafts, place) {
  const [, redraw] = useReducer((n) => n + 1, 0);
  useEffect(() => drafts.listen(place, redraw), [drafts, place]);
}
