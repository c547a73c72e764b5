// The page's own few words, in the language of the person one is.

const tables = await (await fetch("/static/words.json")).json();
let current = "en";

export function setLanguage(code) {
  current = code in tables ? code : "en";
  document.documentElement.lang = current;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-word-label]")) {
    node.setAttribute("aria-label", word(node.dataset.wordLabel));
    if (node.tagName === "BUTTON" || node.tagName === "A") node.title = word(node.dataset.wordLabel);
  }
  for (const node of document.querySelectorAll("[data-word-placeholder]")) {
    node.placeholder = word(node.dataset.wordPlaceholder);
  }
}

export function language() {
  return current;
}

export const languages = Object.keys(tables);

/** A text by key, "service.pinned_message" reaching into groups; {names} filled in. */
export function word(key, values = {}) {
  let found = key.split(".").reduce((table, part) => table?.[part], tables[current]);
  if (typeof found === "object") found = found[new Intl.PluralRules(current).select(values.count)] ?? found.other;
  return (found ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(current, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const today = new Date();
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return word("today");
  if (days === 1) return word("yesterday");
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(current, { day: "numeric", month: "long", year });
}

/** A date_time entity: "r" is relative, otherwise w weekday, d/D date, t/T time, short or long. */
export function moment(unix, format, fallback) {
  const date = new Date(unix * 1000);
  if (!format) return fallback;
  if (format === "r") return relative(unix - Date.now() / 1000);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "numeric" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) options.second = "2-digit";
  return date.toLocaleString(current, options);
}

function relative(seconds) {
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3];
  return new Intl.RelativeTimeFormat(current, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
