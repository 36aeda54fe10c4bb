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
