// Emoji by the names Slack gives them, and by words in Chinese. A name not listed stays as ":name:".
import { EMOJI } from "./vendor/emoji.js";

const CHARACTERS = new Map(EMOJI.flatMap(([mark, names]) => names.map((name) => [name, mark])));
const SKIN_TONES = { "skin-tone-2": "🏻", "skin-tone-3": "🏼", "skin-tone-4": "🏽", "skin-tone-5": "🏾", "skin-tone-6": "🏿" };

/** Reactions offered before anything is searched for. */
export const COMMON = ["eyes", "white_check_mark", "+1", "raised_hands", "pray", "tada", "heart", "question", "x", "fire"];

/** The characters of "eyes" or "wave::skin-tone-3", or null. */
export function character(name) {
  const [base, tone] = name.split("::");
  const mark = CHARACTERS.get(base) ?? null;
  if (!mark || !SKIN_TONES[tone]) return mark;
  const [person, ...rest] = mark;
  return [person, SKIN_TONES[tone], ...rest.filter((part, n) => n > 0 || part !== "\ufe0f")].join("");
}

/** One name of every emoji that a name or Chinese words find: first what is called so, then what begins so. */
export function emojiNames(typed) {
  const distance = (name) => [name === typed, name.startsWith(typed), name.includes(typed), true].indexOf(true);
  return EMOJI.map(([, names, said]) => {
    const [name] = names.toSorted((one, other) => distance(one) - distance(other));
    return { name, away: Math.min(distance(name), distance(said.split(" ")[0]), said.includes(typed) ? 2 : 3) };
  }).filter(({ away }) => away < 3).toSorted((one, other) => one.away - other.away).map(({ name }) => name);
}

/** `text` with every known :name: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => character(name) ?? whole);
}
