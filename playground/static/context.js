// What every part of the page may ask for: the person acting, the workspace as they see it, and the way to act.
import { createContext } from "./vendor/htm-preact-standalone.module.js";

/**
 * words, locale, tz, now (Date), me, bot, people and channels (Maps by id), commands, shortcuts, isNew(message);
 * act(what, fields) does something as `me` and answers {ok, ...} once the page shows its effect;
 * say(sentence) tells the person what went wrong, tell(sentence) what was done; said is the last of these, {sentence,
 * wrong}, or null; go(channelId) opens a conversation;
 * drafts keeps what is typed but not sent.
 */
export const Page = createContext(null);
