// Building nodes. Text is always set as text.

export const byTest = (name) => document.querySelector(`[data-testid="${name}"]`);

export function make(tag, { className, text, data = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  Object.assign(node.dataset, data);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function avatar(name, colour, size = "") {
  const initials = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 2).map((part) => [...part][0].toUpperCase()).join("");
  return make("span", { className: `avatar colour-${colour} ${size}`, text: initials, "aria-hidden": "true" });
}

/** Arrow keys move between the radio buttons of a group; only the chosen one is in the tab order. */
export function radios(group, buttons, choose) {
  group.replaceChildren(...buttons);
  for (const button of buttons) {
    button.setAttribute("role", "radio");
    button.tabIndex = button.getAttribute("aria-checked") === "true" ? 0 : -1;
    button.addEventListener("click", () => choose(button));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(buttons.indexOf(button) + step + buttons.length) % buttons.length];
      next.focus();
      choose(next);
    });
  }
  if (buttons.length && buttons.every((button) => button.tabIndex < 0)) buttons[0].tabIndex = 0;
}
