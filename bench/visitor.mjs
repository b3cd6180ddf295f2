// Who asks the bench's servers: one at a time, over a connection that stays open.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { path } from './shop.mjs';

/** Starts a server of this kind. */
export async function startServer(kind, ...args) {
  const file = fileURLToPath(new URL('server.mjs', import.meta.url));
  const child = fork(file, [kind, ...args], { execArgv: process.execArgv, serialization: 'advanced' });
  const heard = async () => (await once(child, 'message'))[0];
  const port = await heard();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const tell = (ask, how) => {
    const answer = heard();
    child.send({ ask, how });
    return answer;
  };
  return {
    /** A tap that opens the session, or another one: an `Authorization` value. */
    tap: (how) => tell('tap', how),
    /** Microseconds */
    cpu: () => tell('cpu'),
    /** @returns the answer, whose body is still to be read */
    ask: async (authorization, method = 'GET') => {
      const headers = { host: 'news.example', authorization };
      const asked = request({ host: '127.0.0.1', port, path, method, headers, agent });
      const [answer] = await once(asked.end(), 'response');
      if (answer.statusCode >= 300) throw new Error(`bench: ${kind} answered ${answer.statusCode}.`);
      return answer;
    },
    stop: async () => {
      agent.destroy();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** @param heard is told of each part */
export async function textOf(answer, heard) {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) {
    text += part;
    heard?.(part);
  }
  return text;
}
