// Slack's data_visualization drawn as SVG. The drawing is for the eye; the same numbers stand in a table beside it that
// only a screen reader sees. Colour never tells series apart alone: order, dashes, marks and the legend do too.
import { html } from "./vendor/htm-preact-standalone.module.js";

const WIDTH = 560;
const HEIGHT = 220;
const DASHES = ["", "7 4", "2 4", "10 4 2 4", "1 3", "12 6"];

/** The block {title, chart}. `locale` writes the numbers. */
export function Chart({ block, page }) {
  const { chart, title } = block;
  const Kind = Object.hasOwn(KINDS, chart?.type) ? KINDS[chart.type] : null;
  if (!Kind) return html`<div class="unknown" role="note">${page.words.unknownElement(String(chart?.type))}</div>`;
  const say = (value) => new Intl.NumberFormat(page.locale, { maximumFractionDigits: 2 }).format(value);
  return html`<figure class="block-chart">
    <figcaption>${title}</figcaption>
    <${Kind} chart=${chart} say=${say} />
    <${Numbers} title=${title} chart=${chart} say=${say} />
  </figure>`;
}

const KINDS = { pie: Pie, bar: Axes, line: Axes, area: Axes };

function Numbers({ title, chart, say }) {
  const names = chart.type === "pie" ? [title] : chart.series.map((series) => series.name);
  const labels = chart.type === "pie" ? chart.segments.map((segment) => segment.label) : chart.axis_config.categories;
  const value = (label, n) =>
    chart.type === "pie"
      ? chart.segments.find((segment) => segment.label === label).value
      : chart.series[n].data.find((point) => point.label === label)?.value;
  return html`<div class="only-read"><table>
    <caption>${title}</caption>
    <thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${labels.map(
      (label) => html`<tr><th scope="row">${label}</th>${names.map((_, n) => html`<td>${say(value(label, n))}</td>`)}</tr>`,
    )}</tbody>
  </table></div>`;
}

function Legend({ entries, lines }) {
  return html`<ul class="legend" aria-hidden="true">
    ${entries.map(
      ([name, note], n) => html`<li>
        <svg viewBox="0 0 22 12" class=${`series-${n}`}>
          ${lines ? html`<path d="M0 6H22" class="stroke" stroke-dasharray=${DASHES[n]} />` : html`<rect width="22" height="12" rx="2" class="fill" />`}
        </svg>${name}${note && html` <b>${note}</b>`}
      </li>`,
    )}
  </ul>`;
}

function Pie({ chart, say }) {
  const total = chart.segments.reduce((sum, segment) => sum + segment.value, 0);
  let turned = 0;
  const at = (turn) => [100 + 92 * Math.sin(2 * Math.PI * turn), 100 - 92 * Math.cos(2 * Math.PI * turn)];
  const slices = chart.segments.map((segment, n) => {
    const share = segment.value / total;
    const [from, to] = [at(turned), at(turned + share)];
    turned += share;
    // A full circle has no two ends: an arc could not draw it.
    return share > 0.9999
      ? html`<circle cx="100" cy="100" r="92" class=${`series-${n} fill edge`} />`
      : html`<path class=${`series-${n} fill edge`} d=${`M100 100L${from}A92 92 0 ${share > 0.5 ? 1 : 0} 1 ${to}Z`} />`;
  });
  const entries = chart.segments.map(({ label, value }) => [label, `${say(value)} · ${say((100 * value) / total)} %`]);
  return html`<div class="chart-pie">
    <svg viewBox="0 0 200 200" aria-hidden="true">${slices}</svg>
    <${Legend} entries=${entries} />
  </div>`;
}

/** Bars, lines and areas over the categories of one axis. */
function Axes({ chart, say }) {
  const { categories, x_label: below, y_label: beside } = chart.axis_config;
  const rows = chart.series.map((series) => categories.map((label) => series.data.find((point) => point.label === label)?.value ?? 0));
  const values = rows.flat();
  const ticks = ticksFor(Math.min(0, ...values), Math.max(0, ...values), values.every(Number.isInteger) ? 1 : 0);
  const [low, high] = [ticks[0], ticks.at(-1)];
  const box = { left: 14 + 7.5 * Math.max(...ticks.map((tick) => say(tick).length)), right: WIDTH - 8, top: 10, bottom: HEIGHT - 26 };
  const slot = (box.right - box.left) / categories.length;
  const x = (n) => box.left + slot * (n + 0.5);
  const y = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const every = Math.ceil((categories.length * 62) / (box.right - box.left));
  const draw = chart.type === "bar" ? bars : curves;
  return html`<div class="chart-axes">
    ${beside && html`<small aria-hidden="true">${beside}</small>`}
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      ${ticks.map(
        (tick) => html`<path class=${tick === 0 ? "zero" : "rule"} d=${`M${box.left} ${y(tick)}H${box.right}`} />
          <text x=${box.left - 6} y=${y(tick) + 4} text-anchor="end">${say(tick)}</text>`,
      )}
      ${draw(chart.type, rows, { x, y, slot })}
      ${categories.map((label, n) => n % every === 0 && html`<text x=${x(n)} y=${HEIGHT - 8} text-anchor="middle">${short(label)}</text>`)}
    </svg>
    ${below && html`<small class="below" aria-hidden="true">${below}</small>`}
    ${chart.series.length > 0 && html`<${Legend} entries=${chart.series.map((series) => [series.name])} lines=${chart.type === "line"} />`}
  </div>`;
}

function bars(_, rows, { x, y, slot }) {
  const width = Math.min(46, (slot * 0.76) / rows.length);
  return rows.flatMap((values, n) =>
    values.map((value, at) => {
      const left = x(at) + width * (n - rows.length / 2);
      return html`<rect class=${`series-${n} fill`} x=${left + 0.75} width=${Math.max(1, width - 1.5)} y=${Math.min(y(0), y(value))}
        height=${Math.abs(y(value) - y(0))} rx="2" />`;
    }),
  );
}

function curves(kind, rows, { x, y }) {
  return rows.map((values, n) => {
    const points = values.map((value, at) => `${x(at)} ${y(value)}`);
    return html`<g class=${`series-${n}`}>
      ${kind === "area" && html`<path class="fill under" d=${`M${x(0)} ${y(0)}L${points.join("L")}L${x(values.length - 1)} ${y(0)}Z`} />`}
      <path class="stroke" d=${`M${points.join("L")}`} stroke-dasharray=${kind === "line" ? DASHES[n] : ""} />
      ${values.map((value, at) => html`<circle class="fill" cx=${x(at)} cy=${y(value)} r="3.2" />`)}
    </g>`;
  });
}

function short(label) {
  return [...label].length > 9 ? `${[...label].slice(0, 8).join("")}…` : label;
}

/** Up to six round numbers that hold `low` and `high` between them; whole ones where the steps are to be whole. */
function ticksFor(low, high, whole) {
  const rough = (high - low || 1) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * size).find((one) => one >= Math.max(rough, whole) && (!whole || Number.isInteger(one)));
  const ticks = [];
  for (let n = Math.floor(low / step); ; n += 1) {
    ticks.push(Number((n * step).toPrecision(12)));
    if (n * step >= high && ticks.length > 1) return ticks;
  }
}
