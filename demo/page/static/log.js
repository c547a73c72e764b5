// The log: all messages of the chat, in order, grouped, with a line for each day.

import { byTest, make } from "./dom.js";
import { build, update } from "./message.js";
import { day } from "./words.js";

const TOGETHER = 10 * 60;
const NEAR = 120;

export class Log {
  constructor(actions) {
    this.actions = actions;
    this.node = byTest("log");
    this.scroller = byTest("scroll");
    this.messages = new Map();
    this.nodes = new Map();
    this.thread = "";
    this.unread = 0;
    this.emptyHint = "";
    this.scroller.addEventListener("scroll", () => this.#jumpButton());
    byTest("scroll-down").addEventListener("click", () => this.toEnd(true));
    // Pictures and unfolding change heights: whoever reads the end stays there.
    new ResizeObserver(() => this.pinnedToEnd && this.toEnd()).observe(this.node);
    new ResizeObserver(() => this.pinnedToEnd && this.toEnd()).observe(this.scroller);
    this.pinnedToEnd = true;
  }

  /** What an empty chat says. */
  hint(text) {
    this.emptyHint = text;
    const shown = byTest("empty");
    if (shown) shown.textContent = text;
  }

  clear() {
    this.messages.clear();
    this.nodes.clear();
    this.node.replaceChildren();
    this.unread = 0;
    this.pinnedToEnd = true;
    this.decorate();
  }

  take(messages) {
    const first = this.messages.size === 0;
    const stay = this.pinnedToEnd || messages.some((message) => message.own && !this.messages.has(message.id));
    for (const message of messages) this.#put(message, first);
    this.decorate();
    if (stay) this.toEnd();
    this.#jumpButton();
  }

  #put(message, first) {
    const node = this.nodes.get(message.id);
    if (message.deleted) {
      node?.remove();
      this.nodes.delete(message.id);
      this.messages.delete(message.id);
      return;
    }
    this.messages.set(message.id, message);
    if (node) {
      update(node, message, this.actions);
      return;
    }
    const made = build(message, this.actions);
    if (!first) {
      made.classList.add("arriving");
      if (!message.own && !this.pinnedToEnd) this.unread += 1;
    }
    this.nodes.set(message.id, made);
    const later = [...this.nodes].filter(([id]) => id > message.id).sort(([a], [b]) => a - b)[0];
    this.node.insertBefore(made, later ? later[1] : null);
  }

  /** Group neighbours by author, put a line above each day, hide other topics. */
  decorate() {
    for (const line of this.node.querySelectorAll(".day, .empty")) line.remove();
    const shown = [...this.messages.values()].sort((a, b) => a.id - b.id).filter((message) => this.#inThread(message));
    for (const [id, node] of this.nodes) node.hidden = !this.#inThread(this.messages.get(id));
    shown.forEach((message, index) => {
      const node = this.nodes.get(message.id);
      const before = shown[index - 1];
      const date = day(message.date);
      const newDay = !before || day(before.date) !== date;
      if (newDay) this.node.insertBefore(make("div", { className: "pill day", text: date, data: { day: date } }), node);
      node.classList.toggle("first", newDay || !together(before, message));
      node.classList.toggle("last", !shown[index + 1] || !together(message, shown[index + 1]));
    });
    if (!shown.length) this.node.append(make("div", { className: "empty", text: this.emptyHint, data: { testid: "empty" } }));
  }

  #inThread(message) {
    if (this.thread === "") return true;
    return this.thread === "general" ? !message.thread : String(message.thread) === this.thread;
  }

  /** Rebuild every text in the page's present language. */
  reword() {
    const kept = [...this.messages.values()];
    const pinned = this.pinnedToEnd;
    const top = this.scroller.scrollTop;
    this.messages.clear();
    this.nodes.clear();
    this.node.replaceChildren();
    for (const message of kept) this.#put(message, true);
    this.decorate();
    if (pinned) this.toEnd();
    else this.scroller.scrollTop = top;
  }

  show(id) {
    const node = this.nodes.get(id);
    if (!node) return;
    this.pinnedToEnd = false;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  toEnd(smooth = false) {
    this.pinnedToEnd = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.#jumpButton();
  }

  #jumpButton() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.pinnedToEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.pinnedToEnd) this.unread = 0;
    byTest("scroll-down").hidden = this.pinnedToEnd;
    byTest("unread").textContent = this.unread || "";
  }
}

function together(before, message) {
  if (before.service || message.service) return false;
  return before.author.id === message.author.id && before.own === message.own && message.date - before.date < TOGETHER;
}
