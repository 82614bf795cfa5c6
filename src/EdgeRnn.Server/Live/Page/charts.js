// Courses over up to 15 minutes as SVG: lines with axes and a legend.
import { clock, text } from './words.js';

const Width = 600, Height = 100;
const Shortest = 2 * 60 * 1000, Longest = 15 * 60 * 1000;
const Colors = 8;

export function svg(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function element(name, className, content = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = content;
  return made;
}

// 1, 2 or 5 times a power of ten, not below the value: the end of an axis.
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(factor => factor * power).find(end => end >= value * 0.9999);
}

function build(host) {
  const plot = element('div', 'plot'), drawing = svg('svg', { viewBox: `0 0 ${Width} ${Height}`, preserveAspectRatio: 'none', role: 'img' });
  plot.append(element('span', 'most'), element('span', 'least'), drawing);
  host.replaceChildren(element('p', 'chart-title'), element('p', 'legend'), plot, element('p', 'hours'));
  return host;
}

function line(values, x, y) {
  let path = '', isOpen = false;
  values.forEach((value, i) => {
    // A point alone is a dot.
    if (value !== null) path += isOpen ? `L${x(i)} ${y(value)}` : `M${x(i)} ${y(value)}h0.01`;
    isOpen = value !== null;
  });
  return path;
}

/**
 * Draws a chart into an element.
 * @param series [{ name, values: one per time or null, color: 0 to 7 }]
 * @param format the words for a value of the axis
 * @param axis the ends of the axis; by default from 0 to what the values need
 */
export function chart(host, title, times, series, format, axis = {}) {
  const parts = (host.firstElementChild ? host : build(host)).children;
  const drawing = parts[2].querySelector('svg'), end = times.at(-1) ?? Date.now();
  const range = Math.min(Longest, Math.max(Shortest, end - (times[0] ?? end)));
  const known = series.flatMap(one => one.values.filter(value => value !== null));
  const least = axis.least ?? Math.min(0, ...known.filter(value => value < 0).map(value => -roundUp(-value)));
  const most = axis.most ?? roundUp(Math.max(0, ...known));
  const x = i => (Width * (1 - (end - times[i]) / range)).toFixed(1);
  const y = value => (Height - 2 - (Height - 4) * (Math.min(most, Math.max(least, value)) - least) / (most - least)).toFixed(1);

  text(parts[0], title);
  legend(parts[1], series.length > 1 ? series : []);
  text(parts[2].children[0], format(most));
  text(parts[2].children[1], format(least));
  drawing.replaceChildren(
    ...[0, 1, 2].map(third => svg('line', { class: 'grid', x1: third * Width / 3, x2: third * Width / 3, y1: 0, y2: Height })),
    ...(least < 0 ? [svg('line', { class: 'grid', x1: 0, x2: Width, y1: y(0), y2: y(0) })] : []),
    ...series.map(one => svg('path', { class: `s${one.color % Colors}`, d: line(one.values, x, y) })));
  const last = series.map(one => ({ name: one.name, value: one.values.at(-1) ?? null }));
  drawing.setAttribute('aria-label', `${title}, last ${Math.round(range / 60000)} minutes; now: ${last.map(one => `${one.name} ${one.value === null ? 'unknown' : format(one.value)}`).join(', ')}`);
  const hours = [1, 2 / 3, 1 / 3, 0].map(share => clock(end - share * range, range < Longest / 3));
  if (parts[3].textContent !== hours.join('')) parts[3].replaceChildren(...hours.map(hour => element('span', '', hour)));
}

// The colors of names, as many as there are colors.
export function legend(host, entries) {
  const key = entries.map(entry => `${entry.color}${entry.name}`).join();
  if (host.dataset.key === key) return;
  host.dataset.key = key;
  host.replaceChildren(...entries.flatMap(entry => {
    const swatch = svg('svg', { class: `swatch l${entry.color % Colors}`, viewBox: '0 0 10 10', 'aria-hidden': 'true' });
    swatch.append(svg('rect', { width: 10, height: 10, rx: 3 }));
    const item = element('span', 'legend-item');
    item.append(swatch, entry.name);
    return [item];
  }));
}

// A bar per step: its color is the strongest output, its height the confidence; none if there was no result.
export function spark(drawing, marks, isConfidence, labels, length) {
  const step = 120 / length, first = length - marks.length;
  drawing.replaceChildren(...marks.flatMap((mark, i) => {
    if (mark === null) return [];
    const height = isConfidence && mark.value !== null ? Math.max(2, 24 * mark.value) : 14;
    return [svg('rect', {
      class: `l${mark.output % Colors}`, x: ((first + i) * step).toFixed(1), y: (24 - height).toFixed(1),
      width: (step * 0.85).toFixed(2), height: height.toFixed(1),
    })];
  }));
  const seen = [...new Set(marks.filter(mark => mark !== null).map(mark => labels[mark.output] ?? `output ${mark.output}`))];
  drawing.setAttribute('aria-label', seen.length > 0 ? `last 5 minutes: ${seen.join(', ')}` : 'no results in the last 5 minutes');
}
