// Loaded before kinesis-local: puts its servers on free ports of the loopback interface, and writes
// the port of the plain one into the file that KVS_INFER_PORT_FILE names. Both are net.Server here;
// the port that was asked for tells them apart.
"use strict";
const fs = require("fs");
const net = require("net");

const file = process.env.KVS_INFER_PORT_FILE;
const plain = Number(process.env.KINESIS_MOCK_PLAIN_PORT);
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (port, callback) {
  if (port === plain) {
    this.once("listening", () => {
      fs.writeFileSync(file + ".part", String(this.address().port));
      fs.renameSync(file + ".part", file);
    });
  }
  return listen.call(this, { host: "127.0.0.1", port: 0 }, callback);
};
