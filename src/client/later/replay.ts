/** A page's request with options of its own, held so that it can be sent again after a payment, even after a reload. */
import { base64url, sha256 } from '../../protocol/encoding.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Target } from '../api.ts';
import type { Replayable } from '../charge.ts';
import type { Context } from '../context.ts';

/** Bytes of the largest body that is kept for a second sending. */
const maxBody = 1_048_576;

/** @throws Problem `request-too-large` */
export async function replayable(
  context: Context,
  target: Extract<Target, { url: string }>,
): Promise<Replayable> {
  const request = new Request(new URL(target.url, context.page?.href()), target.init);
  const { url, method, credentials } = request;
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > maxBody) throw new Problem('request-too-large');
  const init = { method, credentials, headers: [...request.headers] };
  if (body.length === 0) return { key: `${method} ${url}`, target: { url, init } };
  const key = `${method} ${url} ${base64url(await sha256(body))}`;
  return { key, target: { url, init: { ...init, body } } };
}
