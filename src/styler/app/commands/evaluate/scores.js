(() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);

  const shown = (value) => value === null || value === undefined ? "–" : Number(value.toPrecision(4)).toString();
  const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  function fillSets() {
    const words = data.sets.flatMap((set) => set.distances.map(([word]) => word));
    const distances = [...new Set(words)];
    const head = ["", "pictures", ...data.figures.map(({ word }) => word), ...distances];
    byId("sets").tHead.append(element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text))));
    for (const set of data.sets) {
      const own = new Map(set.distances);
      const cells = [...set.means, ...distances.map((word) => own.get(word))].map(shown);
      byId("sets").tBodies[0].append(element("tr", {}, element("th", { scope: "row" }, set.name),
        ...[set.n, ...cells].map((text) => element("td", {}, String(text)))));
    }
  }

  function figure(number, missing) {
    const picture = data.pictures[number];
    if (number === null || !picture) return element("td", { className: "picture" }, missing);
    const image = element("img", { src: "data:image/jpeg;base64," + picture.jpeg, alt: "", loading: "lazy" });
    return element("td", { className: "picture" }, element("a", { href: picture.link },
      element("figure", {}, image, element("figcaption", {}, picture.name))));
  }

  // How bad a value is: the larger, the worse. What has none comes last.
  const badness = (row, column) => {
    const value = row.values[column];
    if (value === null) return -Infinity;
    return data.figures[column].more_is_better ? -value : value;
  };

  const lines = data.rows.map((row) => {
    const [result, photo, painting] = row.pictures;
    const name = data.sets.length > 1 ? `${data.sets[row.set].name}: ${row.name}` : row.name;
    return { row, line: element("tr", {}, element("td", {}, name), figure(result, "–"), figure(photo, "–"),
      figure(painting, "–"), ...row.values.map((value) => element("td", {}, shown(value)))) };
  });

  let sorted = { column: -1, worstFirst: true };
  function sortBy(column) {
    sorted = { column, worstFirst: sorted.column === column ? !sorted.worstFirst : true };
    const sign = sorted.worstFirst ? 1 : -1;
    const order = [...lines].sort((a, b) => sign * (badness(b.row, column) - badness(a.row, column)) || 0);
    byId("pictures").tBodies[0].append(...order.map(({ line }) => line));
    document.querySelectorAll("#pictures th[data-column]").forEach((heading) => {
      if (Number(heading.dataset.column) === column) {
        const rising = sorted.worstFirst === data.figures[column].more_is_better;
        heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
      } else {
        heading.removeAttribute("aria-sort");
      }
    });
  }

  function fillPictures() {
    const plain = ["", "result", "photo", "painting"].map((text) => element("th", { scope: "col", className: "picture" }, text));
    const headings = data.figures.map(({ word, definition }, column) => {
      const button = element("button", { type: "button", title: definition }, word);
      button.addEventListener("click", () => sortBy(column));
      const heading = element("th", { scope: "col" }, button);
      heading.dataset.column = column;
      return heading;
    });
    byId("pictures").tHead.append(element("tr", {}, ...plain, ...headings));
    byId("pictures").tBodies[0].append(...lines.map(({ line }) => line));
    const first = data.figures.findIndex(({ word }) => word === "style");
    if (data.figures.length > 0) sortBy(Math.max(0, first));
  }

  function fillDefinitions() {
    const distances = data.sets.some((set) => set.distances.length > 0) ? Object.entries(data.distances) : [];
    const figures = data.figures.map(({ word, definition }) => [word, definition]);
    for (const [word, definition] of [...figures, ...distances]) {
      byId("definitions").append(element("dt", {}, word), element("dd", {}, definition));
    }
  }

  byId("title").textContent = counted(data.rows.length, "picture") + ", judged by styler";
  fillSets();
  fillPictures();
  fillDefinitions();
})();
