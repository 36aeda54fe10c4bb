// What the pages of the signed-in gain with scripts; without them everything still works.

// How a number and opening hours will be read, while they are typed.
const WAIT = 400;
for (const form of document.querySelectorAll("form[data-preview]")) {
  const names = ["channel", "value", "hours"];
  let waiting = 0;
  const preview = async () => {
    const typed = new URLSearchParams(names.map((name) => [name, form.elements[name].value]));
    const here = new URLSearchParams(location.search);
    if (here.has("lang")) typed.set("lang", here.get("lang"));
    const response = await fetch(`${form.dataset.preview.split("?")[0]}?${typed}`);
    if (!response.ok) return;
    const read = await response.json();
    for (const name of ["value", "hours"]) {
      document.getElementById(`${name}-preview`).textContent = read[name];
    }
  };
  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(preview, WAIT);
  });
}

// What is wrong is read first.
document.getElementById("fault")?.focus();

// The matrix by keyboard: arrows move, R A K I set and unset, Delete clears.
const table = document.querySelector("table[data-matrix]");
if (table) {
  const rows = [...table.querySelectorAll("tr")]
    .map((row) => [...row.querySelectorAll(".cell > a")]).filter((row) => row.length);
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const letters = { r: "R", a: "A", k: "C", c: "C", i: "I" };
  const form = document.getElementById("set-roles");
  const set = (cell, roles) => {
    for (const name of ["step", "holder", "seen"]) form.elements[name].value = cell.dataset[name];
    for (const role of roles) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "roles", value: role });
      form.append(field);
    }
    form.submit();
  };
  // One stop for Tab; the arrows do the rest.
  const enter = (cell) => {
    rows.flat().forEach((one) => { one.tabIndex = one === cell ? 0 : -1; });
  };
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)) || " ");
  const first = rows.flat().includes(named) ? named : rows[0]?.[0];
  if (first) enter(first);
  if (first === named) named?.focus();
  table.addEventListener("focusin", (event) => {
    if (event.target.matches(".cell > a")) enter(event.target);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".cell > a");
    if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
    const y = rows.findIndex((row) => row.includes(cell)), x = rows[y].indexOf(cell);
    const step = steps[event.key], role = letters[event.key.toLowerCase()];
    if (step) rows[y + step[0]]?.[x + step[1]]?.focus();
    else if (event.key === "Delete" || event.key === "Backspace") set(cell, []);
    else if (role) {
      const own = new Set(cell.dataset.own);
      if (!own.delete(role)) own.add(role);
      set(cell, own);
    } else return;
    event.preventDefault();
  });
}

// A day by sliding: it moves the date field, and sends the form when let go. By keys
// every step is a change: there it is Enter, or the button, that sends.
const DAY = 24 * 60 * 60 * 1000;
for (const slider of document.querySelectorAll("input[type=range][data-slides]")) {
  const field = slider.form.elements[slider.dataset.slides];
  const today = Date.parse(slider.dataset.today);
  const day = () => new Date(today + slider.valueAsNumber * DAY).toISOString().slice(0, 10);
  const tell = () => {
    field.value = day();
    slider.setAttribute("aria-valuetext", field.value);
  };
  let isDragged = false;
  slider.addEventListener("pointerdown", () => { isDragged = true; });
  slider.addEventListener("keydown", (event) => {
    isDragged = false;
    if (event.key !== "Enter") return;
    event.preventDefault();
    slider.form.requestSubmit();
  });
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    tell();
    if (isDragged) slider.form.requestSubmit();
  });
  slider.setAttribute("aria-valuetext", day());
}
