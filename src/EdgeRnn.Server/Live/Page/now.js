// The server as a whole: tiles, courses, latencies, blocks and models.
import { chart } from './charts.js';
import { States, at, bytes, fit, joules, many, number, rate, seconds, significant, span, text } from './words.js';

const StageNames = { block_wait: 'Gathering the block', queue: 'Waiting for a pass', compute: 'Weight pass', total: 'In total' };
const ShortestBar = 1e-5, LongestBar = 10;

function tile(name, value, note) {
  text(at(name), value);
  text(at(`${name}-note`), note);
}

export function showTiles({ server, load, latency, passes, machine, streamCount }) {
  const total = latency.at(-1);
  text(at('about'), `version ${server.version} · kernels ${server.kernels} · ${many(server.workers, 'worker')} · up ${span(server.uptimeS)}`);
  tile('streams', number(streamCount), Object.keys(States).filter(state => load.states[state] > 0)
    .reverse().map(state => `${load.states[state]} ${States[state].word}`).join(' · '));
  tile('rate', rate(load.computedPerS), load.dropped > 0 ? `${many(load.dropped, 'frame')} dropped` : 'none dropped');
  tile('p99', seconds(total.p99), total.p50 === null ? '' : `median ${seconds(total.p50)}`);
  tile('misses', load.budgetBlocks > 0 ? number(load.budgetMisses) : '–',
    load.budgetBlocks > 0 ? `of ${many(load.budgetBlocks, 'block')} with a budget` : 'no block had a budget');
  at('misses').classList.toggle('alarm', load.budgetMisses > 0);
  at('rate-note').classList.toggle('alarm', load.dropped > 0);
  tile('sharing', passes.sessionsPerPass === null ? '–' : number(passes.sessionsPerPass, 1),
    passes.framesPerPass === null ? '' : `${number(passes.framesPerPass, 1)} frames/pass`);
  tile('cpu', `${number(machine.cpu * 100, machine.cpu < 0.1 ? 1 : 0)} %`, `of ${many(machine.processors, 'processor')}`);
  tile('memory', bytes(machine.memoryBytes), `${bytes(machine.heapBytes)} managed`);
  at('power-tile').hidden = machine.watts === null;
  if (machine.watts !== null)
    tile('power', `${significant(machine.watts)} W`, machine.joulesPerFrame === null ? machine.sensor : `${joules(machine.joulesPerFrame)} per frame`);
  for (const window of document.querySelectorAll('.window'))
    text(window, `last ${server.windowS < 120 ? `${server.windowS} s` : `${Math.round(server.windowS / 60)} min`}`);
}

export function showCourse(points) {
  const times = points.map(point => point.timeMs), of = name => points.map(point => point[name]);
  chart(at('rate-chart'), 'Frames per second', times, [{ name: 'frames/s', values: of('framesPerS'), color: 0 }], significant);
  chart(at('latency-chart'), 'Time of a frame', times,
    [{ name: 'median', values: of('p50'), color: 0 }, { name: '99 %', values: of('p99'), color: 1 }], seconds);
  chart(at('streams-chart'), 'Streams', times,
    [{ name: 'open', values: of('streams'), color: 0 }, { name: 'silent', values: of('silent'), color: 3 }], significant);
  chart(at('trouble-chart'), 'Misses and drops', times,
    [{ name: 'budget misses', values: of('budgetMisses'), color: 1 }, { name: 'frames dropped', values: of('dropped'), color: 3 }], significant);
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

export function showLatency(latency) {
  const body = fit(at('latency-rows'), latency.length, 'bar-row');
  latency.forEach((stage, i) => {
    text(body[i].firstElementChild, StageNames[stage.stage]);
    bar(body[i], stage.p50 === null ? 0 : place(stage.p50), stage.p99 === null ? 0 : place(stage.p99));
    cells(body[i], [seconds(stage.p50), seconds(stage.p95), seconds(stage.p99)]);
  });
}

export function showBlocks(blocks) {
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const body = fit(at('block-rows'), blocks.length, 'bar-row');
  blocks.forEach((block, i) => {
    const share = total > 0 ? block.count / total : 0;
    text(body[i].firstElementChild, block.from === block.to ? `${block.from}` : `${block.from} to ${block.to}`);
    bar(body[i], 0, share);
    cells(body[i], [share > 0 && share < 0.005 ? '< 1 %' : `${number(share * 100)} %`]);
  });
}

export function showModels(models, broken) {
  at('broken').hidden = broken.length === 0;
  text(at('broken-names'), broken.join(', '));
  const host = fit(at('models'), models.length, 'model-details');
  models.forEach((model, i) => {
    const details = host[i];
    text(details.querySelector('.name'), model.name);
    text(details.querySelector('.note'), `${many(model.layers, `${model.family} layer`)} · ${bytes(model.weightBytes)} of weights · ${many(model.sessions, 'stream')}`);
    const facts = {
      Version: model.version, Parameters: number(model.parameters), Precision: model.precision,
      Frame: many(model.inputs, 'value') + (model.frameRate === null ? '' : `, ${significant(model.frameRate)} per second`),
      Output: many(model.outputs, 'value') + (model.labels.length > 0 ? `: ${model.labels.join(', ')}` : ''),
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
