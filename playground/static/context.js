// What every part of the page may ask for: the person acting, the workspace as they see it, and the way to act.
import { createContext } from "./vendor/htm-preact-standalone.module.js";

/**
 * { words, locale, tz, now, me, people: Map, channels: Map, bot, drafts,
 *   act(what, fields) -> Promise<answer>, say(sentence): shows a sentence the person must see }
 */
export const Page = createContext(null);
