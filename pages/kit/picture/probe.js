// A spot on the response; the patch that it is made from lies on the picture. Python made every number.
const places = new WeakMap(); // the last spot, so that another kernel is seen at the same place

export default function ({ parentElement, data }) {
  const { pixels, kernel, sums, words } = data;
  const [high, wide] = [kernel.length, kernel[0].length];
  const find = (name) => parentElement.querySelector(name);
  const over = find(".over");

  find(".picture").src = data.picture;
  find(".response").src = data.response;
  write(parentElement.querySelectorAll("figcaption"), [words.picture, words.response]);
  write(parentElement.querySelectorAll(".block span"), [words.patch, words.kernel, words.sum]);
  find(".hint").textContent = words.hint;
  const largest = Math.max(...kernel.flat().map(Math.abs), 1e-12);
  fill(find(".kernel"), kernel, (cell, text) => cell.style.setProperty("--share", Number(text) / largest));

  const go = (row, column) => {
    row = Math.min(Math.max(row, 0), sums.length - 1);
    column = Math.min(Math.max(column, 0), sums[0].length - 1);
    places.set(parentElement, [row, column]);
    lay(find(".patch-spot"), row, column, high, wide, pixels.length, pixels[0].length);
    lay(over.querySelector(".spot"), row, column, 1, 1, sums.length, sums[0].length);
    const patch = pixels.slice(row, row + high).map((line) => line.slice(column, column + wide));
    fill(find(".patch"), patch, grey);
    find(".sum").textContent = sums[row][column];
    over.ariaLabel = `${words.hint} ${words.place.replace("{row}", row + 1).replace("{column}", column + 1)}`;
  };
  over.onpointermove = over.onpointerdown = (event) => {
    const box = over.getBoundingClientRect();
    go(
      Math.floor(((event.clientY - box.top) / box.height) * sums.length),
      Math.floor(((event.clientX - box.left) / box.width) * sums[0].length),
    );
  };
  over.onkeydown = (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [row, column] = places.get(parentElement);
    go(row + step[0], column + step[1]);
  };
  go(...(places.get(parentElement) ?? data.spot)); // at first where the response is strongest
}

// The box of so many cells from this one, in percent of the picture.
function lay(spot, row, column, high, wide, rows, columns) {
  Object.assign(spot.style, {
    top: `${(100 * row) / rows}%`,
    height: `${(100 * high) / rows}%`,
    left: `${(100 * column) / columns}%`,
    width: `${(100 * wide) / columns}%`,
  });
}

function write(elements, words) {
  elements.forEach((element, i) => {
    element.textContent = words[i];
  });
}

function fill(grid, rows, dress) {
  grid.style.gridTemplateColumns = `repeat(${rows[0].length}, auto)`;
  const texts = rows.flat();
  while (grid.children.length > texts.length) grid.lastChild.remove();
  while (grid.children.length < texts.length) {
    grid.append(Object.assign(document.createElement("div"), { className: "tinted" }));
  }
  write([...grid.children], texts);
  texts.forEach((text, i) => dress(grid.children[i], text));
}

function grey(cell, value) {
  cell.style.background = `rgb(${value}, ${value}, ${value})`;
  cell.classList.toggle("white", value < 128);
}
