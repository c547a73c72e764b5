// What opens over the chat: toasts, alerts and the file viewer.

import { byTest, make } from "./dom.js";

let fading;

export function toast(text) {
  const node = byTest("toast");
  node.textContent = text;
  node.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => node.classList.remove("shown"), 3500 + text.length * 25);
}

export function alert(text) {
  byTest("alert-text").textContent = text;
  if (!byTest("alert").open) byTest("alert").showModal();
}

export async function view(file) {
  const body = byTest("viewer-body");
  byTest("viewer-name").textContent = file.name;
  byTest("viewer-size").textContent = file.size;
  byTest("viewer-download").href = `${file.url}?download`;
  byTest("viewer-download").download = file.name;
  body.replaceChildren();
  byTest("viewer").showModal();
  if (file.image) {
    body.append(make("img", { src: file.url, alt: file.name }));
  } else {
    const response = await fetch(file.url);
    body.append(make("pre", { text: await response.text(), data: { testid: "viewer-text" } }));
  }
}

/** Closes on its button, on Escape, and on a click beside it. */
for (const name of ["alert", "viewer"]) {
  const dialog = byTest(name);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest(`[data-action="close-${name}"]`)) dialog.close();
  });
}
