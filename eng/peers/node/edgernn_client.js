'use strict';
// A small EdgeRnn client for Node.js on @grpc/grpc-js, without generated code: it loads the contract at start.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

/** The services that a .proto file defines, by package. */
function loadProto(root, file) {
  const options = { includeDirs: [root], keepCase: true, longs: Number, enums: String, oneofs: true, defaults: true };
  return grpc.loadPackageDefinition(loader.loadSync(file, options));
}

/** Values of whole frames, row by row, as the bytes that the service takes. */
function pack(values) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes;
}

/** The values in the bytes of a result, row by row. */
function unpack(outputs) {
  return Array.from({ length: outputs.length / 4 }, (_, i) => outputs.readFloatLE(4 * i));
}

/**
 * Opens a session: a duplex stream of requests and responses. `for await (const response of session)` reads it, and throws an error with
 * gRPC's status in `code` and `details` where the session ends with another status than OK; `end()` half-closes.
 * @param options the fields of OpenSession
 * @param seconds the deadline of the whole session
 */
function openSession(client, options, seconds) {
  const session = client.StreamInfer({ deadline: Date.now() + 1000 * seconds });
  session.write({ open: options });
  return session;
}

module.exports = { grpc, loadProto, openSession, pack, unpack };
