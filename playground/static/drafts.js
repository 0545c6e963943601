// What a person has typed but not sent. Kept apart from the state of the server, so no refresh can lose it.

/** A store of drafts; `changed` is called after each change. */
export function createDrafts(changed) {
  const forms = new Map();
  const texts = new Map();
  return {
    /** {block_id: {action_id: state object}} typed at a place (a view, a message, a Home tab). */
    of: (place) => forms.get(place) ?? {},
    put(place, blockId, actionId, state) {
      const form = forms.get(place) ?? {};
      forms.set(place, { ...form, [blockId]: { ...form[blockId], [actionId]: state } });
      changed();
    },
    /** The text in a composer. */
    text: (place) => texts.get(place) ?? "",
    write(place, text) {
      texts.set(place, text);
      changed();
    },
  };
}
