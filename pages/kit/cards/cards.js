// Pictures to choose from, each a button with a name and a few lines. They stay from answer to answer, and with
// them the focus.

export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector(".cards");
  list.ariaLabel = data.label;
  while (list.children.length > data.cards.length) list.lastChild.remove();
  data.cards.forEach((card, index) => {
    const button = list.children[index] ?? list.appendChild(build());
    const [picture, title, lines] = button.children;
    if (picture.src !== card.picture) picture.src = card.picture;
    title.textContent = card.title;
    lines.textContent = card.lines.join("\n");
    button.ariaPressed = card.chosen;
    button.title = card.hint;
    button.onclick = () => setTriggerValue("chosen", card.key);
  });
}

function build() {
  const button = document.createElement("button");
  const picture = Object.assign(document.createElement("img"), { alt: "" });
  button.append(picture, document.createElement("b"), document.createElement("span"));
  return button;
}
