// The message box and the menu of commands above it.

import { byTest, make } from "./dom.js";
import { word } from "./words.js";

export class Composer {
  constructor(send) {
    this.send = send;
    this.commands = [];
    this.replyTo = null;
    this.input = byTest("composer-input");
    this.menu = byTest("command-menu");
    this.chosen = 0;
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    byTest("composer").addEventListener("submit", (event) => this.#submit(event));
    byTest("command-button").addEventListener("mousedown", (event) => event.preventDefault());
    byTest("command-button").addEventListener("click", () => this.#toggleMenu());
    document.querySelector('[data-action="cancel-reply"]').addEventListener("click", () => this.reply(null));
  }

  setCommands(commands) {
    this.commands = commands;
    if (!this.menu.hidden) this.#changed();
  }

  focus() {
    // On a phone the keyboard would cover half of the chat.
    if (matchMedia("(hover: hover)").matches) this.input.focus();
  }

  /** reply: {id, author, text}, or null to stop replying. */
  reply(message) {
    this.replyTo = message;
    byTest("reply-bar").hidden = !message;
    if (!message) return;
    byTest("reply-author").textContent = word("replyTo", { name: message.author });
    byTest("reply-snippet").textContent = message.text;
    this.input.focus();
  }

  #found() {
    const typed = this.input.value;
    if (!/^\/\w*$/.test(typed)) return [];
    return this.commands.filter((each) => `/${each.command}`.startsWith(typed));
  }

  #changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    byTest("send").disabled = !this.input.value.trim();
    const found = this.#found();
    this.chosen = 0;
    if (found.length) this.#open(found);
    else if (this.input.value === "/" && !this.commands.length) this.#none();
    else this.#close();
  }

  #open(found) {
    this.menu.replaceChildren(...found.map((each, index) => this.#option(each, index)));
    this.menu.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #none() {
    this.menu.replaceChildren(make("div", { className: "option", text: word("noCommands") }));
    this.menu.hidden = false;
  }

  #option(command, index) {
    const node = make(
      "div",
      { className: "option", role: "option", id: `command-${index}`, data: { command: command.command } },
      make("b", { text: `/${command.command}` }),
      make("span", { text: command.description }),
    );
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.#complete(command));
    return node;
  }

  #mark() {
    [...this.menu.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.chosen)));
    const node = this.menu.children[this.chosen];
    node?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node?.id ?? "");
  }

  #close() {
    this.menu.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #toggleMenu() {
    if (!this.menu.hidden) {
      this.#close();
      return;
    }
    if (!this.input.value.startsWith("/")) this.input.value = "/";
    this.input.focus();
    this.#changed();
  }

  #complete(command) {
    this.input.value = `/${command.command} `;
    this.input.focus();
    this.#changed();
  }

  #key(event) {
    const found = this.menu.hidden ? [] : this.#found();
    if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      this.#mark();
    } else if (found.length && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.#complete(found[this.chosen]);
    } else if (event.key === "Escape") {
      if (this.menu.hidden) this.reply(null);
      this.#close();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#enter(found);
    }
  }

  /** A half-typed command is completed first; what is complete is sent. */
  #enter(found) {
    const choice = found[this.chosen];
    if (choice && `/${choice.command}` !== this.input.value) this.#complete(choice);
    else byTest("composer").requestSubmit();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    const replyTo = this.replyTo?.id;
    this.input.value = "";
    this.reply(null);
    this.#changed();
    if (!(await this.send(text, replyTo))) {
      this.input.value = text;
      this.#changed();
    }
  }
}
