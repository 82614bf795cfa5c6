'use strict';
// Calls a running server with `buf curl`, which learns the contract by the server's reflection: buf_curl.js http://HOST:PORT
const assert = require('node:assert/strict');
const path = require('node:path');
const { execFileSync } = require('node:child_process');

const BUF = path.join(__dirname, '../../node_modules/.bin/buf');
const service = `${process.argv[2]}/edgernn.v1.InferenceService`;

/** The responses to the requests, as objects. */
function call(method, requests) {
  const input = requests.map((request) => JSON.stringify(request)).join('\n');
  const options = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', '--data', '@-', `${service}/${method}`];
  const output = execFileSync(BUF, options, { input, encoding: 'utf8', timeout: 60000 });
  return output.trim().split(/^(?=\{)/m).map((json) => JSON.parse(json));
}

const models = () => call('ListModels', [{}])[0].models;

const checks = {
  'ListModels by reflection': () => {
    assert.ok(models()[0].name);
  },
  'StreamInfer by reflection: open and frames piped in as JSON': () => {
    const [model] = models();
    const data = Buffer.alloc(4 * model.frameSize * 3).toString('base64');
    const responses = call('StreamInfer', [{ open: { model: model.name, blockSteps: 2 } }, { frames: { data } }, { frames: { data } }]);
    const rows = responses.flatMap(({ result }) => (result ? [result.count] : [])).reduce((a, b) => a + b, 0);
    assert.equal(responses[0].opened.blockSteps, 2);
    assert.equal(rows, 6);
    assert.equal(responses.at(-1).end.reason, 'END_REASON_END_OF_INPUT');
    assert.equal(responses.at(-1).end.framesComputed, '6');
  },
};

for (const [title, check] of Object.entries(checks)) {
  try {
    check();
    console.log(`pass buf curl: ${title}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAIL buf curl: ${title}\n${error.stack}`);
  }
}
