// One message: built once, then changed in place.

import { avatar, icon, make } from "./dom.js";
import { clock, moment, word } from "./words.js";

export function build(message, actions) {
  const node = message.service ? service(message) : ordinary(message, actions);
  node.dataset.messageId = message.id;
  node.dataset.authorId = message.author.id;
  node.dataset.date = message.date;
  node.dataset.thread = message.thread ?? "";
  return node;
}

function service(message) {
  const text = word(`service.${message.service.kind}`, { name: message.author.name, about: message.service.about });
  return make("div", { className: "pill service", text, data: { service: message.service.kind } });
}

function ordinary(message, actions) {
  const { author } = message;
  const bubble = make(
    "div",
    { className: "bubble" },
    nameLine(author),
    message.forwarded && make("div", { className: "forwarded", text: word("forwarded", { name: message.forwarded }) }),
    message.reply && quote(message.reply, actions),
    message.file && attachment(message.file, Boolean(message.html), actions),
    make("div", { className: "text", dir: "auto", data: { testid: "text" } }),
    make("div", { className: "reactions", hidden: true, data: { testid: "reactions" } }),
  );
  const answer = make("button", { className: "icon answer", type: "button", "aria-label": word("reply"), title: word("reply"), data: { testid: "reply" } }, icon("reply"));
  answer.addEventListener("click", () => actions.reply(node));
  const keyboard = make("div", { className: "keys", data: { testid: "keyboard" } });
  const node = make("article", { className: "message", data: { author: author.name } }, avatar(author.name, author.colour, "small"), bubble, keyboard, answer);
  node.classList.toggle("own", message.own);
  node.addEventListener("dblclick", (event) => {
    if (!event.target.closest("button, a, pre, code")) actions.reply(node);
  });
  update(node, message, actions);
  return node;
}

function nameLine(author) {
  const mark = author.bot ? "bot" : author.admin ? "admin" : "";
  return make("div", { className: `name colour-${author.colour}` }, make("b", { text: author.name }), mark && make("span", { text: word(mark) }));
}

function quote(reply, actions) {
  const node = make("button", { className: `quote colour-${reply.colour}`, type: "button" }, make("b", { text: reply.author }), make("span", { text: reply.text }));
  node.addEventListener("click", () => actions.show(reply.id));
  return node;
}

function attachment(file, captioned, actions) {
  const label = word("open", { name: file.name });
  const node = file.image
    ? make("button", { className: `photo ${captioned ? "" : "bare"}`, type: "button", "aria-label": label, data: { testid: "photo" } }, make("img", { src: file.url, alt: file.name, width: file.width, height: file.height }))
    : make(
        "button",
        { className: "file", type: "button", "aria-label": `${label}, ${file.size}`, data: { testid: "file", file: file.name } },
        make("span", { className: "disc" }, icon("file")),
        make("span", { className: "file-text" }, make("b", { text: file.name }), make("span", { text: file.size })),
      );
  node.addEventListener("click", () => actions.view(file));
  return node;
}

/** Bring an ordinary message up to date, touching only what is different. */
export function update(node, message, actions) {
  if (node.matches(".service")) return;
  node.dataset.edited = message.edited;
  const stamp = `${message.edited} ${clock(message.date)} ${document.documentElement.lang}`;
  if (node.shownHtml !== message.html || node.shownStamp !== stamp) write(node, message);
  node.shownHtml = message.html;
  node.shownStamp = stamp;
  const keyboard = JSON.stringify(message.keyboard);
  if (node.shownKeyboard !== keyboard) keys(node, message, actions);
  node.shownKeyboard = keyboard;
  const reactions = node.querySelector(".reactions");
  reactions.hidden = message.reactions.length === 0;
  reactions.replaceChildren(...message.reactions.map((emoji) => make("span", { text: emoji })));
}

function write(node, message) {
  const text = node.querySelector(".text");
  const open = [...text.querySelectorAll("blockquote.expandable")].map((each) => each.classList.contains("open"));
  const revealed = [...text.querySelectorAll(".spoiler")].map((each) => each.classList.contains("shown"));
  // The server makes this from entities alone and escapes every character of the text.
  text.innerHTML = message.html;
  text.append(meta(message));
  text.querySelectorAll(".spoiler").forEach((each, index) => {
    each.classList.toggle("shown", revealed[index] ?? false);
    each.setAttribute("aria-label", word("spoiler"));
    each.setAttribute("role", "button");
    if (revealed[index]) reveal(each);
  });
  text.querySelectorAll("time[data-unix]").forEach((each) => {
    const date = new Date(Number(each.dataset.unix) * 1000);
    each.textContent = moment(Number(each.dataset.unix), each.dataset.format, each.textContent);
    each.dateTime = date.toISOString();
    each.title = date.toLocaleString(document.documentElement.lang);
  });
  text.querySelectorAll("blockquote.expandable").forEach((each, index) => foldable(each, open[index] ?? false));
}

function meta(message) {
  return make(
    "span",
    { className: "meta" },
    message.edited && make("span", { text: word("edited"), data: { testid: "edited" } }),
    make("time", { text: clock(message.date), dateTime: new Date(message.date * 1000).toISOString() }),
  );
}

export function reveal(spoiler) {
  spoiler.classList.add("shown");
  spoiler.removeAttribute("role");
  spoiler.removeAttribute("aria-label");
  spoiler.removeAttribute("tabindex");
}

const LONG = 3;

function foldable(quote, open) {
  quote.classList.toggle("open", open);
  const lines = quote.textContent.split("\n").length;
  const long = lines > LONG || quote.textContent.length > 180;
  quote.classList.toggle("long", long);
  if (!long) return;
  const label = word(open ? "showLess" : "showMore");
  quote.append(make("button", { className: "fold", type: "button", "aria-expanded": String(open), "aria-label": label, data: { testid: "fold" } }, icon("down")));
}

export function fold(quote) {
  const open = quote.classList.toggle("open");
  const button = quote.querySelector(".fold");
  button?.setAttribute("aria-expanded", String(open));
  button?.setAttribute("aria-label", word(open ? "showLess" : "showMore"));
}

function keys(node, message, actions) {
  node.classList.toggle("with-keys", message.keyboard.length > 0);
  node.querySelector(".keys").replaceChildren(
    ...message.keyboard.map((row, rowIndex) =>
      make("div", { className: "key-row" }, ...row.map((button, column) => key(node, button, rowIndex, column, actions))),
    ),
  );
}

const KEY_ICONS = { url: "out", copy: "copy" };

function key(node, button, row, column, actions) {
  const shared = { className: `key ${button.style ?? ""}`, data: { button: button.text, kind: button.kind, row, column, state: "idle" } };
  const mark = KEY_ICONS[button.kind] && icon(KEY_ICONS[button.kind]);
  const label = make("span", { text: button.text });
  if (button.kind === "url") {
    return make("a", { ...shared, href: button.url, target: "_blank", rel: "noopener noreferrer" }, label, mark);
  }
  const made = make("button", { ...shared, type: "button", disabled: button.kind === "disabled" }, label, mark);
  made.addEventListener("click", () => actions.key(node, made, button));
  return made;
}
