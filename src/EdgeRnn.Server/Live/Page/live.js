// Shows the snapshots that live/events sends once per second. No libraries and no build step.
'use strict';

const HistoryLength = 60;
const StageNames = { block_wait: 'Gathering the block', queue: 'Waiting for a pass', compute: 'Weight pass', total: 'In total' };
const ShortestBar = 1e-5, LongestBar = 10;

const at = id => document.getElementById(id);
const rates = [];
const streams = new Map();

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

function number(value, digits = 0) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// Three significant digits.
function significant(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function seconds(value) {
  if (value === null) return '–';
  if (value < 1e-3) return `${significant(value * 1e6)} µs`;
  return value < 1 ? `${significant(value * 1e3)} ms` : `${significant(value)} s`;
}

function span(value) {
  if (value < 60) return `${Math.floor(value)} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min`;
  return value < 86400 ? `${Math.floor(value / 3600)} h ${Math.floor(value % 3600 / 60)} min` : `${Math.floor(value / 86400)} d ${Math.floor(value % 86400 / 3600)} h`;
}

function bytes(value) {
  const unit = value < 1e6 ? ['kB', 1e3] : value < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${significant(value / unit[1])} ${unit[0]}`;
}

function joules(value) {
  return value < 1e-3 ? `${significant(value * 1e6)} µJ` : value < 1 ? `${significant(value * 1e3)} mJ` : `${significant(value)} J`;
}

function showNow({ server, load, latency, passes, machine }) {
  const total = latency[latency.length - 1];
  text(at('about'), `version ${server.version} · kernels ${server.kernels} · ${server.workers} worker${server.workers === 1 ? '' : 's'} · up ${span(server.uptimeS)}`);
  text(at('streams'), number(load.active + load.silent + load.draining));
  const states = [[load.active, 'active'], [load.silent, 'silent'], [load.draining, 'draining']];
  text(at('streams-note'), states.filter(([count]) => count > 0).map(([count, state]) => `${count} ${state}`).join(' · '));
  text(at('rate'), load.computedPerS < 100 ? number(load.computedPerS, 1) : number(load.computedPerS));
  text(at('p99'), seconds(total.p99));
  text(at('p99-note'), total.p50 === null ? '' : `median ${seconds(total.p50)}`);
  text(at('misses'), number(load.budgetMisses));
  at('misses').classList.toggle('alarm', load.budgetMisses > 0);
  text(at('misses-note'), `of ${number(total.blocks)} blocks` + (load.dropped > 0 ? ` · ${number(load.dropped)} frames dropped` : ''));
  text(at('sharing'), passes.sessionsPerPass === null ? '–' : number(passes.sessionsPerPass, 1));
  text(at('sharing-note'), passes.framesPerPass === null ? '' : `${number(passes.framesPerPass, 1)} frames/pass`);
  text(at('cpu'), `${number(machine.cpu * 100, machine.cpu < 0.1 ? 1 : 0)} %`);
  text(at('cpu-note'), `of ${machine.processors} processor${machine.processors === 1 ? '' : 's'}`);
  text(at('memory'), bytes(machine.memoryBytes));
  text(at('memory-note'), `${bytes(machine.heapBytes)} managed`);
  at('power-tile').hidden = machine.watts === null;
  if (machine.watts !== null) {
    text(at('power'), `${significant(machine.watts)} W`);
    text(at('power-note'), machine.joulesPerFrame === null ? machine.sensor : `${joules(machine.joulesPerFrame)} per frame`);
  }

  for (const window of document.querySelectorAll('.window'))
    text(window, `last ${server.windowS < 120 ? `${server.windowS} s` : `${Math.round(server.windowS / 60)} min`}`);
  showConnection(server.draining ? 'draining' : 'live', server.draining ? 'draining' : 'active');
}

function showRates(rate) {
  rates.push(rate);
  if (rates.length > HistoryLength) rates.shift();
  const most = Math.max(1, ...rates), step = 120 / (HistoryLength - 1), start = 120 - (rates.length - 1) * step;
  at('rate-line').firstElementChild.setAttribute(
    'points', rates.map((value, i) => `${(start + i * step).toFixed(1)},${(22 - 20 * value / most).toFixed(1)}`).join(' '));
}

// Makes a table body have one row per item; rows are reused by position.
function rows(body, count, template) {
  while (body.children.length > count) body.lastElementChild.remove();
  while (body.children.length < count) body.append(at(template).content.cloneNode(true));
  return body.children;
}

function cells(row, values) {
  while (row.children.length < values.length + 2) {
    const cell = row.insertCell();
    cell.className = row.children.length === 4 && values.length === 3 ? 'number minor' : 'number';
  }
  values.forEach((value, i) => text(row.children[i + 2], value));
}

function bar(row, from, to) {
  const style = row.querySelector('.bar').style;
  style.left = `${(from * 100).toFixed(1)}%`;
  style.width = `${(Math.max(0, to - from) * 100).toFixed(1)}%`;
  // A bar of length 0 is still drawn as a mark; a missing value is not.
  style.minWidth = to > 0 ? '3px' : '0';
}

function place(value) {
  const share = Math.log(value / ShortestBar) / Math.log(LongestBar / ShortestBar);
  return Math.min(1, Math.max(0, share));
}

function showLatency(latency) {
  const body = rows(at('latency-rows'), latency.length, 'bar-row');
  latency.forEach((stage, i) => {
    text(body[i].firstElementChild, StageNames[stage.stage]);
    bar(body[i], stage.p50 === null ? 0 : place(stage.p50), stage.p99 === null ? 0 : place(stage.p99));
    cells(body[i], [seconds(stage.p50), seconds(stage.p95), seconds(stage.p99)]);
  });
}

function showBlocks(blocks) {
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const body = rows(at('block-rows'), blocks.length, 'bar-row');
  blocks.forEach((block, i) => {
    const share = total > 0 ? block.count / total : 0;
    text(body[i].firstElementChild, block.from === block.to ? `${block.from}` : `${block.from} to ${block.to}`);
    bar(body[i], 0, share);
    cells(body[i], [share > 0 && share < 0.005 ? '< 1 %' : `${number(share * 100)} %`]);
  });
}

function valueOf(result) {
  if (result.value === null) return 'not finite';
  return result.isConfidence ? `${number(result.value * 100, 1)} %` : significant(result.value);
}

// A bar per second: its color is the label, its height the confidence; none if there was no result.
function spark(svg, history) {
  const width = 120 / HistoryLength;
  svg.replaceChildren(...history.map((result, i) => {
    if (result === null) return null;
    const height = result.isConfidence ? Math.max(2, 24 * result.value) : 14;
    const mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    mark.setAttribute('class', `l${result.output % 8}`);
    mark.setAttribute('x', ((HistoryLength - history.length + i) * width).toFixed(1));
    mark.setAttribute('y', (24 - height).toFixed(1));
    mark.setAttribute('width', (width * 0.85).toFixed(2));
    mark.setAttribute('height', height.toFixed(1));
    return mark;
  }).filter(mark => mark !== null));
  const labels = [...new Set(history.filter(result => result !== null).map(result => result.label))];
  svg.setAttribute('aria-label', labels.length > 0 ? `last minute: ${labels.join(', ')}` : 'no results in the last minute');
}

function remember(stream) {
  const known = streams.get(stream.id) ?? { history: [], number: 0 };
  streams.set(stream.id, known);
  const isNew = stream.result !== null && stream.result.number !== known.number;
  known.history.push(isNew ? stream.result : null);
  if (known.history.length > HistoryLength) known.history.shift();
  if (stream.result !== null) known.number = stream.result.number;
  return known.history;
}

function showStreams(list, count) {
  at('no-streams').hidden = count > 0;
  at('streams-table').hidden = count === 0;
  at('more-streams').hidden = count <= list.length;
  text(at('more-streams'), `and ${number(count - list.length)} more`);
  const present = new Set(list.map(stream => stream.id));
  for (const id of streams.keys()) if (!present.has(id)) streams.delete(id);
  const body = rows(at('stream-rows'), list.length, 'stream-row');
  list.forEach((stream, i) => {
    const row = body[i], part = name => row.querySelector(name);
    row.className = stream.state;
    text(part('.id'), stream.id);
    text(part('.model'), stream.model);
    part('.pill').className = `pill ${stream.state}`;
    text(part('.pill'), stream.state === 'silent' ? `silent for ${span(stream.silentS)}` : stream.state);
    part('.swatch').setAttribute('class', `swatch l${(stream.result?.output ?? 0) % 8}`);
    part('.swatch').toggleAttribute('hidden', stream.result === null);
    text(part('.label'), stream.result === null ? '–' : stream.result.label);
    text(part('.value'), stream.result === null ? '' : valueOf(stream.result));
    spark(part('.spark'), remember(stream));
    text(part('.frames'), number(stream.frames));
    text(part('.age'), span(stream.ageS));
  });
}

function showModels(models) {
  const host = at('models');
  while (host.children.length > models.length) host.lastElementChild.remove();
  while (host.children.length < models.length) host.append(at('model-details').content.cloneNode(true));
  models.forEach((model, i) => {
    const details = host.children[i];
    text(details.querySelector('.name'), model.name);
    text(details.querySelector('.note'), `${model.layers} ${model.family} layer${model.layers === 1 ? '' : 's'} · ${bytes(model.weightBytes)} of weights · ${model.sessions} stream${model.sessions === 1 ? '' : 's'}`);
    const facts = {
      Version: model.version, Parameters: number(model.parameters), Precision: model.precision,
      Frame: `${model.inputs} values` + (model.frameRate === null ? '' : `, ${significant(model.frameRate)} per second`),
      Output: `${model.outputs} values` + (model.labels.length > 0 ? `: ${model.labels.join(', ')}` : ''),
      'State of a stream': bytes(model.stateBytes), Fingerprint: model.fingerprint,
    };
    const list = details.querySelector('dl');
    Object.entries(facts).forEach(([name, fact], j) => {
      if (list.children.length <= 2 * j) list.append(document.createElement('dt'), document.createElement('dd'));
      text(list.children[2 * j], name);
      text(list.children[2 * j + 1], fact);
    });
  });
}

function showConnection(words, kind) {
  at('connection').className = `pill ${kind}`;
  text(at('connection'), words);
}

function show(snapshot) {
  showNow(snapshot);
  showRates(snapshot.load.computedPerS);
  showStreams(snapshot.streams, snapshot.streamCount);
  showLatency(snapshot.latency);
  showBlocks(snapshot.blocks);
  showModels(snapshot.models);
}

// A hidden page disconnects, so that the server stops measuring, and reconnects when it is visible again.
let events = null;
function connect() {
  if (document.hidden || events !== null) return;
  events = new EventSource('live/events');
  events.onmessage = message => show(JSON.parse(message.data));
  events.onerror = () => {
    showConnection('no connection, trying again', 'waiting');
    if (events.readyState !== EventSource.CLOSED) return;
    disconnect();
    setTimeout(connect, 5000);
  };
}

function disconnect() {
  events?.close();
  events = null;
}

document.addEventListener('visibilitychange', () => document.hidden ? disconnect() : connect());
connect();
