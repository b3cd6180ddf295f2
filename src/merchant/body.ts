/** Bytes of a body, up to a limit. */
import { Problem, type ProblemCode } from '../protocol/problem.ts';

/** The largest request body that can be paid for. */
export const maxBodyBytes = 1_000_000;

/** @throws Problem with the given code when there are more than `maxBytes`; the rest is not read */
export async function bytesOf(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  code: ProblemCode,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      // Not awaited: a source that never ends may never confirm that it was stopped.
      reader.cancel().catch(() => undefined);
      throw new Problem(code);
    }
    chunks.push(value);
  }
  return joined(chunks, length);
}

function joined(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
