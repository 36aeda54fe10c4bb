// What a page gains with scripts; without them everything still works.
import { ExitThisPage } from "./exit-this-page.js";
import { forget } from "./keeping.js";

const root = document.documentElement;
root.classList.add("has-js");
document.body.classList.add("govuk-frontend-supported");

// Leave at once: the button, and Shift three times, unless switched off.
const KEY = "leave-by-key";
const leave = document.querySelector(".leave");
// Who leaves in a hurry leaves no card behind.
class Leaving extends ExitThisPage {
  exitPage() { forget(); super.exitPage(); }
}
if (leave && sessionStorage.getItem(KEY) !== "off") {
  const said = leave.dataset;
  new Leaving(leave, { i18n: {
    activated: said.activated, timedOut: said.timedOut,
    pressTwoMoreTimes: said.twoMore, pressOneMoreTime: said.oneMore,
  } });
} else if (leave) {
  leave.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    forget();
    location.replace(event.currentTarget.href);
  });
}
const leaveByKey = document.querySelector("#leave-by-key");
if (leaveByKey) {
  leaveByKey.checked = sessionStorage.getItem(KEY) !== "off";
  leaveByKey.addEventListener("change", () => {
    if (leaveByKey.checked) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, "off");
    location.reload();
  });
}

// Buttons that need scripts: print, copy, share, unfold all.
const said = document.querySelector("#said");
const say = (text) => { if (said) said.textContent = text; };
const SHOWN_FOR = 4000;
// Said aloud, and shown for a while in place of the button's words.
const tell = (button) => {
  const words = button.querySelector("span"), before = words.textContent;
  if (before === button.dataset.done) return;
  say(button.dataset.done);
  words.textContent = button.dataset.done;
  setTimeout(() => { words.textContent = before; say(""); }, SHOWN_FOR);
};
const actions = {
  print: () => window.print(),
  copy: async (button) => {
    await navigator.clipboard.writeText(button.dataset.text);
    tell(button);
  },
  share: async (button) => {
    const address = location.href;
    if (navigator.share) await navigator.share({ url: address }).catch(() => {});
    else { await navigator.clipboard.writeText(address); tell(button); }
  },
  untick: (button) => {
    document.querySelectorAll(".signs input").forEach((box) => { box.checked = false; });
    tell(button);
  },
  unfold: (button) => {
    const steps = [...document.querySelectorAll("details.step")];
    const open = !steps.every((step) => step.open);
    steps.forEach((step) => { step.open = open; });
    const words = button.querySelector("span"), other = words.textContent;
    words.textContent = button.dataset.done;
    button.dataset.done = other;
  },
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) actions[button.dataset.action](button);
});

// A step that the address names is unfolded.
const unfoldNamed = () => {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named && named.matches("details")) { named.open = true; named.scrollIntoView(); }
};
addEventListener("hashchange", unfoldNamed);
unfoldNamed();

// The list of places becomes Designsystemet's, which shows where each place lies.
const places = document.querySelector("datalist#places");
if (places && customElements.get("ds-suggestion")) {
  const input = document.querySelector("input[list=places]");
  const suggestion = document.createElement("ds-suggestion");
  suggestion.className = "ds-suggestion";
  // What is typed stands, also when no suggestion is picked: the server finds it.
  suggestion.dataset.creatable = "";
  const list = document.createElement("u-datalist");
  for (const option of places.options) {
    const item = document.createElement("u-option");
    item.setAttribute("value", option.value);
    item.setAttribute("label", option.value);
    item.textContent = option.value;
    if (option.label && option.label !== option.value) {
      const where = document.createElement("small");
      where.textContent = option.label;
      item.append(where);
    }
    list.append(item);
  }
  input.removeAttribute("list");
  input.setAttribute("autocomplete", "off");
  input.replaceWith(suggestion);
  suggestion.append(input, list);
  places.remove();
}
