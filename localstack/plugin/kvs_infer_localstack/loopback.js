// Loaded before kinesis-local: its servers listen on the loopback interface only.
"use strict";
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, callback) {
  return listen.call(this, { host: "127.0.0.1", port }, callback);
};
