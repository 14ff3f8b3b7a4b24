// What the browser's own keys and buttons do on our pages. Loaded once a document; it stays on every page.
export default () => {};

// Back leaves the page: a page is one entry of the history. Streamlit would add one for each setting that it writes
// into the address, and Back to such an entry changes nothing, since the page stands as it was left.

const { pushState } = history;

history.pushState = (state, unused, url) => {
  const within = new URL(url, location.href).pathname === location.pathname;
  (within ? history.replaceState : pushState).call(history, state, unused, url);
  here = place();
};

// What the very first run of a page wrote into the address came before this script: it is passed over.
const place = () => location.pathname + location.hash;
let here = place();

addEventListener("popstate", () => {
  if (place() === here) history.back();
  here = place();
});

// Ctrl+Z, Cmd+Z on a Mac, is the button "Undo"; but a field takes back what is being typed into it, by itself,
// until it is as it was before, or confirmed by Enter, or left.

let typing = null; // the field and what stood in it before

document.addEventListener(
  "beforeinput",
  (event) => {
    const [field] = event.composedPath();
    if (typing?.field !== field) typing = { field, before: field.value };
  },
  true,
);

document.addEventListener(
  "focusout",
  () => {
    typing = null;
  },
  true,
);

document.addEventListener(
  "keydown",
  (event) => {
    const [field] = event.composedPath();
    if (event.key === "Enter" && field.tagName === "INPUT" && !event.isComposing) typing = null;
    const name = shortcut(event);
    const button = name && document.querySelector(`.st-key-${name} button`);
    if (!button || (typing?.field === field && typing.before !== field.value)) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  },
  true,
);

// Streamlit makes one of two presses that come before a run of the page ends. So a second one waits for the end.

const MOVES = [".st-key-undo button", ".st-key-redo button"];
const LATEST = 2000; // ms: a run that has not begun by then will not

let going = false;
const waiting = []; // buttons that were pressed meanwhile

document.addEventListener(
  "click",
  (event) => {
    const pressed = MOVES.find((each) => event.target.closest?.(each));
    if (!pressed) return;
    if (going) {
      event.stopPropagation();
      waiting.push(pressed);
      return;
    }
    going = true;
    afterNextRun(() => {
      going = false;
      if (waiting.length) document.querySelector(waiting.shift())?.click();
    });
  },
  true,
);

function afterNextRun(then) {
  const app = document.querySelector("[data-test-script-state]");
  const end = () => {
    observer.disconnect();
    then();
  };
  const observer = new MutationObserver(() => {
    clearTimeout(timer);
    if (app.dataset.testScriptState === "notRunning") end();
  });
  observer.observe(app, { attributeFilter: ["data-test-script-state"] });
  const timer = setTimeout(end, LATEST);
}

function shortcut({ ctrlKey, metaKey, altKey, shiftKey, key }) {
  if (!(ctrlKey || metaKey) || altKey || key.toLowerCase() !== "z") return null;
  return shiftKey ? "redo" : "undo";
}
