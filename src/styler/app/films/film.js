(() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const frames = data.times.length;
  const shown = (value) => value === null || value === undefined ? "–" : Number(value.toPrecision(4)).toString();
  const WIDTH = 1000, HEIGHT = 100;
  const xOf = (frame) => frames > 1 ? frame / (frames - 1) * WIDTH : WIDTH / 2;

  function drawn(tag, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  /** One polyline for each run of frames that have a value. */
  function polylines(values, most, number) {
    const runs = [[]];
    values.forEach((value, frame) => {
      if (value === null) runs.push([]);
      else runs[runs.length - 1].push(`${xOf(frame)},${HEIGHT * (1 - value / most)}`);
    });
    return runs.filter((run) => run.length > 0).map((run) => drawn("polyline", {
      class: `line${number}`, points: (run.length > 1 ? run : [run[0], run[0]]).join(" ") }));
  }

  const cursors = [], keys = [];
  function plot({ name, means, lines }) {
    const most = lines.reduce((most, line) => line.values.reduce((high, value) => Math.max(high, value), most), 0) * 1.05 || 1;
    const picture = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
      "aria-label": `${name} from 0 to ${shown(most)}` });
    for (const shot of data.shots.slice(1)) {
      picture.append(drawn("line", { class: "shot", x1: xOf(shot), x2: xOf(shot), y1: 0, y2: HEIGHT }));
    }
    lines.forEach((line, number) => picture.append(...polylines(line.values, most, number)));
    const cursor = drawn("line", { class: "cursor", x1: 0, x2: 0, y1: 0, y2: HEIGHT });
    cursors.push(cursor);
    picture.append(cursor);
    picture.addEventListener("pointermove", (event) => {
      const box = picture.getBoundingClientRect();
      select(Math.round((event.clientX - box.left) / box.width * (frames - 1)));
    });
    const legend = element("p");
    lines.forEach((line, number) => {
      const value = element("span");
      keys.push([value, line.values]);
      legend.append(element("span", { className: `key line${number}` }, `${line.name}: `, value));
    });
    return element("div", { className: "plot" }, element("h2", {}, name), element("p", {}, means), picture, legend);
  }

  let selected = 0;
  const buttons = data.thumbnails.map(({ frame, jpeg }) => {
    const image = element("img", { src: "data:image/jpeg;base64," + jpeg, alt: `frame ${frame + 1}`, loading: "lazy" });
    const button = element("button", { type: "button" }, image, `${frame + 1}`);
    button.addEventListener("click", () => select(frame));
    return { frame, button };
  });

  function select(frame) {
    selected = Math.min(Math.max(frame, 0), frames - 1);
    for (const cursor of cursors) {
      cursor.setAttribute("x1", xOf(selected));
      cursor.setAttribute("x2", xOf(selected));
    }
    for (const [text, values] of keys) text.textContent = shown(values[selected]);
    const last = buttons.filter((entry) => entry.frame <= selected).pop();
    for (const entry of buttons) entry.button.setAttribute("aria-pressed", String(entry === last));
    byId("hint").textContent = `frame ${selected + 1} of ${frames}, ${shown(data.times[selected])} s`;
  }

  byId("title").append(element("a", { href: data.link }, data.name), `: ${frames} frame${frames === 1 ? "" : "s"}`);
  for (const [name, value] of Object.entries(data.figures)) {
    byId("figures").tBodies[0].append(element("tr", {}, element("th", { scope: "row" }, name.replaceAll("_", " ")),
      element("td", {}, shown(value))));
  }
  byId("plots").append(...data.plots.map(plot));
  byId("frames").append(...buttons.map(({ button }) => button));
  document.addEventListener("keydown", ({ key }) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step) select(selected + step);
  });
  if (frames > 0) select(0);
})();
