// Suggestions while one types, as Designsystemet shows them: keys and screen readers
// included. Without scripts the field is a plain one, and the form finds the same.
const WAIT = 120;
const field = document.querySelector("input[data-suggestions]");
if (field && customElements.get("ds-suggestion")) {
  const combobox = document.createElement("ds-suggestion");
  combobox.className = "ds-suggestion";
  combobox.dataset.creatable = "";
  const list = document.createElement("u-datalist");
  list.setAttribute("data-nofilter", "");
  list.setAttribute("data-sr-plural", `%d ${field.dataset.found}`);
  list.setAttribute("data-sr-singular", `%d ${field.dataset.found}`);
  field.type = "text"; // a field of its own kind would show two ways to empty it
  field.setAttribute("enterkeyhint", "search");
  field.replaceWith(combobox);
  combobox.append(field, list);

  let waiting = 0, asked = "";
  const show = (text, titles, kinds, addresses) => {
    if (text !== field.value.trim()) return; // an answer to what was typed before
    list.replaceChildren(...titles.map((title, at) => {
      const option = document.createElement("u-option");
      // Two things can be called the same: the address tells them apart.
      option.setAttribute("value", addresses[at]);
      option.setAttribute("label", title);
      option.textContent = title;
      const kind = document.createElement("small");
      kind.textContent = kinds[at];
      option.append(kind);
      return option;
    }));
  };
  const suggest = async () => {
    const text = field.value.trim();
    if (text === asked) return;
    asked = text;
    if (text.length < 2) { list.replaceChildren(); return; }
    const address = new URL(field.dataset.suggestions, location.href);
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
  combobox.addEventListener("comboboxbeforeselect", (event) => {
    const option = event.detail;
    const address = option && option.value;
    if (address && address.startsWith("/")) {
      event.preventDefault();
      location.assign(address);
    } else if (option) {
      event.preventDefault(); // what is typed stays typed; Enter sends the form
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !document.activeElement.matches("u-option")) {
      clearTimeout(waiting);
    }
  });
}
