// The page's only way to the server: read a person's state, act as that person, hear that something changed.

/** The workspace as `as` (a user id or handle; null for the server's choice) sees it, with the newest messages of the
 * channel `in`, `back` pages more of them, its thread `thread`, and what stands around `at`; of every channel how much came
 * between `from` and `to`. Throws when unreachable. */
export async function readState(as, where = {}) {
  const asked = Object.entries({ as, ...where }).filter(([, value]) => value);
  const response = await fetch(`/page/state?${new URLSearchParams(asked)}`, { cache: "no-store" }).catch((problem) => {
    throw Object.assign(problem, { why: "out_of_reach" });
  });
  const state = await response.json();
  if (!response.ok || state.ok === false) throw Object.assign(new Error(state.error ?? `HTTP ${response.status}`), state);
  return state;
}

/** `after`, in which everything that is as it was `before` is the same object: what did not change is not drawn again. */
export function shared(before, after) {
  if (before === after || before === null || after === null || typeof before !== "object" || typeof after !== "object") return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  if (Array.isArray(after)) {
    const known = new Map(before.map((one, n) => [nameIn(one, n), one]));
    const items = after.map((one, n) => shared(known.get(nameIn(one, n)) ?? null, one));
    return items.length === before.length && items.every((one, n) => one === before[n]) ? before : items;
  }
  const keys = Object.keys(after);
  const whole = Object.fromEntries(keys.map((key) => [key, shared(before[key] ?? null, after[key])]));
  const same = keys.length === Object.keys(before).length && keys.every((key) => whole[key] === before[key]);
  return same ? before : whole;
}

function nameIn(one, n) {
  return one?.ts ? `${one.ts}${one.ephemeral ? "e" : ""}` : (one?.id ?? n);
}

/** Does `what` as `as`. Always answers {ok, ...}: a server out of reach is an {ok: false, error} too. */
export async function act(as, what, fields) {
  try {
    const response = await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...fields, as, do: what }),
    });
    const text = await response.text();
    const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? JSON.parse(text) : {};
    return typeof answer.ok === "boolean" ? answer : { ok: false, error: `HTTP ${response.status}: ${text}` };
  } catch (problem) {
    return { ok: false, error: String(problem.message ?? problem), why: "out_of_reach" };
  }
}

/** A file as `as` may read it: {ok, name, blob, text}, or {ok: false, error}. */
export async function readFile(as, file) {
  const answer = await act(as, "file", { file });
  if (!answer.ok) return answer;
  const bytes = Uint8Array.from(atob(answer.content), (letter) => letter.charCodeAt(0));
  return { ...answer, blob: new Blob([bytes], { type: answer.mimetype }), text: new TextDecoder().decode(bytes) };
}

/** Calls `changed(version)` at first and after every change in the workspace, and `connected(true|false)`. Answers a function that stops it. */
export function listen(as, changed, connected) {
  let socket;
  let timer;
  let pause = 500;
  let stopped = false;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/page/live?${new URLSearchParams({ as })}`);
    socket.onopen = () => {
      pause = 500;
      connected(true);
    };
    socket.onmessage = (event) => changed(JSON.parse(event.data).changed);
    socket.onclose = () => {
      if (stopped) return;
      connected(false);
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, 8000);
    };
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket.close();
  };
}
