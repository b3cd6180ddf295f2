// P10: the same events by node:http alone, as fast as the socket takes them: nobody is asked who pays.
import { once } from 'node:events';
import { createServer } from 'node:http';

export const bareStream = (events) =>
  createServer((_request, response) => void stream(events(), response));

async function stream(events, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  for await (const event of events)
    if (!response.write(`data: ${event}\n\n`)) await once(response, 'drain');
  response.end();
}
