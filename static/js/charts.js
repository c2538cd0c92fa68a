// Charts from the JSON beside them. Their colours and type come from the page's tokens, so a change of theme redraws them.
(() => {
  const figures = () => document.querySelectorAll("figure[data-chart]");
  const charts = new Map();
  let library = null;

  function load(source) {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  // A token may be light-dark(…): let the browser work it out.
  function colour(name) {
    const probe = document.createElement("i");
    probe.hidden = true;
    document.body.append(probe);
    probe.style.color = `var(${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  function faded(text, alpha) {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = text;
    const hex = canvas.fillStyle;
    return `rgb(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(" ")} / ${alpha})`;
  }

  // The line's colour, fading out towards the axis.
  function gradient(stroke) {
    const [top, bottom] = [faded(stroke, .2), faded(stroke, 0)];
    return ({ chart }) => {
      if (!chart.chartArea) return bottom;
      const paint = chart.ctx.createLinearGradient(0, chart.chartArea.top, 0, chart.chartArea.bottom);
      paint.addColorStop(0, top);
      paint.addColorStop(1, bottom);
      return paint;
    };
  }

  function tick(metric) {
    const language = document.documentElement.lang || "en";
    if (metric.kind === "money") {
      const money = new Intl.NumberFormat(language, { style: "currency", currency: metric.currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumFractionDigits: 2 });
      const digits = new Intl.NumberFormat(language, { style: "currency", currency: metric.currency }).resolvedOptions().maximumFractionDigits;
      return (value) => money.format(value / 10 ** (digits + 2)); // ledger units: the currency's digits and two more
    }
    const options = metric.kind === "percent" ? { style: "percent", maximumFractionDigits: 2 } : { notation: "compact", maximumFractionDigits: 1 };
    const plain = new Intl.NumberFormat(language, options);
    return (value) => plain.format(value);
  }

  function line(values, texts, label, stroke, extra) {
    return {
      data: values, texts, label, borderColor: stroke, borderWidth: 2, pointRadius: values.length < 2 ? 3 : 0, pointHoverRadius: 4,
      pointBackgroundColor: stroke, pointHitRadius: 12, cubicInterpolationMode: "monotone", ...extra,
    };
  }

  function datasets(data, metric, legend) {
    const strong = colour("--link");
    const words = [...legend.querySelectorAll("span")].map((span) => span.textContent);
    const bars = data.type === "bar" ? { backgroundColor: faded(strong, .75), borderWidth: 0, borderRadius: 4, maxBarThickness: 36 } : { fill: true, backgroundColor: gradient(strong) };
    const sets = [line(metric.values, metric.texts, metric.previous ? words[0] : metric.label, strong, bars)];
    if (metric.previous) {
      sets.push(line(metric.previous, metric.previousTexts, words[1] || "", colour("--faint"), { type: "line", borderDash: [4, 4], borderWidth: 1.5, fill: false }));
    }
    return sets;
  }

  function options(metric) {
    const muted = colour("--muted");
    const grid = colour("--line");
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    return {
      responsive: true, maintainAspectRatio: false, animation: false, interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colour("--raised"), titleColor: colour("--text"), bodyColor: muted, borderColor: colour("--line-strong"), borderWidth: 1,
          padding: 10, cornerRadius: 8, titleFont: { ...font, weight: 600 }, bodyFont: font, usePointStyle: true, boxWidth: 6, boxHeight: 6,
          callbacks: { label: (item) => ` ${item.dataset.label}: ${item.dataset.texts[item.dataIndex]}` },
        },
      },
      scales: {
        x: { grid: { display: false }, border: { color: grid }, ticks: { color: muted, font, maxRotation: 0, autoSkipPadding: 24 } },
        y: { beginAtZero: true, grid: { color: grid, drawTicks: false }, border: { display: false }, ticks: { color: muted, font, padding: 10, maxTicksLimit: 5, callback: tick(metric) } },
      },
    };
  }

  function draw(figure) {
    const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    const metric = data.metrics.find((one) => one.key === (figure.dataset.selected || data.selected)) || data.metrics[0];
    if (!metric) return;
    const legend = figure.querySelector("[data-chart-legend]");
    legend.hidden = !metric.previous;
    figure.querySelector("[data-chart-title]").textContent = metric.label;
    charts.get(figure)?.destroy();
    const config = { type: data.type === "bar" ? "bar" : "line", data: { labels: data.labels, datasets: datasets(data, metric, legend) }, options: options(metric) };
    charts.set(figure, new window.Chart(figure.querySelector("canvas"), config));
  }

  async function drawAll() {
    const all = [...figures()];
    if (!all.length) return;
    await Promise.all([load(all[0].dataset.chartLib), document.fonts.ready]);
    all.forEach(draw);
  }

  document.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-chart-metric]");
    if (!tile) return;
    const figure = document.getElementById(tile.dataset.chartId);
    if (!figure) return;
    figure.dataset.selected = tile.dataset.chartMetric;
    for (const other of document.querySelectorAll("[data-chart-metric]")) {
      if (other.dataset.chartId === tile.dataset.chartId) other.setAttribute("aria-pressed", String(other === tile));
    }
    if (window.Chart) draw(figure);
  });
  document.addEventListener("theme-change", () => { if (window.Chart) figures().forEach(draw); });
  document.addEventListener("htmx:after:swap", drawAll);
  drawAll();
})();
