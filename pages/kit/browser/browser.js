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

function shortcut({ ctrlKey, metaKey, altKey, shiftKey, key }) {
  if (!(ctrlKey || metaKey) || altKey || key.toLowerCase() !== "z") return null;
  return shiftKey ? "redo" : "undo";
}
