'use strict';
// Checks a running server with @grpc/grpc-js: check.js HOST:PORT
const assert = require('node:assert/strict');
const path = require('node:path');
const { promisify } = require('node:util');
const { grpc, loadProto, openSession, pack, unpack } = require('./edgernn_client');

const ROOT = path.join(__dirname, '../../..');
const SECONDS = 30; // deadline of calls that should take far less
const address = process.argv[2];
const credentials = grpc.credentials.createInsecure();
const { edgernn } = loadProto(path.join(ROOT, 'protos'), 'edgernn/v1/inference.proto');
const { grpc: standard } = loadProto(path.join(ROOT, 'eng/peers/protos'), 'grpc/health/v1/health.proto');
const client = new edgernn.v1.InferenceService(address, credentials);
const health = new standard.health.v1.Health(address, credentials);

const call = (stub, method, request) => promisify(stub[method].bind(stub))(request, { deadline: Date.now() + 1000 * SECONDS });
const listModels = async () => (await call(client, 'ListModels', {})).models;

/** Frames of sine waves, one per value, packed. */
function makeFrames(model, count) {
  return Array.from({ length: count }, (_, t) => pack(Array.from({ length: model.frame_size }, (_, i) => Math.sin(t * (i + 1) / 10))));
}

async function readAll(stream) {
  const responses = [];
  for await (const response of stream) responses.push(response);
  return responses;
}

async function infer(model, frames, options) {
  const session = openSession(client, { model: model.name, ...options }, SECONDS);
  frames.forEach((data) => session.write({ frames: { data } }));
  session.end();
  return readAll(session);
}

const outputsOf = (responses) => Buffer.concat(responses.filter((r) => r.result).map((r) => r.result.outputs));
const failsWith = (promise, code, pattern = /./) => assert.rejects(promise, (error) => {
  assert.equal(error.code, code, `${error.code}: ${error.details}`);
  assert.match(error.details, pattern);
  return true;
});

const checks = {
  'models: ListModels and GetModel agree': async (model) => {
    assert.deepEqual((await call(client, 'GetModel', { name: model.name })).model, model);
  },
  'stream: every frame answered, in order, then end': async (model) => {
    const responses = await infer(model, makeFrames(model, 53), { block_steps: 8 });
    assert.equal(responses[0].opened.block_steps, 8);
    let next = 0;
    for (const { result } of responses.slice(1, -1)) {
      assert.equal(result.first_index, next);
      assert.equal(result.outputs.length, 4 * result.count * model.output_size);
      next += result.count;
    }
    assert.equal(next, 53);
    const counts = { frames_accepted: 53, frames_computed: 53, frames_dropped: 0 };
    assert.deepEqual(responses.at(-1).end, { reason: 'END_REASON_END_OF_INPUT', message: '', ...counts });
  },
  'stream: same bits for every block size, probabilities sum to 1': async (model) => {
    const frames = makeFrames(model, 100);
    const expected = outputsOf(await infer(model, frames, { block_steps: 1 }));
    for (const blockSteps of [3, 8, 33, model.max_block_steps]) {
      assert.deepEqual(outputsOf(await infer(model, frames, { block_steps: blockSteps })), expected, `block_steps ${blockSteps}`);
    }
    const values = unpack(expected);
    for (let row = 0; row < values.length; row += model.output_size) {
      const sum = values.slice(row, row + model.output_size).reduce((a, b) => a + b);
      assert.ok(Math.abs(sum - 1) < 1e-5, `sum ${sum}`);
    }
  },
  'deadline: DEADLINE_EXCEEDED, and the server lives on': async (model) => {
    const session = openSession(client, { model: model.name }, 0.5);
    await failsWith(readAll(session), grpc.status.DEADLINE_EXCEEDED);
    assert.ok((await listModels()).length > 0);
  },
  'cancel: CANCELLED in the middle of a block, and the server lives on': async (model) => {
    const session = openSession(client, { model: model.name, block_steps: 64, max_block_delay_ms: 60000 }, SECONDS);
    session.write({ frames: { data: makeFrames(model, 1)[0] } });
    session.once('data', () => session.cancel());
    await failsWith(readAll(session), grpc.status.CANCELLED);
    assert.ok((await listModels()).length > 0);
  },
  'error: unknown model is NOT_FOUND': async () => {
    await failsWith(call(client, 'GetModel', { name: 'no-such-model' }), grpc.status.NOT_FOUND, /no-such-model/);
    await failsWith(readAll(openSession(client, { model: 'no-such-model' }, SECONDS)), grpc.status.NOT_FOUND, /no-such-model/);
  },
  'error: frames before open are INVALID_ARGUMENT': async (model) => {
    const session = client.StreamInfer({ deadline: Date.now() + 1000 * SECONDS });
    session.write({ frames: { data: makeFrames(model, 1)[0] } });
    await failsWith(readAll(session), grpc.status.INVALID_ARGUMENT, /expected.*open.*found.*frames/);
  },
  'error: wrong frame size is INVALID_ARGUMENT and names field, expected and found': async (model) => {
    const frame = makeFrames(model, 1)[0];
    const text = new RegExp(`frames\\.data: expected.* ${frame.length} bytes.*found ${frame.length - 1}`);
    await failsWith(infer(model, [frame.subarray(1)], {}), grpc.status.INVALID_ARGUMENT, text);
  },
  'error: a message over the limit is RESOURCE_EXHAUSTED': async (model) => {
    const frame = makeFrames(model, 1)[0];
    const message = Buffer.alloc(frame.length * Math.ceil(4 * 1024 * 1024 / frame.length));
    await failsWith(infer(model, [message], {}), grpc.status.RESOURCE_EXHAUSTED);
    assert.ok((await listModels()).length > 0);
  },
  'health: Check and Watch say SERVING, per model too': async (model) => {
    for (const service of ['', model.name]) {
      assert.equal((await call(health, 'Check', { service })).status, 'SERVING');
      const watch = health.Watch({ service }, { deadline: Date.now() + 1000 * SECONDS });
      for await (const { status } of watch) {
        assert.equal(status, 'SERVING');
        break;
      }
      watch.on('error', () => {}); // the cancellation below
      watch.cancel();
    }
  },
};

async function main() {
  const [model] = await listModels();
  for (const [title, check] of Object.entries(checks)) {
    try {
      await check(model);
      console.log(`pass node: ${title}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAIL node: ${title}\n${error.stack}`);
    }
  }
  client.close();
  health.close();
}

main().catch((error) => {
  console.log(`FAIL node: the checks could not run\n${error.stack}`);
  process.exitCode = 1;
});
