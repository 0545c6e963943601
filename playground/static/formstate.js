// What the inputs of a view or message hold, in the shapes Slack sends (view.state.values), and what is wrong with them.
import { isDay, isTime } from "./moments.js";
import { isBlank } from "./richinput.js";

// element type -> [key of the value in its state, key of its initial value]
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  rich_text_input: ["rich_text_value", "initial_value"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", null],
};

/** The value inside an element's state object: text, option, list of options, ids, date. */
export function valueIn(element, state) {
  return state[KEYS[element.type][0]];
}

/** The state object of `element` holding `value`. */
export function stateWith(element, value) {
  const state = { type: element.type, [KEYS[element.type][0]]: value };
  if (element.type === "timepicker" && element.timezone) state.timezone = element.timezone;
  return state;
}

/**
 * The state object of an element: what was typed here, else what the server holds, else its initial value.
 * Something typed survives any redraw as long as block_id, action_id and type stay.
 */
export function stateOf(block, element, draft, saved) {
  for (const source of [draft, saved]) {
    const state = source?.[block.block_id]?.[element.action_id];
    if (state && (state.type ?? element.type) === element.type && stillOffered(element, valueIn(element, state))) {
      return { ...state, type: element.type };
    }
  }
  return stateWith(element, initialValue(element));
}

/** state.values of everything in `blocks` that holds a value. */
export function collect(blocks, draft, saved) {
  const values = {};
  for (const { block, element } of holders(blocks)) {
    (values[block.block_id] ??= {})[element.action_id] = stateOf(block, element, draft, saved);
  }
  return values;
}

/** Whether what a date or time picker holds is a day, a time, a moment, and not half of one or something else typed. */
export function isWhole(element, value) {
  return { datepicker: isDay, timepicker: isTime, datetimepicker: Number.isInteger }[element.type](value);
}

/** {block_id: sentence} for every input Slack itself would not submit. */
export function findProblems(blocks, values, words) {
  const problems = {};
  for (const { block, element } of holders(blocks)) {
    if (block.type !== "input") continue;
    const value = valueIn(element, values[block.block_id][element.action_id]);
    const problem = isEmpty(value) ? (block.optional ? null : words.required) : problemWith(element, value, words);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}

/** All options of a static select, grouped or not. */
export function optionsOf(element) {
  return element.option_groups ? element.option_groups.flatMap((group) => group.options) : (element.options ?? []);
}

function holders(blocks) {
  const found = [];
  for (const block of blocks ?? []) {
    if (block.type === "container") found.push(...holders(block.child_blocks));
    const elements = { input: [block.element], section: [block.accessory], actions: block.elements ?? [] }[block.type] ?? [];
    for (const element of elements) if (element && Object.hasOwn(KEYS, element.type)) found.push({ block, element });
  }
  return found;
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ||
    (value.type === "rich_text" && isBlank(value));
}

function initialValue(element) {
  const initial = element[KEYS[element.type][1]];
  if (initial !== undefined) return initial;
  return element.type === "checkboxes" || element.type === "file_input" || element.type.startsWith("multi_") ? [] : null;
}

function stillOffered(element, value) {
  if (!["static_select", "multi_static_select", "radio_buttons", "checkboxes"].includes(element.type)) return true;
  const offered = new Set(optionsOf(element).map((option) => option.value));
  return [value].flat().every((option) => !option || offered.has(option.value));
}

function problemWith(element, value, words) {
  if (typeof value === "string" && element.type.endsWith("_input")) {
    const length = [...value].length;
    if (element.min_length && length < element.min_length) return words.tooShort(element.min_length);
    if (element.max_length && length > element.max_length) return words.tooLong(length, element.max_length);
  }
  switch (element.type) {
    case "number_input":
      if (!/^[+-]?\d+(\.\d+)?$/.test(value)) return words.notNumber;
      if (!element.is_decimal_allowed && value.includes(".")) return words.notWhole;
      if (element.min_value !== undefined && Number(value) < Number(element.min_value)) return words.tooSmall(element.min_value);
      if (element.max_value !== undefined && Number(value) > Number(element.max_value)) return words.tooBig(element.max_value);
      return null;
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return isWhole(element, value) ? null : words.notWhen[element.type];
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : words.notEmail;
    case "url_text_input":
      return URL.canParse(value) && /^https?:/.test(value) ? null : words.notUrl;
    case "file_input":
      return value.length > (element.max_files ?? 10) ? words.tooMany(element.max_files ?? 10) : null;
    default:
      return element.max_selected_items && value.length > element.max_selected_items
        ? words.tooMany(element.max_selected_items)
        : null;
  }
}
