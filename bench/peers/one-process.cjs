// Before MeshCentral: it ends with its standard input when it is started as one process, and programs that are measured have none.
const { Readable } = require("node:stream");

Object.defineProperty(process, "stdin", { value: new Readable({ read() {} }) });
