// What every part of the page may ask for: the person acting, the workspace as they see it, and the way to act.
import { createContext } from "./vendor/htm-preact-standalone.module.js";

/**
 * words, locale, tz, now (Date, to the minute), me, bot, people and channels (Maps by id), commands, shortcuts;
 * images is whether pictures from elsewhere are shown; isNew(moment) is whether something of that moment came while the clock was last moved;
 * act(what, fields) does something as `me` and answers {ok, ...} once the page shows its effect;
 * say(sentence) tells the person what went wrong, tell(sentence) what was done; go(channelId) opens a conversation;
 * drafts keeps what is typed but not sent. It is the same object until one of these changes.
 */
export const Page = createContext(null);

/** The last thing the person was told, {sentence, wrong}, or null. */
export const Saying = createContext(null);
