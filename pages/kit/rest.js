// Whether anything is going on between the page and the server: what shall wait for the learner to rest asks here.

export const REST = 300; // milliseconds after what was done last
const ASKING = 2000; // milliseconds that a busy server may take to begin what was asked for

let app = null;
let touched = 0;
let began = 0; // when the last run did
let changed = 0; // when it began or ended

export function attend() {
  if (app) return;
  app = document.querySelector("[data-test-script-state]");
  for (const kind of ["pointerdown", "pointerup", "keydown"])
    document.addEventListener(kind, () => (touched = performance.now()), true);
  const look = () => {
    changed = performance.now();
    if (app.dataset.testScriptState === "running") began = changed;
  };
  new MutationObserver(look).observe(app, { attributeFilter: ["data-test-script-state"] });
}

// Something else is on its way, or may be: a second message would break it off, and what it sets anew on the
// page would be lost. Whatever was pressed may have asked for a run, until one has begun since; and what a run
// has sent is drawn only some time after its end.
export function isBusy() {
  const now = performance.now();
  const asked = touched > began && now - touched < ASKING;
  return asked || app?.dataset.testScriptState === "running" || now - changed < REST;
}
