// Loaded into the language server before it starts: whatever it asks of the network is refused, and told.
"use strict";
const dns = require("node:dns");
const net = require("node:net");

function refused(what) {
  return function (...asked) {
    const error = new Error(`network: ${what} ${JSON.stringify(asked[0])}`);
    process.stderr.write(`${error.message}\n`);
    throw error;
  };
}

net.Socket.prototype.connect = refused("connect");
dns.lookup = refused("lookup");
dns.promises.lookup = refused("lookup");
