// Numbers, times and states in words.

export const at = id => document.getElementById(id);

export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

export function number(value, digits = 0) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// Three significant digits.
export function significant(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

export function rate(value) {
  return number(value, value < 100 ? 1 : 0);
}

export function many(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function seconds(value) {
  if (value === null) return '–';
  if (value === 0) return '0';
  if (value < 1e-3) return `${significant(value * 1e6)} µs`;
  return value < 1 ? `${significant(value * 1e3)} ms` : `${significant(value)} s`;
}

export function span(value) {
  if (value < 60) return `${Math.floor(value)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min`;
  return value < 86400 ? `${Math.floor(value / 3600)} h ${Math.floor(value % 3600 / 60)} min` : `${Math.floor(value / 86400)} d ${Math.floor(value % 86400 / 3600)} h`;
}

export function clock(milliseconds, withSeconds = false) {
  return new Date(milliseconds).toLocaleTimeString('en-GB', { timeStyle: withSeconds ? 'medium' : 'short' });
}

export function bytes(value) {
  const unit = value < 1e6 ? ['kB', 1e3] : value < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${significant(value / unit[1])} ${unit[0]}`;
}

export function joules(value) {
  return value < 1e-3 ? `${significant(value * 1e6)} µJ` : value < 1 ? `${significant(value * 1e3)} mJ` : `${significant(value)} J`;
}

export function output(value, isConfidence) {
  if (value === null) return 'not finite';
  return isConfidence ? `${number(value * 100, 1)} %` : significant(value);
}

// The states of a stream in the order of their urgency; the words explain them.
export const States = {
  dropping: { word: 'dropping', means: 'dropped frames within the last 10 s: they came faster than they were computed' },
  unread: { word: 'not read', means: 'the client does not take its results' },
  silent: { word: 'silent', means: 'no frame for 10 times as long as usual' },
  late: { word: 'late', means: 'a block took longer than its budget, or than its longest wait, within the last 10 s' },
  draining: { word: 'draining', means: 'takes no more frames and answers the rest' },
  active: { word: 'active', means: 'frames come as usual' },
};

export const Outcomes = { well: 'ended', cut: 'cut off', failed: 'failed', refused: 'refused' };

// Makes a list of elements have one for each item; elements are reused by position.
export function fit(parent, count, template) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(at(template).content.cloneNode(true));
  return parent.children;
}
