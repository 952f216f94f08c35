#!/usr/bin/env node
// A service in Node that knows nothing of socketmaster: socketmaster run --port 8000 --path / -- ./hello.mjs
import { createServer } from 'node:http';

createServer((request, response) => {
  response.end(`hello from Node, process ${process.pid}\n`);
}).listen(process.env.PORT, '127.0.0.1');
