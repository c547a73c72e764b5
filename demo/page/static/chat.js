// The page: who one is and which chat is open, and what follows from it.

import { Composer } from "./composer.js";
import { alert, toast, view } from "./dialogs.js";
import { avatar, byTest, make } from "./dom.js";
import { Log } from "./log.js";
import { fold, reveal } from "./message.js";
import * as server from "./server.js";
import { showSide } from "./side.js";
import { setLanguage, word } from "./words.js";

const place = readPlace();
let about = null;
let online = true;
let stop = () => {};

const log = new Log({ reply, view, key, show: (id) => log.show(id) });
const composer = new Composer(say);

/** Person and chat stand in the address, so that two tabs can be two people. */
function readPlace() {
  const given = new URLSearchParams(location.hash.slice(1));
  return { person: Number(given.get("person")) || null, chat: Number(given.get("chat")) || null, thread: "" };
}

async function open() {
  stop();
  const known = (await server.state(place.person, place.chat)) ?? (await server.state(null, null));
  if (!known) {
    setTimeout(open, 1000);
    return;
  }
  place.person = known.person;
  if (!known.chats.some((chat) => chat.id === place.chat)) place.chat = known.chats[0].id;
  history.replaceState(null, "", `#${new URLSearchParams({ person: place.person, chat: place.chat })}`);
  log.clear();
  composer.reply(null);
  take(known, true);
  stop = server.follow(place.person, place.chat, { about: take, messages: (messages) => log.take(messages), connected });
}

function take(news, fresh = false) {
  const before = about;
  about = news;
  if (!before || before.language !== news.language || fresh === true) {
    setLanguage(news.language);
    log.reword();
  }
  showSide(news, place.chat, { choosePerson, chooseLanguage, chooseChat });
  composer.setCommands(news.menu);
  showHead();
}

function connected(now) {
  online = now;
  document.body.dataset.online = String(now);
  if (about) showHead();
}

function currentChat() {
  return about.chats.find((chat) => chat.id === place.chat) ?? about.chats[0];
}

function showHead() {
  const chat = currentChat();
  const me = about.people.find((person) => person.id === about.person);
  document.title = `${chat.title} · ${me.name}`;
  byTest("log").classList.toggle("private", chat.kind === "private");
  byTest("chat-title").textContent = chat.title;
  const face = avatar(chat.title, chat.colour);
  const shownFace = byTest("chat-avatar");
  shownFace.className = face.className;
  shownFace.textContent = face.textContent;
  byTest("me").replaceChildren(avatar(me.name, me.colour, "small"), make("span", { text: me.name }));
  const subtitle = byTest("chat-subtitle");
  subtitle.textContent = subtitleOf(chat);
  subtitle.classList.toggle("acting", Boolean(online && chat.action));
  byTest("pinned").hidden = !chat.pinned;
  byTest("pinned-text").textContent = chat.pinned?.text ?? "";
  const unopened = chat.kind === "private" && !chat.started;
  log.hint(word(unopened ? "intro" : "empty"));
  byTest("start").hidden = !unopened;
  byTest("composer").hidden = unopened;
  showTopics(chat);
}

function subtitleOf(chat) {
  if (!online) return word("connecting");
  if (chat.action) {
    const key = ["upload_document", "upload_photo"].includes(chat.action) ? chat.action : "typing";
    return word(key, { name: about.bot.name });
  }
  return chat.kind === "private" ? word("bot") : word("members", { count: chat.members });
}

function showTopics(chat) {
  const strip = byTest("topics");
  strip.hidden = !chat.topics.length;
  const tabs = [["", word("allTopics")], ["general", word("general")], ...chat.topics.map((topic) => [String(topic.id), topic.name])];
  strip.replaceChildren(
    ...tabs.map(([thread, name]) => {
      const tab = make("button", { type: "button", role: "tab", text: name, "aria-selected": String(place.thread === thread), data: { topic: thread || "all" } });
      tab.addEventListener("click", () => chooseTopic(thread));
      return tab;
    }),
  );
}

function chooseTopic(thread) {
  place.thread = thread;
  log.thread = thread;
  log.decorate();
  log.toEnd();
  showTopics(currentChat());
}

function choosePerson(person) {
  const wasPrivate = place.chat === place.person;
  place.person = person;
  if (wasPrivate) place.chat = person;
  open();
}

function chooseChat(chat) {
  place.chat = chat;
  place.thread = log.thread = "";
  side(false);
  open().then(() => composer.focus());
}

async function chooseLanguage(language) {
  await server.speak(place.person, language);
}

async function say(text, replyTo) {
  const thread = Number(place.thread) || undefined;
  try {
    await server.say({ person: place.person, chat: place.chat, text, reply_to: replyTo, thread });
    return true;
  } catch {
    toast(word("lost"));
    return false;
  }
}

function reply(node) {
  const message = log.messages.get(Number(node.dataset.messageId));
  const text = node.querySelector(".text")?.innerText.split("\n")[0] ?? "";
  composer.reply({ id: message.id, author: message.author.name, text: text || message.file?.name || "" });
}

async function key(node, pressed, button) {
  if (button.kind === "copy") return copy(button.copy);
  if (button.kind !== "callback") return toast(word("unsupported"));
  if (pressed.dataset.state === "waiting") return undefined;
  pressed.dataset.state = "waiting";
  pressed.setAttribute("aria-busy", "true");
  try {
    const { row, column } = pressed.dataset;
    const answer = await server.press({ person: place.person, chat: place.chat, message: Number(node.dataset.messageId), row, column, text: button.text });
    respond(answer);
  } catch {
    toast(word("lost"));
  } finally {
    pressed.dataset.state = "idle";
    pressed.removeAttribute("aria-busy");
  }
  return undefined;
}

function respond(answer) {
  if (answer.gone) toast(word("gone"));
  else if (!answer.answered) toast(word("noAnswer"));
  else if (answer.alert) alert(answer.text);
  else if (answer.text) toast(answer.text);
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(word("copied"));
}

function side(open) {
  document.body.classList.toggle("side-open", open);
  byTest("open-side").setAttribute("aria-expanded", String(open));
  if (open) byTest("side").querySelector("button").focus();
}

function activate(target) {
  const quote = target.closest("blockquote.expandable.long");
  const spoiler = target.closest(".spoiler:not(.shown)");
  const command = target.closest(".command");
  const code = target.closest(".text code");
  if (spoiler) reveal(spoiler);
  else if (command) say(command.dataset.command);
  else if (quote) fold(quote);
  else if (code && !getSelection().toString()) copy(code.textContent);
  else return false;
  return true;
}

byTest("log").addEventListener("click", (event) => {
  if (!event.target.closest(".key, .quote, .file, .photo, .answer, a[href]")) activate(event.target);
});
byTest("log").addEventListener("keydown", (event) => {
  const mine = event.target.matches(".spoiler, .command, .text code");
  if (mine && (event.key === "Enter" || event.key === " ") && activate(event.target)) event.preventDefault();
});
byTest("pinned").addEventListener("click", () => log.show(currentChat().pinned.id));
byTest("start").addEventListener("click", () => say("/start"));
byTest("open-side").addEventListener("click", () => side(true));
for (const node of document.querySelectorAll('[data-action="close-side"]')) node.addEventListener("click", () => side(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("side-open")) {
    side(false);
    byTest("open-side").focus();
  }
});
window.addEventListener("hashchange", () => {
  Object.assign(place, readPlace());
  open();
});

open();
