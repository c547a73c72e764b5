// Talking to the server.

async function post(path, body) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export async function say(body) {
  const response = await post("/say", body);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Resolves to {answered, text, alert}, or {gone: true} when the button is no longer there. */
export async function press(body) {
  const response = await post("/press", body);
  if (response.status === 404 || response.status === 409) return { gone: true };
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export async function speak(person, language) {
  await post("/language", { person, language });
}

export async function state(person, chat) {
  const query = new URLSearchParams({ person: person ?? "", chat: chat ?? "" });
  const response = await fetch(`/state?${query}`);
  return response.ok ? response.json() : null;
}

/** Follow one chat as one person. Returns a function that stops. */
export function follow(person, chat, { about, messages, connected }) {
  const source = new EventSource(`/events?${new URLSearchParams({ person, chat })}`);
  source.addEventListener("about", (event) => about(JSON.parse(event.data)));
  source.addEventListener("messages", (event) => messages(JSON.parse(event.data)));
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  return () => source.close();
}
