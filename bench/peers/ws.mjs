// Node.js with `https` and `ws` as a server of the device channel: mutual TLS 1.3, hello and welcome, settings, pings, commands
// and their confirmation, in the texts of our protocol. Nothing is stored, and the name in a certificate is not looked at: a
// floor for what such a server costs.
//
// node ws.mjs FOLDER ADDRESSES: FOLDER holds server.pem, server.key and devices.pem; ADDRESSES is written once it listens.

import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer as createControl } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";

import { WebSocketServer } from "ws";

const SUBPROTOCOL = "cosmos.unified.v1";
const PATH = "/device-connector/device/ws-connect";
const PING_MS = 60_000;
const MAX_FRAME_BYTES = 64 * 1024;

const [folder, addresses] = process.argv.slice(2);
const file = (name) => readFileSync(join(folder, name));

const server = createServer({
  cert: file("server.pem"),
  key: file("server.key"),
  ca: file("devices.pem"),
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: "TLSv1.3",
  ecdhCurve: "X25519",
});
const sockets = new WebSocketServer({
  server,
  path: PATH,
  maxPayload: MAX_FRAME_BYTES,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
});

let results = 0;

sockets.on("connection", (socket) => {
  socket.last = 0;
  socket.welcomed = false;
  socket.alive = true;
  socket.on("pong", () => {
    socket.alive = true;
  });
  // A device that goes away is no fault.
  socket.on("error", () => socket.terminate());
  socket.on("message", (data, isBinary) => {
    if (isBinary) return socket.close(1003);
    answer(socket, JSON.parse(data));
  });
});

function say(socket, message) {
  socket.last += 1;
  socket.send(JSON.stringify({ id: socket.last, ...message }));
}

function answer(socket, frame) {
  switch (frame.type) {
    case "hello":
      socket.welcomed = true;
      say(socket, {
        reply_to: frame.id,
        type: "welcome",
        heartbeat_seconds: 3600,
        reconnect_window_seconds: 30,
        server_time: new Date().toISOString(),
        management: { host: "localhost", port: server.address().port },
      });
      say(socket, { type: "settings", digest: "" });
      break;
    case "command_result":
      results += 1;
      say(socket, { reply_to: frame.id, type: "ack" });
      break;
    case "heartbeat":
    case "settings_applied":
      say(socket, { reply_to: frame.id, type: "ack" });
      break;
    default:
      say(socket, {
        reply_to: frame.id,
        type: "error",
        code: "unknown_type",
        message: "the type is not known here",
      });
  }
}

setInterval(() => {
  for (const socket of sockets.clients) {
    if (!socket.alive) {
      socket.terminate();
      continue;
    }
    socket.alive = false;
    socket.ping();
  }
}, PING_MS);

// What the benchmark asks for: POST /command sends one to every device, POST /results tells how many results have come.
const control = createControl((request, response) => {
  let count = 0;
  if (request.url === "/command") {
    for (const socket of sockets.clients) {
      if (!socket.welcomed) continue;
      say(socket, { type: "command", command: randomUUID(), kind: "reboot" });
      count += 1;
    }
  } else {
    count = results;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ count }));
});

server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
  control.listen(0, "127.0.0.1", () => {
    const text = JSON.stringify({
      devices: `127.0.0.1:${server.address().port}`,
      control: `127.0.0.1:${control.address().port}`,
    });
    writeFileSync(`${addresses}.new`, text);
    renameSync(`${addresses}.new`, addresses);
  });
});
