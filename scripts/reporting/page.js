"use strict";
// Charts and tables of the report. The state is what the controls say; it stands in the address, after #, so that a
// view can be shared: #policy=NAME&policy=NAME&indicator=papers&category=university&year=2035&from=2015&log=1&x=…&y=…&rows=…

const errors = [];
const reportError = (text) => {
  errors.push(String(text));
  document.documentElement.dataset.errors = errors.join("\n");
};
addEventListener("error", (event) => reportError(event.message));
addEventListener("unhandledrejection", (event) => reportError(event.reason));

const byId = (id) => document.getElementById(id);
const MOST_BANDS = 6; // bands over one another hide more than they show
const LABELLED_POINTS = 8;
const COLUMNS_ON_PAPER = 6;
const FIRST_YEARS = [2000, 2010, 2020]; // from which trajectories can be shown

// Okabe and Ito (2008) without yellow, which is faint on white; then the same again with other dashes.
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const DASHES = ["solid", "dash", "dot", "dashdot"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up"];
// Viridis (Smith and van der Walt 2015) without its yellow end, for policies that are levels of an axis.
const VIRIDIS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151"];
const BASELINE_COLOUR = "#222222";

// RdBu of ColorBrewer 2: changes of more than 1, 5, 20 and 50 percent.
const STEPS = [0.01, 0.05, 0.2, 0.5];
const MORE = ["#e7eff5", "#c3dcec", "#7db8da", "#3f8ec0", "#1f5d99"];
const LESS = ["#fbeae2", "#f9cdb6", "#ee9677", "#d25849", "#a5152b"];

let data, state;

// ---------------------------------------------------------------- unpacking

async function unpack(id) {
  const text = byId(id).textContent.trim();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function loadPlotly() {
  const script = document.createElement("script");
  script.textContent = await unpack("plotly");
  document.head.append(script);
}

// ---------------------------------------------------------------- words and numbers

function number(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return value.toLocaleString("en", { maximumFractionDigits: 0 });
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3))).replace("-", "−");
}

function signed(value) {
  return value > 0 ? `+${number(value)}` : number(value).replace("-", "−");
}

function percentChange(share) {
  const percent = Math.abs(100 * share);
  if (percent === 0) return "0 %";
  const sign = share > 0 ? "+" : "−";
  if (percent < 0.005) return "≈ 0 %";
  if (percent < 0.05) return `${sign}${percent.toFixed(2)} %`;
  const digits = percent < 9.95 ? 1 : 0;
  return `${sign}${percent.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`;
}

const interval = (low, high) => `[${number(low)} to ${number(high)}]`;
const withUnits = (text, units) => (units ? `${text} (${units})` : text);
const wrap = (text, width) =>
  text
    .split(" ")
    .reduce((lines, word) => {
      if ((lines.at(-1) + " " + word).trim().length <= width) lines.push((lines.pop() + " " + word).trim());
      else lines.push(word);
      return lines;
    }, [""])
    .join("<br>");
const escapeText = (text) => text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[letter]);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Text that may break after an underscore, a dot or an equals sign. */
const breakable = (text) => text.split(/(?<=[_=.])/).flatMap((part) => [part, document.createElement("wbr")]);

/** A table of texts; columns after the first `texts` hold numbers. */
function table(caption, heads, rows, texts = 1) {
  const cell = (tag, text, column, scope) =>
    element(tag, { class: column >= texts ? "number" : null, scope: scope }, text);
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads.map((head, k) => cell("th", head, k, "col")))),
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element("tr", {}, ...row.map((text, k) => cell(k === 0 ? "th" : "td", text, k, k === 0 ? "row" : null))),
      ),
    ),
  );
}

/** Fills the table behind a chart: now when it is open, else when it is opened. */
function offerTable(id, make) {
  const box = byId(id);
  const fill = () => box.open && box.querySelector(".scroll").replaceChildren(make());
  box.ontoggle = fill;
  fill();
}

// ---------------------------------------------------------------- what is chosen

const shownPolicies = () => data.policies.map((_, p) => p).filter((p) => state.policies.has(p));
const chosen = () => data.series[state.series];

/** Colour, dash and symbol of a policy: along an axis where policies are levels of one, else by turns. */
function policyLook(p) {
  const { place, scenario } = data.policies[p];
  if (p === data.baseline) return { colour: BASELINE_COLOUR, dash: "solid", symbol: "circle", width: 2.6 };
  if (place !== null) {
    return { colour: viridis(place), dash: DASHES[scenario % DASHES.length], symbol: SYMBOLS[scenario % SYMBOLS.length], width: 2 };
  }
  return turnLook(p - (p > data.baseline ? 1 : 0));
}

function turnLook(k) {
  const turn = Math.floor(k / COLOURS.length) % DASHES.length;
  return { colour: COLOURS[k % COLOURS.length], dash: DASHES[turn], symbol: SYMBOLS[turn], width: 2 };
}

/** The colour at a place from 0 to 1 of the scale, between its stops. */
function viridis(place) {
  const at = Math.min(Math.max(place, 0), 1) * (VIRIDIS.length - 1);
  const k = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const parts = [VIRIDIS[k], VIRIDIS[k + 1]].map((colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)));
  const mixed = parts[0].map((low, i) => Math.round(low + (parts[1][i] - low) * (at - k)));
  return "#" + mixed.map((part) => part.toString(16).padStart(2, "0")).join("");
}

/** The key of a chart, in the page so that it wraps and prints: lines of the policies shown, and other marks. */
function showKey(id, looks, marks = []) {
  const line = ([name, look]) => element("li", {}, swatch(look), name);
  const mark = ([name, sign]) => element("li", {}, element("span", { "aria-hidden": "true" }, sign), name);
  byId(id).replaceChildren(...looks.map(line), ...marks.map(mark));
}

/** A short piece of the line, drawn as the charts draw it. */
function swatch(look) {
  const dashes = { solid: "none", dash: "9 5", dot: "3 3", dashdot: "9 3 3 3" }[look.dash];
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const set = (made, values) => Object.entries(values).forEach(([name, value]) => made.setAttribute(name, value));
  set(drawing, { class: "swatch", width: 30, height: 6, "aria-hidden": "true" });
  set(line, { x1: 0, y1: 3, x2: 30, y2: 3, stroke: look.colour, "stroke-width": 3, "stroke-dasharray": dashes });
  drawing.append(line);
  return drawing;
}

const policyKeys = (policies) => policies.map((p) => [data.policies[p].name, policyLook(p)]);

function seriesNumber(variable, category) {
  const found = data.series.findIndex((one) => one.variable === variable && one.category === (category ?? ""));
  return found >= 0 ? found : data.series.findIndex((one) => one.variable === variable);
}

function initialState() {
  const goals = goalSeries();
  return {
    policies: new Set(data.policies.keys()),
    series: data.headlines[0],
    mark: data.marks.length - 1,
    log: false,
    from: data.years[0],
    rows: "headlines",
    x: mostAtOddsWith(goals[0]),
    y: goals[0],
  };
}

/** The goal in which policies lose most where they gain in this one, at the last year compared: the trade-off to see first. */
function mostAtOddsWith(goal) {
  const gains = (s) => {
    const sign = data.series[s].goal === "more" ? 1 : -1;
    const mean = data.means[s][data.baseline].at(-1);
    return data.policies.map((_, p) => (mean ? (sign * (data.contrasts[s][p]?.at(-1)?.[0] ?? 0)) / Math.abs(mean) : 0));
  };
  const own = goal === undefined ? [] : gains(goal);
  const agreement = (s) => gains(s).reduce((sum, gain, p) => sum + gain * own[p], 0);
  const others = goalSeries().filter((s) => s !== goal && data.headlines.includes(s));
  return others.sort((a, b) => agreement(a) - agreement(b))[0] ?? goal;
}

function goalSeries() {
  const goals = [...data.series.keys()].filter((s) => data.series[s].goal);
  const first = data.headlines.filter((s) => data.series[s].goal);
  return [...first, ...goals.filter((s) => !first.includes(s))];
}

/** Changes the state by what stands in the address; names that are not known are ignored. */
function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (!location.hash.includes("=")) return false;
  state = initialState();
  const policies = asked.getAll("policy").map((name) => data.policies.findIndex((policy) => policy.name === name));
  if (policies.some((p) => p >= 0)) state.policies = new Set(policies.filter((p) => p >= 0));
  const series = asked.has("indicator") ? seriesNumber(asked.get("indicator"), asked.get("category")) : -1;
  if (series >= 0) state.series = series;
  const mark = data.marks.indexOf(asked.get("year"));
  if (mark >= 0) state.mark = mark;
  state.log = asked.get("log") === "1";
  if (data.years.includes(Number(asked.get("from")))) state.from = Number(asked.get("from"));
  if (asked.has("rows")) state.rows = asked.get("rows");
  for (const axis of ["x", "y"]) {
    const [variable, category] = (asked.get(axis) ?? "").split("|");
    const goal = seriesNumber(variable, category);
    if (goal >= 0 && data.series[goal].goal) state[axis] = goal;
  }
  return true;
}

function writeAddress() {
  const usual = initialState();
  const said = new URLSearchParams();
  if (state.policies.size < data.policies.length) {
    for (const p of shownPolicies()) said.append("policy", data.policies[p].name);
  }
  said.set("indicator", chosen().variable);
  if (chosen().category) said.set("category", chosen().category);
  if (state.mark !== usual.mark) said.set("year", data.marks[state.mark]);
  if (state.log) said.set("log", "1");
  if (state.from !== usual.from) said.set("from", state.from);
  if (state.rows !== usual.rows) said.set("rows", state.rows);
  for (const axis of ["x", "y"]) {
    if (state[axis] === undefined || state[axis] === usual[axis]) continue;
    const { variable, category } = data.series[state[axis]];
    said.set(axis, category ? `${variable}|${category}` : variable);
  }
  history.replaceState(null, "", `#${said}`);
}

function change(part) {
  Object.assign(state, part);
  writeAddress();
  show();
}

// ---------------------------------------------------------------- controls

function fillSelect(select, groups, selected) {
  const options = (items) =>
    items.map(([value, text]) => {
      const option = element("option", { value }, text);
      option.selected = String(value) === String(selected);
      return option;
    });
  select.replaceChildren(
    ...groups.flatMap(([label, items]) => (label ? [element("optgroup", { label }, ...options(items))] : options(items))),
  );
}

/** Variables by group: a variable with categories stands where its categories do. */
function variableGroups() {
  const groups = new Map();
  for (const one of data.series) {
    if (!groups.has(one.group)) groups.set(one.group, new Map());
    groups.get(one.group).set(one.variable, one.name);
  }
  return [...groups].map(([label, items]) => [label, [...items]]);
}

function buildControls() {
  const list = byId("policy-list");
  data.policies.forEach((policy, p) => {
    const box = element("input", { type: "checkbox", value: policy.name, "data-policy": p });
    const baseline = p === data.baseline && data.policies.length > 1 ? " (baseline)" : "";
    list.append(element("label", {}, box, swatch(policyLook(p)), `${policy.name}${baseline}`));
    box.addEventListener("change", () => {
      const left = new Set(state.policies);
      if (box.checked) left.add(p);
      else left.delete(p);
      change({ policies: left });
    });
  });
  byId("all-policies").addEventListener("click", () => change({ policies: new Set(data.policies.keys()) }));
  byId("no-policies").addEventListener("click", () => change({ policies: new Set([data.baseline]) }));
  document.addEventListener("click", (event) => {
    if (!byId("policies").contains(event.target)) byId("policies").open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byId("policies").open) {
      byId("policies").open = false;
      byId("policies").querySelector("summary").focus();
    }
  });

  byId("indicator").addEventListener("change", (event) => change({ series: seriesNumber(event.target.value) }));
  byId("category").addEventListener("change", (event) => change({ series: Number(event.target.value) }));
  byId("year").addEventListener("change", (event) => change({ mark: Number(event.target.value) }));
  byId("from").addEventListener("change", (event) => change({ from: Number(event.target.value) }));
  byId("log").addEventListener("change", (event) => change({ log: event.target.checked }));
  byId("reset").addEventListener("click", () => change(initialState()));
  if (byId("rows")) byId("rows").addEventListener("change", (event) => change({ rows: event.target.value }));
  for (const axis of ["x", "y"]) {
    const select = byId(`goal-${axis}`);
    if (select) select.addEventListener("change", () => change({ [axis]: Number(select.value) }));
  }
}

function showControls() {
  for (const box of document.querySelectorAll("#policy-list input")) {
    box.checked = state.policies.has(Number(box.dataset.policy));
  }
  byId("policies").querySelector("summary").textContent = `${state.policies.size} of ${data.policies.length} policies`;
  fillSelect(byId("indicator"), variableGroups(), chosen().variable);
  const categories = [...data.series.entries()].filter(([, one]) => one.variable === chosen().variable);
  fillSelect(byId("category"), [["", categories.map(([s, one]) => [s, one.categoryLabel])]], state.series);
  byId("category").parentElement.hidden = categories.length < 2;
  fillSelect(byId("year"), [["", data.markWords.map((label, m) => [m, label])]], state.mark);
  const starts = [...new Set([data.years[0], ...FIRST_YEARS.filter((year) => data.years.includes(year)), state.from])].sort();
  fillSelect(byId("from"), [["", starts.map((year) => [year, `from ${year}`])]], state.from);
  byId("log").checked = state.log;
  if (byId("rows")) {
    const groups = [...new Set(data.series.map((one) => one.group))].map((group) => [group, group]);
    fillSelect(
      byId("rows"),
      [["", [["headlines", "Headlines"], ["indicator", "The chosen indicator"]]], ["Groups", groups]],
      state.rows,
    );
  }
  for (const axis of ["x", "y"]) {
    if (!byId(`goal-${axis}`)) continue;
    const items = goalSeries().map((s) => [s, `${data.series[s].label} (${data.series[s].goal} is better)`]);
    fillSelect(byId(`goal-${axis}`), [["", items]], state[axis]);
  }
}

// ---------------------------------------------------------------- charts

const FONT = { family: '"DejaVu Sans", Verdana, "Segoe UI", sans-serif', size: 13, color: "#16191d" };

function layoutOf(more) {
  const axis = { gridcolor: "#e3e6e9", linecolor: "#7a828c", ticks: "outside", tickcolor: "#7a828c", zeroline: false, automargin: true, exponentformat: "power" };
  return {
    font: FONT,
    paper_bgcolor: "#fff",
    plot_bgcolor: "#fff",
    margin: { l: 64, r: 16, t: 24, b: 48 },
    hoverlabel: { bgcolor: "#fff", bordercolor: "#7a828c", font: FONT },
    dragmode: false,
    showlegend: false,
    ...more,
    xaxis: { ...axis, ...more.xaxis },
    yaxis: { ...axis, ...more.yaxis },
  };
}

/** Draws into the element, and gives it words for those who cannot see it. */
function draw(box, traces, layout, words) {
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", words);
  box.dataset.traces = traces.map((trace) => trace.name).filter(Boolean).join("|");
  return Plotly.react(box, traces, layoutOf(layout), { displayModeBar: false, responsive: true, doubleClick: false });
}

function faded(colour, opacity) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

/** On a logarithmic axis what is not positive is not there. */
const drawable = (values) => (state.log ? values.map((value) => (value > 0 ? value : null)) : values);

function bandTraces(p, withBand) {
  const look = policyLook(p);
  const [low, median, high] = data.bands[state.series][p].map(drawable);
  const policy = data.policies[p].name;
  const line = {
    name: escapeText(policy),
    legendgroup: policy,
    x: data.years,
    y: median,
    mode: "lines",
    line: { color: look.colour, dash: look.dash, width: look.width },
    customdata: data.years.map((_, t) => interval(data.bands[state.series][p][0][t], data.bands[state.series][p][2][t])),
    hovertemplate: "%{y:.4~g} %{customdata}",
  };
  if (!withBand) return [line];
  // Years without values split the band: a filled polygon over them would draw what is not there.
  const years = data.years.filter((_, t) => low[t] !== null && high[t] !== null);
  const at = (values) => years.map((year) => values[data.years.indexOf(year)]);
  const band = {
    x: [...years, ...years.slice().reverse()],
    y: [...at(high), ...at(low).reverse()],
    legendgroup: policy,
    fill: "toself",
    fillcolor: faded(look.colour, 0.16),
    line: { width: 0 },
    mode: "lines",
    hoverinfo: "skip",
    showlegend: false,
  };
  return [band, line];
}

function observedTraces() {
  const known = data.observed[state.series];
  if (!known) return [];
  const traces = [];
  const rows = known.years.map((_, k) => k);
  const ranges = rows.filter((k) => known.low[k] !== null && known.high[k] !== null);
  if (ranges.length) {
    const middle = ranges.map((k) => (known.low[k] + known.high[k]) / 2);
    traces.push({
      name: "observed interval",
      x: ranges.map((k) => known.years[k]),
      y: middle,
      error_y: { type: "data", array: ranges.map((k, i) => known.high[k] - middle[i]), color: "#000", thickness: 1.2, width: 3 },
      mode: "markers",
      marker: { color: "rgba(0,0,0,0)", size: 1 },
      customdata: ranges.map((k) => interval(known.low[k], known.high[k])),
      hovertemplate: "%{customdata}",
    });
  }
  for (const firm of [true, false]) {
    const points = rows.filter((k) => known.values[k] !== null && known.firm[k] === firm);
    if (!points.length) continue;
    traces.push({
      name: firm ? "observed" : "observed, recalled or rated low",
      x: points.map((k) => known.years[k]),
      y: drawable(points.map((k) => known.values[k])),
      mode: "markers",
      marker: { color: firm ? "#000" : "#fff", size: 7, line: { color: firm ? "#fff" : "#000", width: 1.2 } },
      hovertemplate: "%{y:.4~g}",
    });
  }
  return traces;
}

/** Light bands behind every other regime, with letters that the note below explains. */
function regimeMarks() {
  const first = data.years[0];
  const last = data.years.at(-1);
  const spans = data.regimes.map(([, from, to]) => [Math.max(from, first) - 0.5, Math.min(to, last) + 0.5]);
  const shapes = spans
    .filter(([from, to], k) => k % 2 === 0 && from < to)
    .map(([x0, x1]) => ({ type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1, fillcolor: "#f3f4f5", line: { width: 0 }, layer: "below" }));
  const annotations = spans.map(([x0, x1], k) => ({
    x: (x0 + x1) / 2, xref: "x", y: 1, yref: "paper", yanchor: "bottom", text: String.fromCharCode(65 + k), showarrow: false, font: { size: 11, color: "#59606a" },
  }));
  byId("regimes").textContent = data.regimes.length
    ? "Shading: " + data.regimes.map(([label, from, to], k) => `${String.fromCharCode(65 + k)} ${label} ${from}–${to}`).join(", ") + "."
    : "";
  return { shapes, annotations };
}

function yearAxis() {
  return { range: [state.from - 0.5, data.years.at(-1) + 0.5], title: { text: "year" } };
}

/** Limits of the vertical axis: those of the years shown, from 0 on when all years are. */
function shownRange(policies, withBands) {
  const later = (values, years = data.years) => values.filter((value, t) => value !== null && years[t] >= state.from);
  const known = data.observed[state.series];
  const values = policies.flatMap((p) => (withBands ? data.bands[state.series][p] : [data.bands[state.series][p][1]]).flatMap((row) => later(row)));
  if (known) values.push(...[known.values, known.low, known.high].flatMap((row) => later(row, known.years)));
  const usable = state.log ? values.filter((value) => value > 0) : values;
  if (!usable.length) return undefined;
  let low = usable.reduce((a, b) => Math.min(a, b));
  let high = usable.reduce((a, b) => Math.max(a, b));
  if (state.log) return [Math.log10(low) - 0.05, Math.log10(high) + 0.05];
  if (state.from === data.years[0]) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  const margin = 0.05 * (high - low || Math.abs(high) || 1);
  return [low === 0 ? 0 : low - margin, high === 0 ? 0 : high + margin];
}

function showTrajectories() {
  const series = chosen();
  const shown = shownPolicies();
  const order = [...shown.filter((p) => p !== data.baseline), ...shown.filter((p) => p === data.baseline)];
  const withBands = shown.length <= MOST_BANDS;
  const traces = [...order.flatMap((p) => bandTraces(p, withBands)), ...observedTraces()];
  byId("trajectory-title").textContent = series.label;
  byId("trajectory-meaning").textContent =
    series.meaning[0].toUpperCase() + series.meaning.slice(1) + (series.units ? `, in ${series.units}.` : ".");
  byId("trajectory-bands").textContent = withBands
    ? "Line: median of the runs. Band: the middle 90 % of them, year by year."
    : `Lines: medians of the runs. Bands (the middle 90 %) are drawn for up to ${MOST_BANDS} policies; choose fewer to see them.`;
  const last = data.years.length - 1;
  const words = shown.map((p) => {
    const [low, median, high] = data.bands[state.series][p].map((values) => values[last]);
    return `${data.policies[p].name} ${number(median)} ${interval(low, high)}`;
  });
  draw(
    byId("trajectories"),
    traces,
    {
      height: 460,
      hovermode: "x unified",
      xaxis: yearAxis(),
      yaxis: {
        type: state.log ? "log" : "linear",
        title: { text: wrap(withUnits(series.label, series.units), 48) },
        range: shownRange(shown, withBands),
      },
      ...regimeMarks(),
    },
    `${series.label}, ${data.years[0]} to ${data.years[last]}, by policy. In ${data.years[last]}: ${words.join("; ")}.`,
  );
  const known = data.observed[state.series];
  const marks = known ? [["observed", "●"], ["observed, recalled or rated low", "○"], ["observed interval", "I"]] : [];
  const here = new Set(traces.map((trace) => trace.name));
  showKey("trajectories-key", policyKeys(shown), marks.filter(([name]) => here.has(name)));
  offerTable("trajectories-table", () =>
    table(
      `${withUnits(series.label, series.units)}: median and limits of the middle 90 % of the runs`,
      ["year", ...shown.map((p) => data.policies[p].name), ...(data.observed[state.series] ? ["observed"] : [])],
      data.years.map((year, t) => [
        String(year),
        ...shown.map((p) => {
          const [low, median, high] = data.bands[state.series][p].map((values) => values[t]);
          return median === null ? "–" : `${number(median)} ${interval(low, high)}`;
        }),
        ...(data.observed[state.series] ? [observedText(year)] : []),
      ]),
    ),
  );
}

/** Paired differences from the baseline year by year: what the trajectories, drawn to their own scale, may hide. */
function showDifferences() {
  const box = byId("differences");
  if (!box) return;
  const series = chosen();
  const shown = shownPolicies().filter((p) => p !== data.baseline);
  const withBands = shown.length <= MOST_BANDS;
  const traces = shown.flatMap((p) => differenceTraces(p, withBands));
  const label = `${series.label}: difference from ${data.policies[data.baseline].name}`;
  const last = data.years.length - 1;
  const words = shown.map((p) => {
    const [mean, half] = data.differences[state.series][p].map((values) => values[last]);
    return `${data.policies[p].name} ${signed(mean)} ${interval(mean - half, mean + half)}`;
  });
  draw(
    box,
    traces,
    {
      height: 340, hovermode: "x unified", xaxis: yearAxis(),
      yaxis: { title: { text: withUnits("difference", series.units) }, zeroline: true, zerolinecolor: BASELINE_COLOUR, zerolinewidth: 1.5 },
      shapes: regimeMarks().shapes,
    },
    `${label}. In ${data.years[last]}: ${words.join("; ")}.`,
  );
  byId("differences-title").textContent = label;
  showKey("differences-key", policyKeys(shown));
  offerTable("differences-table", () =>
    table(
      `${withUnits(label, series.units)}: mean of the pairs and its 95 % interval`,
      ["year", ...shown.map((p) => data.policies[p].name)],
      data.years.map((year, t) => [
        String(year),
        ...shown.map((p) => {
          const [mean, half] = data.differences[state.series][p].map((values) => values[t]);
          return mean === null ? "–" : `${signed(mean)} ${half === null ? "" : interval(mean - half, mean + half)}`;
        }),
      ]),
    ),
  );
}

function differenceTraces(p, withBand) {
  const look = policyLook(p);
  const name = data.policies[p].name;
  const [mean, half] = data.differences[state.series][p];
  const rows = data.years.map((_, t) => t).filter((t) => mean[t] !== null && data.years[t] >= state.from);
  const years = rows.map((t) => data.years[t]);
  const limits = (sign) => rows.map((t) => mean[t] + sign * (half[t] ?? 0));
  const line = {
    name: escapeText(name), legendgroup: name, x: years, y: rows.map((t) => mean[t]), mode: "lines",
    line: { color: look.colour, dash: look.dash, width: look.width },
    customdata: rows.map((t) => (half[t] === null ? "" : interval(mean[t] - half[t], mean[t] + half[t]))),
    hovertemplate: "%{y:.3~g} %{customdata}",
  };
  const band = {
    x: [...years, ...years.slice().reverse()], y: [...limits(1), ...limits(-1).reverse()], legendgroup: name, fill: "toself",
    fillcolor: faded(look.colour, 0.18), line: { width: 0 }, mode: "lines", hoverinfo: "skip", showlegend: false,
  };
  return withBand ? [band, line] : [line];
}

function observedText(year) {
  const known = data.observed[state.series];
  return known.years
    .map((when, k) => [when, k])
    .filter(([when]) => when === year)
    .map(([, k]) => (known.values[k] !== null ? number(known.values[k]) : interval(known.low[k], known.high[k])))
    .join(", ");
}

// ---------------------------------------------------------------- contrasts

function heatRows() {
  const all = [...data.series.keys()];
  const rows =
    state.rows === "headlines" ? data.headlines
    : state.rows === "indicator" ? all.filter((s) => data.series[s].variable === chosen().variable)
    : all.filter((s) => data.series[s].group === state.rows);
  const compared = rows.filter((s) => data.contrasts[s].some((row) => row?.[state.mark] && (row[state.mark][0] || data.means[s][data.baseline][state.mark])));
  return [state.series, ...compared.filter((s) => s !== state.series)];
}

/** What a cell says: text, class and colour; and the whole in words. */
function contrastOf(s, p) {
  const row = data.contrasts[s][p]?.[state.mark];
  const baseline = data.means[s][data.baseline][state.mark];
  const series = data.series[s];
  if (!row || row[0] === null) return { text: "–", sure: false, colour: "#fff", words: "not in the file" };
  const [difference, lower, upper, better, ratio, pairs] = row;
  const sure = lower !== null && (lower > 0 || upper < 0);
  const relative = baseline ? difference / Math.abs(baseline) : null;
  const step = relative === null ? 2 : STEPS.filter((limit) => Math.abs(relative) >= limit).length;
  const colour = sure ? (difference > 0 ? MORE : LESS)[step] : "#fff";
  const change = relative === null ? "" : ` (${percentChange(relative)})`;
  const percent = Math.round(100 * data.confidence);
  const goal = { more: "; more is better", less: "; less is better" }[series.goal] ?? "";
  const chance = better === null ? "" : ` Better than the baseline in ${Math.round(100 * better)} % of the pairs.`;
  const gain = ratio === null ? "" : ` Variance ratio ${number(ratio)}.`;
  return {
    text: relative === null ? signed(difference) : percentChange(relative),
    sure,
    colour,
    dark: sure && step >= 3,
    words:
      `${data.policies[p].name}, ${withUnits(series.label, series.units)}, ${data.markWords[state.mark]}: ` +
      `${number(data.means[s][p][state.mark])} against ${number(baseline)} in the baseline, a difference of ` +
      `${signed(difference)}${change}, ${percent} % interval ${interval(lower, upper)}${goal}.${chance}${gain} ${pairs} pairs.`,
  };
}

function showContrasts() {
  const place = byId("heat");
  if (!place) return;
  const policies = shownPolicies().filter((p) => p !== data.baseline);
  const rows = heatRows();
  place.replaceChildren(...heatParts(rows, policies));
  const first = place.querySelector(".cell");
  if (first) first.tabIndex = 0;
  byId("heat-year").textContent = data.markWords[state.mark];
  const n = rows.length * policies.length;
  byId("heat-count").textContent = policies.length
    ? `Of the ${n} cells, chance alone would mark about ${Math.round(n * (1 - data.confidence))}.`
    : "Choose a policy other than the baseline to see what it changes.";
  byId("cell-detail").textContent = "Point at a cell, or move through the cells with the arrow keys, to read the whole contrast here.";
  // A page of paper holds few columns: there the policies stand in several tables.
  const turns = Math.ceil(policies.length / COLUMNS_ON_PAPER);
  const parts = Array.from({ length: turns }, (_, k) => policies.slice(k * COLUMNS_ON_PAPER, (k + 1) * COLUMNS_ON_PAPER));
  byId("heat-paper").replaceChildren(...parts.map((part) => element("table", { class: "heat" }, ...heatParts(rows, part))));
}

/** Head and body of the table of contrasts. */
function heatParts(rows, policies) {
  const arrows = { more: " ▲", less: " ▼" };
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "Indicator"),
    element("th", { scope: "col", class: "number" }, ...breakable(`${data.policies[data.baseline].name}, ${data.markWords[state.mark]}`)),
    ...policies.map((p) => element("th", { scope: "col", class: "number" }, ...breakable(data.policies[p].name))),
  );
  const body = rows.map((s) => {
    const series = data.series[s];
    const name = element("button", { type: "button", title: series.meaning, onclick: () => change({ series: s }) }, series.label + (arrows[series.goal] ?? ""));
    const mean = data.means[s][data.baseline][state.mark];
    return element(
      "tr",
      { class: s === state.series ? "chosen" : null, "data-series": series.category ? `${series.variable}|${series.category}` : series.variable },
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, `${number(mean)}${series.units ? ` ${series.units}` : ""}`),
      ...policies.map((p) => heatCell(s, p)),
    );
  });
  return [element("thead", {}, head), element("tbody", {}, ...body)];
}

function heatCell(s, p) {
  const said = contrastOf(s, p);
  const tell = () => (byId("cell-detail").textContent = said.words);
  const cell = element(
    "button",
    {
      type: "button", tabindex: "-1", class: `cell${said.sure ? " sure" : ""}${said.dark ? " dark" : ""}`, style: `background: ${said.colour}`,
      "aria-label": said.words, onfocus: tell, onmouseenter: tell, onclick: () => change({ series: s }),
    },
    said.text,
  );
  return element("td", {}, cell);
}

/** Arrow keys move through the cells of the table; only one of them is a stop for Tab. */
function moveInTable(event) {
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  if (!step || !event.target.classList.contains("cell")) return;
  const rows = [...byId("heat").tBodies[0].rows].map((row) => [...row.querySelectorAll(".cell")]);
  const at = rows.findIndex((row) => row.includes(event.target));
  const next = rows[at + step[0]]?.[rows[at].indexOf(event.target) + step[1]];
  event.preventDefault();
  if (!next) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// ---------------------------------------------------------------- trade-offs

/** Not dominated: no other policy is at least as good in both goals and better in one. */
function paretoSet(points) {
  const signs = ["x", "y"].map((axis) => (data.series[state[axis]].goal === "more" ? 1 : -1));
  const gain = (a, b) => [0, 1].map((k) => signs[k] * (a.change[k][0] - b.change[k][0]));
  const dominates = ([x, y]) => x >= 0 && y >= 0 && (x > 0 || y > 0);
  return points.filter((one) => !points.some((other) => dominates(gain(other, one))));
}

/** [difference, lower, upper] of a policy from the baseline; the baseline's own is 0. Nothing where it is not known. */
function changeOf(s, p) {
  if (p === data.baseline) return [0, 0, 0];
  const row = data.contrasts[s][p]?.[state.mark];
  return row && row[0] !== null ? row.slice(0, 3) : null;
}

function showTradeOffs() {
  const box = byId("pareto");
  if (!box || state.x === undefined) return;
  const points = shownPolicies()
    .map((p) => ({ p, change: [state.x, state.y].map((s) => changeOf(s, p)) }))
    .filter((point) => point.change.every((row) => row !== null));
  const front = paretoSet(points);
  const sortedByX = points.slice().sort((a, b) => a.change[0][0] - b.change[0][0]);
  const sortedFront = sortedByX.filter((point) => front.includes(point));
  const labelled = (point) => points.length <= LABELLED_POINTS || front.includes(point);
  const [x, y] = ["x", "y"].map((axis) => data.series[state[axis]]);
  const traces = [
    {
      name: "not dominated", x: sortedFront.map((point) => point.change[0][0]), y: sortedFront.map((point) => point.change[1][0]),
      mode: "lines", line: { color: "#7a828c", dash: "dot", width: 1.5 }, hoverinfo: "skip",
    },
    ...points.map((point) => paretoPoint(point, front.includes(point), labelled(point), labelPlace(point, sortedByX))),
  ];
  const title = (series) => ({
    text: `${wrap(`${series.label}: difference${series.units ? ` (${series.units})` : ""}`, 44)}<br><span style="font-size:11px">${series.goal} is better</span>`,
  });
  const zero = { zeroline: true, zerolinecolor: "#7a828c", zerolinewidth: 1 };
  const names = sortedFront.map((point) => data.policies[point.p].name).join("; ");
  byId("pareto-words").textContent =
    state.x === state.y
      ? "Choose two different goals."
      : `Not dominated in these two goals, in ${data.markWords[state.mark]}, by means: ${names}.`;
  draw(
    box,
    traces,
    { height: 460, hovermode: "closest", margin: { l: 76, r: 70, t: 30, b: 70 }, xaxis: { ...zero, title: title(x) }, yaxis: { ...zero, title: title(y) } },
    `${y.label} against ${x.label}: differences from the baseline by policy. Not dominated: ${names}.`,
  );
  showKey("pareto-key", policyKeys(points.map((point) => point.p)));
  offerTable("pareto-table", () =>
    table(
      `Differences from ${data.policies[data.baseline].name} with their ${Math.round(100 * data.confidence)} % intervals, ${data.markWords[state.mark]}`,
      ["policy", "not dominated", ...[x, y].map((series) => withUnits(series.label, series.units))],
      points.map((point) => [
        data.policies[point.p].name,
        front.includes(point) ? "yes" : "no",
        ...point.change.map(([mean, low, high]) => (point.p === data.baseline ? "0" : `${signed(mean)} ${interval(low, high)}`)),
      ]),
      2,
    ),
  );
}

/** Labels stand toward the middle, so that the edge does not cut them; those of neighbours keep apart. */
function labelPlace(point, sortedByX) {
  const k = sortedByX.indexOf(point);
  const [low, high] = [sortedByX[0], sortedByX.at(-1)].map((one) => one.change[0][0]);
  return `${k % 2 ? "bottom" : "top"} ${point.change[0][0] > (low + high) / 2 ? "left" : "right"}`;
}

function paretoPoint(point, inFront, labelled, place) {
  const look = policyLook(point.p);
  const name = escapeText(data.policies[point.p].name);
  const bar = ([mean, low, high]) => ({
    type: "data", symmetric: false, array: [high === null ? 0 : high - mean], arrayminus: [low === null ? 0 : mean - low],
    color: look.colour, thickness: 1.2, width: 3,
  });
  const [x, y] = point.change;
  const said = ([mean, low, high]) => (point.p === data.baseline ? "0" : `${signed(mean)} ${interval(low, high)}`);
  return {
    name,
    x: [x[0]],
    y: [y[0]],
    error_x: bar(x),
    error_y: bar(y),
    mode: labelled ? "markers+text" : "markers",
    text: [name],
    textposition: place,
    cliponaxis: false,
    marker: { color: inFront ? look.colour : "#fff", symbol: look.symbol, size: 11, line: { color: look.colour, width: 2 } },
    hovertemplate: `${name}<br>across ${said(x)}<br>up ${said(y)}<extra></extra>`,
  };
}

// ---------------------------------------------------------------- sensitivity

/** A scenario is shown when one of the chosen policies is it, or an arm of it. */
function shownScenarios() {
  const chosenOnes = new Set(shownPolicies().map((p) => data.policies[p].scenario));
  return data.scenarios.map((_, s) => s).filter((s) => chosenOnes.has(s));
}

function scenarioLook(s) {
  const p = data.policies.findIndex((policy) => policy.name === data.scenarios[s]);
  if (p === data.baseline || (s === 0 && p < 0)) return { ...policyLook(data.baseline), width: 2 };
  return p >= 0 && data.policies[p].place === null ? policyLook(p) : turnLook(s - 1);
}

function showSensitivity() {
  const place = byId("axes");
  if (!place) return;
  const shown = shownScenarios();
  const series = chosen();
  byId("sensitivity-words").textContent = `${withUnits(series.label, series.units)}, ${data.markWords[state.mark]}.`;
  data.axes.forEach((axis, a) => {
    const groups = [...data.groups.entries()].filter(([, group]) => group.axis === a && shown.includes(group.scenario));
    let box = byId(`axis-${a}`);
    if (!box) {
      box = element("div", { class: "chart", id: `axis-${a}` });
      place.append(element("div", {}, element("h3", {}, axis.path), element("p", { class: "note", id: `axis-${a}-words` }), box));
    }
    const traces = groups.flatMap(([g, group]) => axisTraces(g, group));
    byId(`axis-${a}-words`).textContent = groups.length
      ? "Explains " + groups.map(([g, group]) => `${shareText(data.explained[state.series][g][state.mark])} of the variance of the runs${data.scenarios.length > 1 ? ` of ${data.scenarios[group.scenario]}` : ""}`).join(", ") + "."
      : "The runs chosen do not differ along this axis.";
    draw(
      box,
      traces,
      { height: 280, hovermode: "closest", margin: { l: 60, r: 10, t: 10, b: 50 }, xaxis: { title: { text: wrap(withUnits(axis.path, axis.units), 40) } }, yaxis: { title: { text: wrap(withUnits(series.label, series.units), 30) } } },
      `${series.label} against ${axis.path}. ${byId(`axis-${a}-words`).textContent}`,
    );
  });
  showKey("axes-key", shown.map((s) => [data.scenarios[s], scenarioLook(s)]));
  offerTable("axes-table", () =>
    table(
      `Mean of ${withUnits(series.label, series.units)}, ${data.markWords[state.mark]}, along each axis, with its 95 % interval`,
      ["axis", "scenario", "value", "mean", "interval", "runs"],
      [...data.groups.entries()]
        .filter(([, group]) => shown.includes(group.scenario))
        .flatMap(([g, group]) => {
          const [mean, half, runs] = data.responses[state.series][g][state.mark];
          return group.places.map((value, k) => [
            data.axes[group.axis].path, data.scenarios[group.scenario], typeof value === "string" ? value : number(value),
            number(mean[k]), half[k] === null ? "–" : interval(mean[k] - half[k], mean[k] + half[k]), String(runs[k]),
          ]);
        }),
      2,
    ),
  );
}

const shareText = (share) => (share === null ? "an unknown share" : `${Math.round(100 * share)} %`);

function axisTraces(g, group) {
  const look = scenarioLook(group.scenario);
  const name = escapeText(data.scenarios[group.scenario]);
  const [mean, half, runs] = data.responses[state.series][g][state.mark];
  const line = {
    name,
    x: group.places,
    y: mean,
    error_y: { type: "data", array: half.map((value) => value ?? 0), color: look.colour, thickness: 1.2, width: 3 },
    mode: typeof group.places[0] === "string" ? "markers" : "lines+markers",
    line: { color: look.colour, dash: look.dash, width: 2 },
    marker: { color: look.colour, symbol: look.symbol, size: 8 },
    customdata: runs,
    hovertemplate: `${name}<br>%{x:.4~g}: %{y:.4~g}, %{customdata} runs<extra></extra>`,
  };
  const points = data.points[state.series]?.[state.mark];
  if (!group.continuous || !points) return [line];
  const own = points.map((_, k) => k).filter((k) => data.pointScenarios[k] === group.scenario);
  const cloud = {
    x: own.map((k) => data.pointAxes[group.axis][k]),
    y: own.map((k) => points[k]),
    mode: "markers",
    marker: { color: faded(look.colour, 0.3), size: 4 },
    hoverinfo: "skip",
    showlegend: false,
  };
  return [cloud, line];
}

// ---------------------------------------------------------------- paper

/** Charts are as wide as the window; on paper they are as wide as the page. */
function fitToPaper() {
  for (const box of document.querySelectorAll(".chart")) {
    if (box.data) Plotly.relayout(box, { autosize: false, width: box.closest(".panels") ? 330 : 670 });
  }
}

function fitToScreen() {
  for (const box of document.querySelectorAll(".chart")) {
    if (box.data) Plotly.relayout(box, { autosize: true, width: null });
  }
}

// ---------------------------------------------------------------- the page

function show() {
  showControls();
  showTrajectories();
  showDifferences();
  showContrasts();
  showTradeOffs();
  showSensitivity();
  byId("paper-choice").textContent =
    `Shown on paper: ${chosen().label}; ${shownPolicies().map((p) => data.policies[p].name).join(", ")}; ${data.markWords[state.mark]}.`;
}

async function start() {
  [data] = await Promise.all([unpack("data").then(JSON.parse), loadPlotly()]);
  state = initialState();
  readAddress();
  buildControls();
  show();
  addEventListener("hashchange", () => readAddress() && show());
  addEventListener("beforeprint", fitToPaper);
  addEventListener("afterprint", fitToScreen);
  if (byId("heat")) byId("heat").addEventListener("keydown", moveInTable);
  document.documentElement.dataset.ready = "yes";
}

start().catch((error) => {
  reportError(error);
  byId("loading").hidden = false;
});
