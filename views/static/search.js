// Suggestions while one types: keys and screen readers included. What is typed is never
// changed, and Enter sends it. Without scripts the field is a plain one.
const WAIT = 120;
const field = document.querySelector("input[data-suggestions]");
if (field && customElements.get("u-datalist")) {
  const said = field.dataset;
  const send = field.closest(".search-row").querySelector("button");
  const whole = document.createElement("div");
  whole.className = "ds-search";
  const list = document.createElement("u-datalist");
  list.id = "suggested";
  list.setAttribute("data-nofilter", "");
  list.setAttribute("data-sr-plural", `%d ${said.found}`);
  list.setAttribute("data-sr-singular", `%d ${said.found}`);
  field.replaceWith(whole);
  whole.append(field, list);
  field.setAttribute("list", list.id);
  field.addEventListener("focus", () => field.setAttribute("enterkeyhint", "search"));

  const optionOf = (value, title, kind) => {
    const option = document.createElement("u-option");
    option.setAttribute("value", value);
    option.setAttribute("label", title);
    option.textContent = title;
    const more = document.createElement("small");
    more.textContent = kind;
    if (kind) option.append(" ", more);
    return option;
  };
  const nothing = () => {
    const option = optionOf("", said.none, "");
    option.setAttribute("data-empty", "");
    return option;
  };
  let waiting = 0, asked = "";
  const show = (text, titles, kinds, addresses) => {
    if (text !== field.value.trim()) return; // an answer to what was typed before
    // Two things can be called the same: the address tells them apart.
    const options = titles.map((title, at) => optionOf(addresses[at], title, kinds[at]));
    list.replaceChildren(...(options.length ? options : [nothing()]));
  };
  const suggest = async () => {
    const text = field.value.trim();
    if (text === asked) return;
    asked = text;
    if (text.length < 2) { list.replaceChildren(); return; }
    const address = new URL(said.suggestions, location.href);
    address.searchParams.set("q", text);
    for (const name of ["place", "age", "asylum", "lang"]) {
      const value = new FormData(field.form).get(name);
      if (value) address.searchParams.set(name, value);
    }
    const answer = await fetch(address).catch(() => null);
    if (answer && answer.ok) show(...await answer.json());
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });
  // Before the list hears of it, which would write the address into the field.
  window.addEventListener("click", (event) => {
    const option = event.target instanceof Element && event.target.closest("#suggested u-option");
    if (!option) return;
    event.stopImmediatePropagation();
    if (option.getAttribute("value")) location.assign(option.getAttribute("value"));
  }, true);
  // The list is the first to hear of keys: Enter on a suggestion does not come here.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(waiting);
    field.form.requestSubmit(send);
  });
}
