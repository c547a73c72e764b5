// The left side: who one is, in which language, in which chat.

import { avatar, byTest, make, radios } from "./dom.js";
import { clock, languages, word } from "./words.js";

const NAMES = { uk: "Українська", ru: "Русский", en: "English" };

export function showSide(about, chatId, { choosePerson, chooseLanguage, chooseChat }) {
  people(about, choosePerson);
  language(about, chooseLanguage);
  chats(about, chatId, chooseChat);
}

/** Replace the children of a group without losing the focus inside it. */
function keepingFocus(group, attribute, fill) {
  const focused = group.contains(document.activeElement) && document.activeElement.dataset[attribute];
  fill();
  if (focused) group.querySelector(`[data-${attribute}="${CSS.escape(focused)}"]`)?.focus();
}

function people(about, choose) {
  const group = byTest("person-switch");
  const rows = about.people.map((person) =>
    make(
      "button",
      { className: "row", type: "button", "aria-checked": String(person.id === about.person), data: { person: person.id } },
      avatar(person.name, person.colour),
      make(
        "span",
        { className: "row-text" },
        make("span", { className: "row-title" }, make("span", { text: person.name })),
        make("span", { className: "row-note", text: [person.username && `@${person.username}`, NAMES[person.language] ?? person.language].filter(Boolean).join(" · ") }),
      ),
    ),
  );
  keepingFocus(group, "person", () => radios(group, rows, (button) => choose(Number(button.dataset.person))));
}

function language(about, choose) {
  const group = byTest("language-switch");
  const buttons = languages.map((code) =>
    make("button", { type: "button", text: NAMES[code], lang: code, "aria-checked": String(code === about.language), data: { language: code } }),
  );
  keepingFocus(group, "language", () => radios(group, buttons, (button) => choose(button.dataset.language)));
}

function chats(about, chatId, choose) {
  const list = byTest("chat-switch");
  keepingFocus(list, "chat", () => list.replaceChildren(...about.chats.map((chat) => chatRow(chat, chat.id === chatId, choose))));
}

function chatRow(chat, current, choose) {
  const { last } = chat;
  const note = last ? `${chat.kind === "private" ? "" : `${last.author}: `}${last.text}` : word(chat.kind === "private" ? "privateHint" : "empty");
  const row = make(
    "button",
    { className: "row", type: "button", "aria-current": current ? "true" : undefined, data: { chat: chat.id, kind: chat.kind } },
    avatar(chat.title, chat.colour),
    make(
      "span",
      { className: "row-text" },
      make("span", { className: "row-title" }, make("span", { text: chat.title }), last && make("time", { text: clock(last.date) })),
      make("span", { className: "row-note", text: note }),
    ),
  );
  row.addEventListener("click", () => choose(chat.id));
  return row;
}
