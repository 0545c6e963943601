// Emoji by the names Slack gives them. A name not listed stays as ":name:".

const CHARACTERS = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", wave: "👋", clap: "👏", pray: "🙏",
  muscle: "💪", raised_hands: "🙌", raised_hand: "✋", hand: "✋", point_right: "👉", point_up: "☝️", writing_hand: "✍️",
  handshake: "🤝", eyes: "👀", brain: "🧠", speech_balloon: "💬", busts_in_silhouette: "👥", bust_in_silhouette: "👤",
  smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", joy: "😂", blush: "😊", heart_eyes: "😍", thinking_face: "🤔",
  sweat_smile: "😅", cry: "😢", sob: "😭", rage: "😡", sunglasses: "😎", partying_face: "🥳", face_with_monocle: "🧐",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  warning: "⚠️", exclamation: "❗", heavy_exclamation_mark: "❗", question: "❓", bangbang: "‼️", rotating_light: "🚨",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_red_square: "🟥", large_orange_square: "🟧", large_yellow_square: "🟨",
  large_green_square: "🟩", white_large_square: "⬜", small_blue_diamond: "🔹", small_orange_diamond: "🔸",
  bell: "🔔", no_bell: "🔕", loudspeaker: "📢", mega: "📣", mag: "🔍", pushpin: "📌", round_pushpin: "📍", paperclip: "📎",
  link: "🔗", lock: "🔒", unlock: "🔓", key: "🔑", hammer_and_wrench: "🛠️", wrench: "🔧", gear: "⚙️", bulb: "💡", fire: "🔥",
  tada: "🎉", trophy: "🏆", medal: "🏅", first_place_medal: "🥇", second_place_medal: "🥈", third_place_medal: "🥉", star: "⭐",
  star2: "🌟", sparkles: "✨", heart: "❤️", rocket: "🚀", zap: "⚡", boom: "💥", recycle: "♻️", arrows_counterclockwise: "🔄",
  package: "📦", ship: "🚢", truck: "🚚", airplane: "✈️", train: "🚆", anchor: "⚓", factory: "🏭", office: "🏢", house: "🏠",
  memo: "📝", clipboard: "📋", page_facing_up: "📄", bookmark_tabs: "📑", file_folder: "📁", open_file_folder: "📂",
  card_index_dividers: "🗂️", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", email: "✉️", envelope: "✉️", incoming_envelope: "📨", telephone_receiver: "📞", iphone: "📱",
  computer: "💻", camera: "📷", moneybag: "💰", money_with_wings: "💸", dollar: "💵", euro: "💶", yen: "💴", receipt: "🧾",
  balance_scale: "⚖️", shield: "🛡️", umbrella: "☔", seedling: "🌱", herb: "🌿", palm_tree: "🌴", globe_with_meridians: "🌐",
  earth_asia: "🌏", earth_africa: "🌍", earth_americas: "🌎", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️",
  alarm_clock: "⏰", timer_clock: "⏲️", clock3: "🕒", clock9: "🕘", repeat: "🔁", arrow_right: "➡️", arrow_left: "⬅️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_up_small: "🔼", arrow_down_small: "🔽", leftwards_arrow_with_hook: "↩️",
  ticket: "🎫", speaking_head_in_silhouette: "🗣️", person_in_lotus_position: "🧘", coffee: "☕", tea: "🍵", birthday: "🎂",
  information_source: "ℹ️", new: "🆕", sos: "🆘", top: "🔝", one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣",
};

const SKIN_TONES = { "skin-tone-2": "🏻", "skin-tone-3": "🏼", "skin-tone-4": "🏽", "skin-tone-5": "🏾", "skin-tone-6": "🏿" };

/** Reactions offered in one click. */
export const COMMON = ["eyes", "white_check_mark", "+1", "raised_hands", "pray", "tada", "heart", "question", "x", "fire"];

/** The characters of "eyes" or "wave::skin-tone-3", or null. */
export function character(name) {
  const [base, tone] = name.split("::");
  return Object.hasOwn(CHARACTERS, base) ? CHARACTERS[base] + (SKIN_TONES[tone] ?? "") : null;
}

/** The names that hold what was typed, those that begin with it first. */
export function emojiNames(typed) {
  const names = Object.keys(CHARACTERS).filter((name) => name.includes(typed));
  return [...names.filter((name) => name.startsWith(typed)), ...names.filter((name) => !name.startsWith(typed))];
}

/** `text` with every known :name: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => character(name) ?? whole);
}
