// A matrix of toggle buttons. Wrong numbers that are told are struck out, and the true ones stand below.
const boards = new WeakMap(); // the buttons stay from answer to answer, and with them what is marked and focused

export default function ({ parentElement, data, setStateValue }) {
  const grid = parentElement.querySelector(".printed");
  const cells = JSON.stringify(data.cells);
  if (boards.get(grid)?.cells !== cells) boards.set(grid, { cells, buttons: build(grid, data) });
  const { buttons } = boards.get(grid);
  buttons.flat().forEach((button) => {
    button.onclick = () => {
      if (data.over) return;
      button.ariaPressed = button.ariaPressed !== "true";
      setStateValue("cells", marked(buttons));
    };
  });
  grid.ariaLabel = data.words.board;
  buttons.forEach((row, i) =>
    row.forEach((button, j) => {
      const place = data.words.cell.replace("{row}", i + 1).replace("{column}", j + 1);
      const told = data.told.find(([row, column]) => row === i && column === j);
      reveal(button, told?.[2], place, data.words.true);
      button.ariaDisabled = data.over;
    }),
  );
}

function build(grid, { cells, marked }) {
  const buttons = cells.map((row, i) =>
    row.map((text, j) => {
      const button = Object.assign(document.createElement("button"), { className: "tinted" });
      const [printed, truth] = [document.createElement("span"), document.createElement("b")];
      printed.textContent = text;
      button.append(printed, truth);
      button.ariaPressed = marked.some(([row, column]) => row === i && column === j);
      return button;
    }),
  );
  grid.style.gridTemplateColumns = `repeat(${cells[0].length}, auto)`;
  grid.replaceChildren(...buttons.flat());
  return buttons;
}

function marked(buttons) {
  return buttons.flatMap((row, i) =>
    row.flatMap((button, j) => (button.ariaPressed === "true" ? [[i, j]] : [])),
  );
}

function reveal(button, truth, place, word) {
  const wrong = truth !== undefined;
  button.classList.toggle("wrong", wrong);
  button.lastChild.textContent = wrong ? truth : "";
  button.ariaLabel = `${place}: ${button.firstChild.textContent}${wrong ? `, ${word}: ${truth}` : ""}`;
}
