// Shows the snapshots that live/events sends once per second, and the history. No libraries and no build step.
import { refreshDetail, showEnded, showMarks, showStreams } from './streams.js';
import { showBlocks, showCourse, showLatency, showModels, showTiles } from './now.js';
import { States, at, clock, text } from './words.js';

const HistoryPeriod = 5000, RetryPeriod = 5000, SilencePeriod = 5000;
const Title = document.title;

let events = null, lastSnapshot = Date.now(), isLost = false, historyDue = 0;

function showConnection(words, kind) {
  at('connection').className = `pill ${kind}`;
  text(at('connection'), words);
}

// Figures of a server that does not answer must not look like those of one that does.
function showLost() {
  if (isLost) return;
  isLost = true;
  document.body.classList.add('lost');
  document.title = `No connection – ${Title}`;
  at('lost').hidden = false;
  text(at('lost-since'), clock(lastSnapshot));
  showConnection('no connection', 'failed');
}

function showFound() {
  if (!isLost) return;
  isLost = false;
  document.body.classList.remove('lost');
  document.title = Title;
  at('lost').hidden = true;
}

function show(snapshot) {
  lastSnapshot = Date.now();
  showFound();
  showConnection(snapshot.server.draining ? 'draining' : 'live', snapshot.server.draining ? 'draining' : 'active');
  showTiles(snapshot);
  showStreams(snapshot);
  showEnded(snapshot.ended);
  showLatency(snapshot.latency);
  showBlocks(snapshot.blocks);
  showModels(snapshot.models, snapshot.brokenPackages);
  if (lastSnapshot >= historyDue) refreshHistory();
}

async function refreshHistory() {
  historyDue = Date.now() + HistoryPeriod;
  const response = await fetch('live/history').catch(() => null);
  if (!response?.ok) return;
  const course = await response.json();
  showCourse(course.points);
  showMarks(course.streams);
  await refreshDetail();
}

// A hidden page disconnects, so that the server sends nothing in vain, and reconnects when it is visible again.
function connect() {
  if (document.hidden || events !== null) return;
  lastSnapshot = isLost ? lastSnapshot : Date.now();
  events = new EventSource('live/events');
  events.onmessage = message => show(JSON.parse(message.data));
  events.onerror = () => {
    showLost();
    if (events.readyState !== EventSource.CLOSED) return;
    disconnect();
    setTimeout(connect, RetryPeriod);
  };
}

function disconnect() {
  events?.close();
  events = null;
}

at('state-legend').append(...Object.entries(States).flatMap(([state, { word, means }]) => {
  const term = document.createElement('dt'), pill = document.createElement('span'), words = document.createElement('dd');
  pill.className = `pill ${state}`;
  [pill.textContent, words.textContent] = [word, means];
  term.append(pill);
  return [term, words];
}));
// A connection may stay open though its server, or the network, is gone.
setInterval(() => events !== null && Date.now() - lastSnapshot > SilencePeriod && showLost(), 1000);
document.addEventListener('visibilitychange', () => document.hidden ? disconnect() : connect());
connect();
