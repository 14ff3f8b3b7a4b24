// A matrix of toggle buttons. Once checked, wrong numbers are struck out and the true ones stand below.
export default function ({ parentElement, data, setStateValue }) {
  const grid = parentElement.querySelector(".printed");
  const { cells, marked, true: truth } = data;
  const now = new Set(marked.map(String));
  grid.style.gridTemplateColumns = `repeat(${cells[0].length}, auto)`;
  grid.replaceChildren(...cells.flatMap((row, i) => row.map((text, j) => {
    const button = document.createElement("button");
    const number = button.appendChild(document.createElement("span"));
    number.textContent = text;
    button.ariaPressed = now.has(String([i, j]));
    if (truth && truth[i][j] !== text) {
      button.className = "wrong";
      button.appendChild(document.createElement("b")).textContent = truth[i][j];
    }
    button.onclick = () => {
      now[now.has(String([i, j])) ? "delete" : "add"](String([i, j]));
      button.ariaPressed = now.has(String([i, j]));
      setStateValue("cells", [...now].map((cell) => cell.split(",").map(Number)));
    };
    return button;
  })));
}
