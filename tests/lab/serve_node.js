// Servers of Node.js: a child of the lab that speaks with it as listening.py does.
// Settings: those of tls.createServer by name; "true" and "false" are meant as such.
"use strict";
const fs = require("fs");
const tls = require("tls");

const PAGE = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const IDLE_MILLISECONDS = 20000;

function settings(order) {
  const found = {
    cert: order.pairs.map((pair) => fs.readFileSync(pair[0])),
    key: order.pairs.map((pair) => fs.readFileSync(pair[1])),
    handshakeTimeout: IDLE_MILLISECONDS,
  };
  for (const option of order.options) {
    const [name, value] = [option.split("=", 1)[0], option.slice(option.indexOf("=") + 1)];
    found[name] = value === "true" || value === "false" ? value === "true" : value;
    if (name === "ALPNProtocols") found[name] = value.split(" ");
    if (name === "ca" || name === "dhparam") found[name] = fs.readFileSync(order.files[value]);
  }
  return found;
}

function start(orders) {
  const ports = {};
  const names = Object.keys(orders);
  for (const name of names) {
    const server = tls.createServer(settings(orders[name]), (socket) => {
      socket.setTimeout(IDLE_MILLISECONDS, () => socket.destroy());
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end(PAGE));
    });
    server.on("tlsClientError", (error, socket) => socket.destroy());
    server.listen(0, orders[name].address, () => {
      ports[name] = server.address().port;
      if (Object.keys(ports).length === names.length) console.log(JSON.stringify(ports));
    });
  }
}

let text = "";
let started = false;
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => {
  text += piece;
  if (!started && text.includes("\n")) {
    started = true;
    start(JSON.parse(text));
  }
});
process.stdin.on("end", () => process.exit(0));
