// The table of open streams, one stream in detail, and those that have ended.
import { chart, legend, spark } from './charts.js';
import { Outcomes, States, at, clock, fit, many, number, output, rate, seconds, significant, span, text } from './words.js';

const SparkLength = 60, MaxLines = 8;
const rows = new Map();
let marks = {}, opened = null;

function nameOf(stream) {
  return stream.name || stream.id;
}

function rowOf(id) {
  if (!rows.has(id)) {
    const body = at('stream-row').content.cloneNode(true).firstElementChild;
    body.querySelector('button').addEventListener('click', () => open(opened === id ? null : id));
    rows.set(id, body);
  }
  return rows.get(id);
}

export function showStreams({ streams, streamCount, models }) {
  at('no-streams').hidden = streamCount > 0;
  at('streams-table').hidden = streamCount === 0;
  at('more-streams').hidden = streamCount <= streams.length;
  text(at('more-streams'), `and ${number(streamCount - streams.length)} more`);
  const present = new Set(streams.map(stream => stream.id));
  for (const [id, body] of rows) {
    if (present.has(id)) continue;
    body.remove();
    rows.delete(id);
    if (opened === id) opened = null;
  }
  const table = at('streams-table').firstElementChild;
  streams.forEach((stream, i) => {
    const body = rowOf(stream.id);
    if (table.tBodies[i] !== body) table.insertBefore(body, table.tBodies[i] ?? null);
    showRow(body, stream, models.find(model => model.name === stream.model));
  });
  const labeled = models.filter(model => model.sessions > 0 && model.labels.length > 0);
  legend(at('label-legend'), labeled.flatMap(model => model.labels.slice(0, MaxLines).map((name, i) =>
    ({ name: labeled.length > 1 ? `${model.name}: ${name}` : name, color: i }))));
}

function showRow(body, stream, model) {
  const part = name => body.querySelector(name);
  body.firstElementChild.className = stream.state;
  text(part('.name'), nameOf(stream));
  text(part('.model'), stream.name ? `${stream.id} · ${stream.model}` : stream.model);
  part('.pill').className = `pill ${stream.state}`;
  part('.pill').title = States[stream.state].means;
  text(part('.pill'), stream.state === 'silent' ? `silent for ${span(stream.silentS)}` : States[stream.state].word);
  part('.swatch').setAttribute('class', `swatch l${(stream.result?.output ?? 0) % 8}`);
  part('.swatch').toggleAttribute('hidden', stream.result === null);
  text(part('.label'), stream.result === null ? '–' : stream.result.label);
  text(part('.value'), stream.result === null ? '' : output(stream.result.value, stream.result.isConfidence));
  spark(part('.spark'), marks[stream.id] ?? [], stream.result?.isConfidence ?? false, model?.labels ?? [], SparkLength);
  text(part('.frames'), number(stream.frames));
  text(part('.dropped'), stream.dropped > 0 ? `${number(stream.dropped)} dropped` : '');
  text(part('.age'), span(stream.ageS));
}

export function showMarks(streams) {
  marks = streams;
}

function open(id) {
  opened = id;
  for (const [known, body] of rows) {
    body.querySelector('button').setAttribute('aria-expanded', String(known === id));
    body.querySelector('.detail').hidden = known !== id;
  }
  refreshDetail();
}

/** Asks for the stream that is shown in detail, if one is. */
export async function refreshDetail() {
  const id = opened;
  if (id === null) return;
  const response = await fetch(`live/streams/${id}`).catch(() => null);
  // The stream may have ended; its row goes with the next snapshot.
  if (response?.ok && opened === id && rows.has(id)) showDetail(rows.get(id).querySelector('.detail'), await response.json());
}

function showDetail(host, detail) {
  const part = name => host.querySelector(name), points = detail.points, times = points.map(point => point.timeMs);
  const peak = index => Math.max(...points.map(point => Math.abs(point.outputs?.[index] ?? 0)));
  const strongest = detail.labels.map((name, i) => ({ name, i, peak: peak(i) }))
    .sort((a, b) => b.peak - a.peak).slice(0, MaxLines).sort((a, b) => a.i - b.i);
  const left = detail.outputCount - strongest.length;
  chart(part('.outputs-chart'), (detail.isConfidence ? 'Probabilities' : 'Outputs') + (left > 0 ? ` (the ${strongest.length} largest of ${detail.outputCount})` : ''),
    times, strongest.map(one => ({ name: one.name, values: points.map(point => point.outputs?.[one.i] ?? null), color: one.i })),
    detail.isConfidence ? value => `${number(value * 100)} %` : significant, detail.isConfidence ? { least: 0, most: 1 } : {});
  const of = name => points.map(point => point[name]);
  chart(part('.stages-chart'), 'Time of a frame by stage, mean', times, [
    { name: 'gathering', values: of('blockWait'), color: 0 }, { name: 'waiting for a pass', values: of('queue'), color: 1 },
    { name: 'weight pass', values: of('compute'), color: 2 }, { name: 'longest in total', values: of('longest'), color: 3 }], seconds);
  const step = points.map(point => point.frames / detail.stepS);
  chart(part('.frames-chart'), 'Frames', times, [
    { name: 'answered per second', values: step, color: 0 }, { name: 'dropped', values: of('dropped'), color: 3 }], significant);
  const facts = {
    Block: detail.budgetMs === null ? `${many(detail.blockSteps, 'frame')}, at most ${seconds(detail.maxDelayMs / 1000)}` : `budget ${seconds(detail.budgetMs / 1000)}`,
    'Expected rate': detail.rateHz > 0 ? `${rate(detail.rateHz)} frames/s` : 'not told',
    Accepted: many(detail.accepted, 'frame'), Computed: many(detail.computed, 'frame'),
    Dropped: `${many(detail.dropped, 'frame')} (policy ${detail.overloadPolicy.replaceAll('_', ' ')})`,
    Late: `${number(detail.late)} of ${many(detail.blocks, 'block')}`, 'Not yet taken': many(detail.waitingResults, 'result'),
  };
  part('dl').replaceChildren(...Object.entries(facts).flatMap(([name, fact]) => {
    const term = document.createElement('dt'), words = document.createElement('dd');
    [term.textContent, words.textContent] = [name, fact];
    return [term, words];
  }));
}

export function showEnded(ended) {
  at('ended-card').hidden = ended.length === 0;
  const body = fit(at('ended-rows'), ended.length, 'ended-row');
  ended.forEach((end, i) => {
    const part = name => body[i].querySelector(name);
    text(part('.when'), clock(end.endedMs));
    text(part('.name'), nameOf(end) || 'unnamed');
    text(part('.model'), end.name && end.id ? `${end.id} · ${end.model}` : end.model);
    part('.pill').className = `pill ${end.outcome}`;
    text(part('.pill'), Outcomes[end.outcome] + (end.times > 1 ? ` ${number(end.times)} times` : ''));
    text(part('.reason'), end.message || end.reason.replaceAll('_', ' '));
    text(part('.counts'), end.outcome === 'refused' ? '' : `${number(end.computed)} of ${many(end.accepted, 'frame')} in ${span(end.ageS)}`
      + (end.dropped > 0 ? `, ${number(end.dropped)} dropped` : ''));
  });
}
