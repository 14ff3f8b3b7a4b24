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
      const colour = i === j ? [47, 111, 222] : [212, 101, 15];
      const depth = Math.min(1, (count / total) * (i === j ? 1 : 2.5)); // mistakes are rare, and still to be seen
      const button = make("button", depth > 0.7 ? "deep" : "", count);
      button.style.background = `rgb(${colour.map((full) => 255 + (full - 255) * depth)})`;
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
