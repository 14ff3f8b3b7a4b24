// A grid of buttons, one a cell. Blue: right answers; orange: mistakes; the deeper, the larger its share of the row.
export default function ({ parentElement, data, setStateValue }) {
  const grid = parentElement.querySelector(".confusion");
  const { counts, classes, labels, cell } = data;
  grid.style.gridTemplateColumns = `minmax(3rem, auto) repeat(${classes.length}, minmax(1.7rem, 1fr))`;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const cells = [make("div", "axis", `${labels[0]} ↓  ${labels[1]} →`)];
  classes.forEach((name) => cells.push(make("div", "name top", name)));
  counts.forEach((row, i) => {
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    cells.push(make("div", "name", classes[i]));
    row.forEach((count, j) => {
      const mistaken = Math.min(1, 2.5 * (count / total)); // mistakes are rare, and still to be seen
      const button = make("button", "tinted", count);
      button.style.setProperty("--share", i === j ? count / total : -mistaken);
      button.ariaLabel = `${labels[0]}: ${classes[i]}, ${labels[1]}: ${classes[j]}, ${count}`;
      button.ariaPressed = i === cell[0] && j === cell[1];
      button.onclick = () => {
        grid.querySelectorAll("button").forEach((other) => (other.ariaPressed = other === button));
        setStateValue("cell", [i, j]);
      };
      cells.push(button);
    });
  });
  grid.replaceChildren(...cells);
}
