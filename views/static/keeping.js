// Asks the service worker to keep the card of the place that this page is about, or to
// forget it. Only whether it may is remembered: "off", and nothing otherwise.
const CARD = "card";
const KEY = "keep-card";
const workers = window.isSecureContext && navigator.serviceWorker;

const may = () => {
  try { return localStorage.getItem(KEY) !== "off"; } catch { return false; }
};

// By the worker, which goes on when this page is gone; and here, if there is none.
export const forget = async () => {
  if (!workers) return;
  const mine = caches.delete(CARD);
  const found = await workers.getRegistration();
  if (found) {
    if (found.active) found.active.postMessage({ forget: true });
    await found.unregister();
  }
  await mine;
};

const keep = async (addresses) => {
  await workers.register("/service-worker.js");
  const ready = await workers.ready;
  ready.active.postMessage({ keep: addresses });
};

const { keep: asked, signedIn } = document.body.dataset;
const isOffline = "offline" in document.documentElement.dataset;
if (workers && !isOffline) {
  if (signedIn !== undefined || !may()) forget();
  else if (asked) keep(asked.split(" "));
}

// Without a net every page is this card: what leads elsewhere on the site leads nowhere.
if (isOffline) {
  for (const link of document.querySelectorAll("main a[href^='/']")) link.removeAttribute("href");
}

const box = document.querySelector("#keep-card");
if (box) {
  box.checked = may();
  box.addEventListener("change", () => {
    if (box.checked) {
      localStorage.removeItem(KEY);
      if (asked) keep(asked.split(" "));
    } else {
      localStorage.setItem(KEY, "off");
      forget();
    }
  });
}
