(() => {
  const data = JSON.parse(document.getElementById("gallery-data").textContent);
  const entries = data.entries;
  const styles = data.styles.map((name, column) => ({ name, column })).filter(({ column }) =>
    entries.some((entry) => entry.style === column));
  const photos = data.photos;

  /** The same for SVG, whose elements have attributes only. */
  function drawn(tag, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /** The text with places where a line may end, which lists like `relu1_1,relu2_1` lack. */
  function breakable(text) {
    return text.split(/(?<=,)/).flatMap((part, i) => i === 0 ? [part] : [element("wbr"), part]);
  }

  const jpeg = (base64) => "data:image/jpeg;base64," + base64;
  const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const styleOf = (entry) => data.styles[entry.style];
  const photoOf = (entry) => photos[entry.photo];
  const altText = (entry) => `${photoOf(entry).name} in the style of ${styleOf(entry)}`;

  // The overview: photos in rows, styles in columns.

  function thumbnail(entry) {
    const picture = element("img", {
      src: jpeg(entry.thumbnail), alt: altText(entry), width: entry.width, height: entry.height, decoding: "async",
    });
    picture.style.aspectRatio = `${entry.width} / ${entry.height}`;
    const name = element("span", { className: "style-name" }, styleOf(entry));
    name.setAttribute("aria-hidden", "true"); // the alternative text of the picture says it
    const link = element("a", { className: "thumbnail", href: "#" + (entries.indexOf(entry) + 1) }, picture, name);
    link.title = altText(entry);
    return link;
  }

  function row(photo, number, cells) {
    const head = element("th", { scope: "row" }, element("img", { src: jpeg(photo.preview), alt: "" }), photo.name);
    const line = element("tr", {}, head);
    for (const { column } of styles) {
      const cell = cells.get(`${number}/${column}`) ?? [];
      line.append(element("td", {}, ...cell.map(thumbnail)));
    }
    return line;
  }

  function fillOverview() {
    const cells = new Map();
    for (const entry of entries) {
      const place = `${entry.photo}/${entry.style}`;
      cells.set(place, [...(cells.get(place) ?? []), entry]);
    }
    const full = entries.length === photos.length * styles.length;
    const size = `${counted(photos.length, "photo")} ${full ? "×" : "and"} ${counted(styles.length, "style")}`;
    byId("title").textContent = size;
    byId("subtitle").textContent = counted(entries.length, "picture") + ", made by styler";
    document.title = `${size} – styler`;
    const table = byId("table");
    table.style.setProperty("--columns", styles.length);
    table.tHead.append(element("tr", {}, element("td"),
      ...styles.map((style) => element("th", { scope: "col" }, style.name))));
    table.tBodies[0].append(...photos.map((photo, number) => row(photo, number, cells)));

    const sparse = entries.length * 2 < photos.length * styles.length;
    const narrow = window.matchMedia("(max-width: 40rem)");
    const arrange = () => table.classList.toggle("cards", photos.length === 1 || sparse || narrow.matches);
    narrow.addEventListener("change", arrange);
    arrange();
  }

  // The loss curve.

  /** Round numbers from `low` to `high`: 1, 2 or 5 times a power of ten apart, or powers of ten. */
  function ticks(low, high, logarithmic) {
    const values = [];
    if (logarithmic) {
      const decades = Math.log10(high / low);
      const steps = decades > 6 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5];
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
        values.push(...steps.map((step) => step * 10 ** power));
      }
    } else {
      const rough = (high - low) / 4 || 1;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
      for (let k = Math.ceil(low / step); k * step <= high; ++k) values.push(k * step);
    }
    return values.filter((value) => value >= low && value <= high);
  }

  function shortNumber(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential().replace("+", "");
    return String(Number(value.toPrecision(3)));
  }

  /** The points of the curve that can be drawn, scale by scale. A first loss that is off the chart is a loss as well. */
  function segments(curve, drawable) {
    const starts = new Set(curve.scale_starts);
    const parts = [[]];
    curve.iterations.forEach((iteration, i) => {
      if (starts.has(iteration - 1) && parts.at(-1).length > 0) parts.push([]);
      if (drawable(curve.losses[i])) parts.at(-1).push([iteration, curve.losses[i]]);
    });
    return parts.filter((part) => part.length > 0);
  }

  function curveDrawing(curve) {
    const finite = curve.losses.filter((loss) => typeof loss === "number");
    const positive = finite.filter((loss) => loss > 0);
    const logarithmic = positive.length === finite.length && Math.max(...positive) > 10 * Math.min(...positive);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    const last = Math.max(2, curve.iterations.at(-1));
    const [left, right, top, bottom] = [46, 332, 18, 168];
    const scaled = logarithmic ? Math.log10 : (value) => value;
    const x = (iteration) => left + (right - left) * (iteration - 1) / (last - 1);
    const y = (loss) => bottom - (bottom - top) * (scaled(loss) - scaled(low)) / (scaled(high) - scaled(low) || 1);
    const label = (text, at) => drawn("text", at, text);

    const chart = drawn("svg", {
      viewBox: "0 0 340 205", role: "img",
      "aria-label": `Total loss over ${counted(curve.iterations.at(-1), "iteration")}: ` +
        `from ${shortNumber(finite[0])} to ${shortNumber(finite.at(-1))}`,
    });
    for (const value of ticks(low, high, logarithmic)) {
      chart.append(drawn("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        label(shortNumber(value), { x: left - 6, y: y(value) + 4, "text-anchor": "end" }));
    }
    for (const value of ticks(1, last, false)) {
      if (Number.isInteger(value)) chart.append(label(value, { x: x(value), y: bottom + 15, "text-anchor": "middle" }));
    }
    const starts = curve.scale_starts.filter((start) => start > 0 && start < last);
    starts.forEach((start, i) => {
      const at = x(start + 0.5);
      chart.append(drawn("line", { class: "boundary", x1: at, x2: at, y1: top, y2: bottom }),
        label(`scale ${i + 2}`, { x: at + 4, y: top + 9 }));
    });
    if (starts.length > 0) chart.append(label("scale 1", { x: left + 4, y: top + 9 }));
    chart.append(drawn("line", { class: "grid", x1: left, x2: right, y1: bottom, y2: bottom }),
      label("iteration", { x: (left + right) / 2, y: bottom + 32, "text-anchor": "middle" }),
      label(logarithmic ? "total loss (logarithmic)" : "total loss", { x: 0, y: 9 }));
    for (const part of segments(curve, (loss) => finite.includes(loss))) {
      chart.append(drawn("polyline", { class: "line", points: part.map(([i, loss]) => `${x(i)},${y(loss)}`).join(" ") }));
    }
    return chart;
  }

  // The large view.

  const viewer = byId("viewer");
  let shown = -1; // which of the entries; -1: none

  function setSplit(percent) {
    const share = Math.min(100, Math.max(0, percent));
    byId("split").value = share;
    const compare = byId("compare");
    compare.style.setProperty("--split", share + "%");
    compare.style.setProperty("--split-share", share / 100);
    compare.classList.toggle("whole", share === 0 || share === 100);
    compare.querySelector(".before-tag").classList.toggle("off", share < 15);
    compare.querySelector(".after-tag").classList.toggle("off", share > 85);
  }

  function showPictures(entry) {
    const after = byId("after");
    after.alt = altText(entry);
    after.src = jpeg(entry.preview ?? entry.thumbnail);
    const before = byId("before");
    before.alt = photoOf(entry).name;
    before.src = jpeg(photoOf(entry).preview);
    viewer.style.setProperty("--ratio", entry.width / entry.height);

    // The embedded picture is there at once. The file itself takes its place where the browser can read it; beyond some
    // 25 megapixels that would cost a phone more than it shows.
    if (entry.width * entry.height > 25e6) return;
    const file = new Image();
    file.onload = () => { if (entries[shown] === entry) after.src = file.src; };
    file.src = entry.link;
  }

  function fileLine(term, file, link, extra = "") {
    return [element("dt", {}, term), element("dd", {}, element("a", { href: link, target: "_blank" }, file), extra)];
  }

  function showFacts(entry) {
    byId("viewer-title").replaceChildren(photoOf(entry).name, element("span", {}, " in the style of "), styleOf(entry));
    byId("position").textContent = `${shown + 1} of ${entries.length}`;
    byId("files").replaceChildren(
      ...fileLine("Picture", entry.file, entry.link, ` ${entry.width}\u00a0×\u00a0${entry.height}\u00a0px`),
      ...fileLine("Photo", photoOf(entry).file, photoOf(entry).link));
    const drawable = entry.curve.losses.some((loss) => typeof loss === "number");
    byId("curve-section").hidden = !drawable;
    byId("curve").replaceChildren(...(drawable ? [curveDrawing(entry.curve)] : []));
    byId("parameters-section").hidden = entry.parameters.length === 0;
    byId("parameters").tBodies[0].replaceChildren(...entry.parameters.map(([name, value]) =>
      element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, ...breakable(value)))));
    byId("command-section").hidden = entry.command === "";
    byId("command").replaceChildren(...entry.command.split(/( +)/).map((word) => // so that no line ends within `--size`
      element("span", {}, word)));
    byId("copied").textContent = "";
    byId("copy").textContent = "Copy";
  }

  function show(number) {
    shown = number;
    showPictures(entries[number]);
    showFacts(entries[number]);
    if (!viewer.open) {
      setSplit(0);
      viewer.showModal();
      viewer.focus(); // so that no button looks pressed; the keys are heard all the same
    }
  }

  /** Opens what the address asks for: `#3` the third picture, anything else the overview. */
  function followAddress() {
    const number = /^#\d+$/.test(location.hash) ? Number(location.hash.slice(1)) - 1 : -1;
    if (number >= 0 && number < entries.length) show(number);
    else if (viewer.open) viewer.close();
  }

  /** The address follows without a new step in the browser's history, so that Back leads to the overview. */
  function step(by) {
    const number = (shown + by + entries.length) % entries.length;
    history.replaceState(null, "", "#" + (number + 1));
    show(number);
  }

  function closed() {
    if (location.hash) history.replaceState(null, "", "#");
    const link = document.querySelector(`a.thumbnail[href="#${shown + 1}"]`);
    shown = -1;
    link?.focus();
    link?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async function copyCommand() {
    try {
      await navigator.clipboard.writeText(byId("command").textContent);
    } catch { // a browser that gives a page from a file no clipboard
      getSelection().selectAllChildren(byId("command"));
      document.execCommand("copy");
    }
    byId("copy").textContent = "Copied";
    byId("copied").textContent = "The command was copied.";
  }

  function listen() {
    byId("previous").addEventListener("click", () => step(-1));
    byId("next").addEventListener("click", () => step(1));
    byId("close").addEventListener("click", () => viewer.close());
    byId("copy").addEventListener("click", copyCommand);
    viewer.addEventListener("close", closed);
    viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); }); // beside it
    viewer.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey || event.target === byId("split")) return;
      event.preventDefault();
      step(by);
    });
    const compare = byId("compare");
    const follow = (event) => {
      const box = compare.getBoundingClientRect();
      setSplit(100 * (event.clientX - box.left) / box.width);
    };
    compare.addEventListener("pointerdown", (event) => {
      compare.setPointerCapture(event.pointerId);
      follow(event);
    });
    compare.addEventListener("pointermove", (event) => {
      if (compare.hasPointerCapture(event.pointerId)) follow(event);
    });
    byId("split").addEventListener("input", () => setSplit(byId("split").valueAsNumber));
    window.addEventListener("hashchange", followAddress);
  }

  fillOverview();
  listen();
  followAddress();
})();
