// Boxes on a picture. The learner's is shown at once wherever it is taken, and told when it rests.

import { laid, moved, resized, stride } from "./sides.js";

const views = new WeakMap(); // one a mounted component
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const REST = 300; // milliseconds after the last key

export default function ({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) views.set(parentElement, makeView(parentElement));
  const view = views.get(parentElement);
  view.tell = setTriggerValue;
  take(view, data);
  return () => parentElement.isConnected || clearTimeout(view.timer);
}

function makeView(parent) {
  const find = (name) => parent.querySelector(`.${name}`);
  const view = { frame: find("frame"), given: find("given"), own: find("own"), place: find("place") };
  Object.assign(view, { hint: find("hint"), picture: parent.querySelector("img"), serial: 0, drag: null });
  const { own, picture } = view;
  picture.onload = () => picture.classList.toggle("enlarged", picture.naturalWidth < picture.clientWidth);
  own.onpointerdown = (event) => hold(view, event);
  own.onpointermove = (event) => pull(view, event);
  own.onpointerup = (event) => letGo(view, event);
  own.onpointercancel = (event) => event.pointerId === view.drag?.pointer && putBack(view);
  own.onkeydown = (event) => hear(view, event);
  own.onblur = () => view.timer && tell(view); // what is clicked next is about this box
  return view;
}

// What Python holds now; but not its box while the learner has gone on since.
function take(view, { picture, size, given, own, serial, words }) {
  Object.assign(view, { size, words });
  if (view.picture.src !== picture) view.picture.src = picture;
  view.picture.alt = words.picture;
  view.frame.style.setProperty("--ratio", size[0] / size[1]);
  view.hint.textContent = words.hint;
  view.own.ariaLabel = `${words.own}. ${words.hint}`;
  view.given.replaceChildren(
    ...given.map((box) => {
      const element = document.createElement("i");
      Object.assign(element.style, laid(box, size));
      return element;
    }),
  );
  if (serial < view.serial || view.drag || view.timer) return;
  view.serial = serial;
  view.told = own;
  show(view, own);
}

function show(view, box) {
  view.box = box;
  Object.assign(view.own.style, laid(box, view.size));
  const [left, top, width, height] = box;
  const gaps = { left, top, width, height };
  view.place.textContent = view.words.place.replace(/{(\w+)}/g, (_, gap) => gaps[gap]);
}

function tell(view) {
  clearTimeout(view.timer);
  view.timer = null;
  if (String(view.box) === String(view.told)) return;
  view.told = view.box;
  view.serial += 1;
  view.tell("did", { box: view.box, serial: view.serial });
}

// By hand

function hold(view, event) {
  const { target, pointerId, clientX, clientY, isPrimary, button } = event;
  if (view.drag || !isPrimary || button) return;
  event.preventDefault(); // nothing is selected on the way
  view.own.focus({ preventScroll: true });
  view.own.setPointerCapture(pointerId);
  const { corner } = target.dataset;
  view.drag = { pointer: pointerId, start: [clientX, clientY], box: view.box, corner };
}

function pull(view, { pointerId, clientX, clientY }) {
  const { drag, size, frame } = view;
  if (pointerId !== drag?.pointer) return;
  const { width, height } = frame.getBoundingClientRect();
  const by = [((clientX - drag.start[0]) * size[0]) / width, ((clientY - drag.start[1]) * size[1]) / height];
  show(view, drag.corner ? resized(drag.box, drag.corner, by, size) : moved(drag.box, by, size));
}

function letGo(view, { pointerId }) {
  if (pointerId !== view.drag?.pointer) return;
  view.drag = null;
  tell(view);
}

function putBack(view) {
  const { box, pointer } = view.drag;
  view.drag = null;
  view.own.releasePointerCapture(pointer);
  show(view, box);
}

// By keys

function hear(view, event) {
  event.stopPropagation(); // Streamlit's shortcuts are single letters
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
  if (key === "Escape" && view.drag) putBack(view);
  const arrow = ARROWS[key];
  if (!arrow || altKey || ctrlKey || metaKey || view.drag) return;
  event.preventDefault();
  const by = arrow.map((each) => each * stride(view.size));
  show(view, shiftKey ? resized(view.box, "se", by, view.size) : moved(view.box, by, view.size));
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view), REST);
}
