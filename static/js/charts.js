// Draws each <figure data-chart> from the JSON in it, in the colours of the tokens.

// The first row is plain, so that the others can be told from it without colour.
const DECALS = [
  { symbol: "rect", color: "transparent" },
  { symbol: "rect", color: "rgb(255 255 255 / 22%)", dashArrayX: [1, 0], dashArrayY: [1, 6], rotation: -Math.PI / 4 },
  { symbol: "circle", color: "rgb(255 255 255 / 30%)", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 0], symbolSize: 0.6 },
  { symbol: "rect", color: "rgb(255 255 255 / 22%)", dashArrayX: [1, 0], dashArrayY: [1, 6], rotation: Math.PI / 4 },
];

// A long name beside a bar leaves room for the bar; the table below has all of it.
const SHORTENED = { width: 130, overflow: "truncate" };

// What a token is worth now: the browser resolves the colour scheme.
function token(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function colours() {
  const named = Object.fromEntries(
    ["accent", "green", "teal", "blue", "violet", "amber", "red", "grey"].map((tone) => [
      tone,
      token(`--${tone}`),
    ]),
  );
  return {
    ...named,
    text: token("--text"),
    soft: token("--text-muted"),
    line: token("--border"),
    ground: token("--surface"),
    sunken: token("--sunken"),
  };
}

function written(value, unit) {
  if (value === null || value === undefined) return "–";
  return value.toLocaleString("en") + unit;
}

function axes(data, shades) {
  const names = {
    type: "category",
    data: data.labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: shades.line } },
    axisLabel: { color: shades.soft, fontSize: 11, hideOverlap: true, ...(data.sideways && SHORTENED) },
    inverse: data.sideways,
  };
  const numbers = {
    type: "value",
    minInterval: data.unit === "%" ? undefined : 1,
    splitLine: { lineStyle: { color: shades.line } },
    axisLabel: { color: shades.soft, fontSize: 11, formatter: (value) => written(value, data.unit) },
  };
  return data.sideways ? { xAxis: numbers, yAxis: names } : { xAxis: names, yAxis: numbers };
}

function cartesian(data, shades) {
  return {
    ...axes(data, shades),
    grid: { left: 12, right: 12, top: data.series.length > 1 ? 34 : 12, bottom: 12, containLabel: true },
    tooltip: { trigger: "axis", axisPointer: { type: data.kind === "line" ? "line" : "shadow" } },
    series: data.series.map((row) => ({
      name: row.name,
      type: data.kind,
      data: row.values,
      stack: data.stacked ? "all" : undefined,
      itemStyle: {
        color: shades[row.tone],
        borderRadius: 3,
        borderColor: shades.ground,
        borderWidth: data.stacked ? 1 : 0,
      },
      lineStyle: { width: 2.5 },
      symbol: "circle",
      symbolSize: 7,
      barMaxWidth: 20,
      emphasis: { focus: "none" },
    })),
  };
}

// Between a colour and the ground it stands on; both as the browser writes them, rgb(r, g, b).
function towards(ground, colour, share) {
  const [from, to] = [colour, ground].map((text) => text.match(/[\d.]+/g).map(Number));
  return `rgb(${[0, 1, 2].map((at) => Math.round(from[at] + (to[at] - from[at]) * share))})`;
}

// A bar a step, as long as who came so far; beside it how many, and the share of the step before.
function funnel(data, shades) {
  const [row] = data.series;
  const told = (at) => {
    const before = at ? row.values[at - 1] : 0;
    const share = before ? `   ${Math.round((100 * row.values[at]) / before)}%` : "";
    return `{number|${written(row.values[at], data.unit)}}{share|${share}}`;
  };
  return {
    grid: { left: 4, right: 104, top: 4, bottom: 4, containLabel: true },
    tooltip: { trigger: "item" },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      data: data.labels,
      inverse: true,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: shades.soft, fontSize: 12 },
    },
    series: [
      {
        name: row.name,
        type: "bar",
        barWidth: "64%",
        barMinHeight: 3,
        showBackground: true,
        backgroundStyle: { color: shades.sunken, borderRadius: 4 },
        label: {
          show: true,
          position: "right",
          formatter: (item) => told(item.dataIndex),
          rich: {
            number: { color: shades.text, fontSize: 12, fontWeight: 600 },
            share: { color: shades.soft, fontSize: 12 },
          },
        },
        data: row.values.map((value, at) => ({
          value: value ?? 0,
          itemStyle: {
            borderRadius: 4,
            color: towards(shades.ground, shades[row.tone], (at * 0.45) / data.labels.length),
          },
        })),
      },
    ],
  };
}

function options(data) {
  const shades = colours();
  const kind = data.kind === "funnel" ? funnel(data, shades) : cartesian(data, shades);
  return {
    animation: false,
    aria: { enabled: true, decal: { show: data.series.length > 1 && data.kind === "bar", decals: DECALS } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: {
      show: data.series.length > 1,
      top: 0,
      left: 0,
      icon: "roundRect",
      itemWidth: 10,
      itemHeight: 10,
      textStyle: { color: shades.soft },
    },
    ...kind,
    tooltip: {
      ...kind.tooltip,
      renderMode: "richText",
      backgroundColor: shades.ground,
      borderColor: shades.line,
      textStyle: { color: shades.text, fontSize: 12 },
      valueFormatter: (value) => written(value, data.unit),
    },
  };
}

// Where it is narrow, the names of many rows take two lines above the chart.
function media(data) {
  if (data.kind === "funnel" || data.series.length < 4) return [];
  return [
    { query: { maxWidth: 440 }, option: { grid: { top: 54 } } },
    { option: { grid: { top: 34 } } },
  ];
}

function draw(figure) {
  const canvas = figure.querySelector(".chart__canvas");
  if (!canvas) return;
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  let drawing = echarts.getInstanceByDom(canvas);
  if (!drawing) {
    drawing = echarts.init(canvas);
    new ResizeObserver(() => drawing.resize()).observe(canvas);
    drawing.on("click", (item) => {
      const href = data.links[item.dataIndex];
      if (href) window.location.assign(href);
    });
  }
  drawing.setOption({ baseOption: options(data), media: media(data) }, true);
}

function drawAll() {
  document.querySelectorAll("figure[data-chart]").forEach(draw);
}

document.addEventListener("colour-scheme", drawAll);
document.addEventListener("htmx:load", drawAll);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
drawAll();
