// Moments as a person reads them: always in their own zone, always relative to the workspace's clock, never the browser's.

const formats = new Map();

function format(locale, tz, options) {
  const key = JSON.stringify([locale, tz, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: tz, ...options }));
  return formats.get(key);
}

/** {year, month, day, hour, minute, second} of `moment` (Date) on the wall in `tz`. */
function wall(moment, tz) {
  const options = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    hourCycle: "h23", calendar: "gregory", numberingSystem: "latn",
  };
  const parts = format("en-GB", tz, options).formatToParts(moment);
  return Object.fromEntries(parts.filter((part) => part.type !== "literal").map((part) => [part.type, part.value]));
}

/** "2026-11-23" in `tz`. */
export function dayOf(moment, tz) {
  const { year, month, day } = wall(moment, tz);
  return `${year}-${month}-${day}`;
}

/** "2026-11-23T10:05" in `tz`: what a date-and-time field holds. */
export function wallClock(moment, tz) {
  const { hour, minute } = wall(moment, tz);
  return `${dayOf(moment, tz)}T${hour}:${minute}`;
}

/** The Unix second at which the clocks of `tz` show `text` ("2026-11-23T10:05"). A skipped hour counts on from before it. */
export function unixOfWall(text, tz) {
  const asUtc = Date.parse(`${text.slice(0, 16)}:00Z`);
  const offset = (unix) => Date.parse(`${wallClock(new Date(unix), tz)}:00Z`) - unix;
  const before = offset(asUtc - 86_400_000);
  const first = asUtc - before;
  const second = asUtc - offset(first);
  return (wallClock(new Date(second), tz) === text.slice(0, 16) ? second : first) / 1000;
}

/** "10:05" or "10:05 AM", as the locale has it. */
export function timeOf(moment, tz, locale) {
  return format(locale, tz, { hour: "numeric", minute: "2-digit" }).format(moment);
}

/** Whole days from `now` to `moment` as the calendars of `tz` count them: -1 is yesterday. */
export function daysAway(moment, now, tz) {
  return Math.round((Date.parse(dayOf(moment, tz)) - Date.parse(dayOf(now, tz))) / 86_400_000);
}

/** "Today", "Yesterday", "Monday, 23 November", with the year when it is another one. */
export function dayName(moment, now, tz, locale) {
  const away = daysAway(moment, now, tz);
  if (Math.abs(away) <= 1) {
    const name = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(away, "day");
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  }
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (wall(moment, tz).year !== wall(now, tz).year) options.year = "numeric";
  return format(locale, tz, options).format(moment);
}

/** "Mon, 23 Nov 2026, 10:05". */
export function dayAndTime(moment, tz, locale) {
  const options = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" };
  return format(locale, tz, options).format(moment);
}

/** "GMT+8". */
export function zoneOffset(moment, tz) {
  const parts = format("en-GB", tz, { timeZoneName: "shortOffset" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** `template` of Slack's <!date^...> ("{date_short_pretty} at {time}") for `unix` seconds. Unknown tokens stay as they are. */
export function dateTokens(template, unix, { now, tz, locale }) {
  const moment = new Date(unix * 1000);
  const shown = (options) => format(locale, tz, options).format(moment);
  const pretty = (text) => (Math.abs(daysAway(moment, now, tz)) <= 1 ? dayName(moment, now, tz, locale) : text);
  const date = { year: "numeric", month: "long", day: "numeric" };
  const short = { year: "numeric", month: "short", day: "numeric" };
  const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
  const tokens = {
    date_num: () => dayOf(moment, tz),
    date_slash: () => dayOf(moment, tz).replaceAll("-", "/"),
    date: () => shown(date),
    date_short: () => shown(short),
    date_long: () => shown(long),
    date_pretty: () => pretty(shown(date)),
    date_short_pretty: () => pretty(shown(short)),
    date_long_pretty: () => pretty(shown(long)),
    day_divider_pretty: () => dayName(moment, now, tz, locale),
    time: () => timeOf(moment, tz, locale),
    time_secs: () => shown({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(moment, now, locale),
  };
  return template.replace(/\{([a-z_]+)\}/g, (whole, token) => tokens[token]?.() ?? whole);
}

function ago(moment, now, locale) {
  const seconds = (moment - now) / 1000;
  const [unit, size] = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]].find(
    ([, length]) => Math.abs(seconds) >= length || length === 1,
  );
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}
