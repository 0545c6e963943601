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

/** "09:30" as the locale has it: "9:30 AM". */
export function clockTime(time, locale) {
  return timeOf(new Date(`1970-01-01T${time}:00Z`), "UTC", locale);
}

// Days of a calendar, "2026-11-02", of no zone.

/** Whether a value is a day of the calendar. */
export function isDay(value) {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && iso(Date.parse(value)) === value;
}

/** Whether a value is a time of day, "14:30". */
export function isTime(value) {
  return typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
}

export function daysLater(day, days) {
  return iso(Date.parse(day) + days * 86_400_000);
}

/** The same day of another month, or that month's last. */
export function monthsLater(day, months) {
  const [year, month, date] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return iso(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** The weeks, Monday first, that hold a day's month. */
export function weeksOf(day) {
  const first = `${day.slice(0, 8)}01`;
  const monday = daysLater(first, -((new Date(first).getUTCDay() + 6) % 7));
  const next = monthsLater(first, 1);
  const weeks = [];
  for (let at = monday; at < next; at = daysLater(at, 7)) weeks.push(Array.from({ length: 7 }, (_, n) => daysLater(at, n)));
  return weeks;
}

/** "Monday, November 2, 2026". */
export function dayInWords(day, locale) {
  return format(locale, "UTC", { weekday: "long", year: "numeric", month: "long", day: "numeric" }).format(new Date(day));
}

/** "November 2026". */
export function monthInWords(day, locale) {
  return format(locale, "UTC", { year: "numeric", month: "long" }).format(new Date(day));
}

/** The names of the days of a week, Monday first: [{short, long}]. */
export function weekdays(locale) {
  const monday = "2026-11-02";
  return Array.from({ length: 7 }, (_, n) => new Date(daysLater(monday, n))).map((day) => ({
    short: format(locale, "UTC", { weekday: locale.startsWith("zh") ? "narrow" : "short" }).format(day),
    long: format(locale, "UTC", { weekday: "long" }).format(day),
  }));
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The day that words such as "2026-11-02", "2026/11/2", "11月2日" or "2 Nov" mean, or null. Without its year it is the one
 * nearest to today. "11/2" could be two days: it is none. */
export function readDay(text, today) {
  const words = text.normalize("NFKC").trim().toLowerCase();
  const numbers = /^(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(words);
  const dayFirst = /^(\d{1,2})\.?\s+([a-z]{3,})\.?,?(?:\s+(\d{4}))?$/.exec(words);
  const monthFirst = /^([a-z]{3,})\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?$/.exec(words);
  let [year, month, date] = [];
  if (numbers && (numbers[1] || words.includes("月"))) [, year, month, date] = numbers;
  else if (dayFirst) [, date, month, year] = dayFirst;
  else if (monthFirst) [, month, date, year] = monthFirst;
  else return null;
  const number = Number(month) || MONTHS.indexOf(month.slice(0, 3)) + 1;
  const inYear = (one) => `${one}-${String(number).padStart(2, "0")}-${date.padStart(2, "0")}`;
  const now = Number(today.slice(0, 4));
  const away = (day) => Math.abs(Date.parse(day) - Date.parse(today));
  const found = (year ? [year] : [now - 1, now, now + 1]).map(inYear).filter(isDay);
  return found.toSorted((one, other) => away(one) - away(other))[0] ?? null;
}

/** The time of day that "9:30", "0930", "9:30 pm" or "下午3点半" mean, "HH:MM", or null. */
export function readTime(text) {
  const words = text.normalize("NFKC").trim().toLowerCase().replace(/^(\d{1,2})(\d\d)(?!\d)/, "$1:$2");
  const found = /^(上午|早上|中午|下午|晚上)?\s*(\d{1,2})(?:\s*[:.点时]\s*(\d{1,2}|半)?\s*分?)?\s*([ap])?\.?(?:m\.?)?$/.exec(words);
  if (!found) return null;
  const [, part, hours, minutes = "0", half] = found;
  const late = half ? half === "p" : ["下午", "晚上"].includes(part);
  const early = half ? half === "a" : ["上午", "早上"].includes(part);
  const hour = late && Number(hours) < 12 ? Number(hours) + 12 : early && hours === "12" ? 0 : Number(hours);
  const time = `${String(hour).padStart(2, "0")}:${minutes === "半" ? "30" : minutes.padStart(2, "0")}`;
  return isTime(time) ? time : null;
}

function iso(milliseconds) {
  return Number.isNaN(milliseconds) ? "" : new Date(milliseconds).toISOString().slice(0, 10);
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
