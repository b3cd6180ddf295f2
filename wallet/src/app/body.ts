/** The body of a request: its size is bounded before it is read, its bytes before they are text, its text before it is JSON. */
import { parseJson, Problem, textFrom } from 'micro-pay/protocol';

/** Bytes of the largest body read, but of a settlement. */
export const maxBodyLength = 16_384;

export interface Body {
  bytes: Uint8Array<ArrayBuffer>;
  text: string;
}

/**
 * @param type the one media type taken; parameters such as charset may follow
 * @param most bytes that are read
 * @throws Problem `unsupported-media-type`, `request-too-large`, `malformed-request`
 */
export async function readBody(
  request: Request,
  type: 'application/json' | 'text/plain' | 'application/x-www-form-urlencoded',
  most = maxBodyLength,
): Promise<Body> {
  const sent = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (sent !== type) throw new Problem('unsupported-media-type');
  const bytes = await readBytes(request, most);
  return { bytes, text: textFrom(bytes) };
}

export async function readJson(request: Request): Promise<Body & { json: unknown }> {
  const body = await readBody(request, 'application/json');
  return { ...body, json: parseJson(body.text) };
}

async function readBytes(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Problem('request-too-large');
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  // A body without a length is counted while it comes.
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > most) throw tooLarge();
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
