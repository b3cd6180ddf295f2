/** `npm run slow`: signatures and hashes come late, as on a busy machine. A test that races them by a turn of the loop turns red. */
const lateMs = 3;
const later = globalThis.setTimeout;
const { subtle } = globalThis.crypto;

for (const name of ['digest', 'sign', 'verify', 'importKey', 'generateKey'] as const) {
  const real: unknown = Reflect.get(subtle, name);
  if (typeof real !== 'function') throw new Error(`WebCrypto has no ${name}.`);
  const value = async (...args: unknown[]): Promise<unknown> => {
    const result: unknown = await Reflect.apply(real, subtle, args);
    await new Promise((resolve) => later(resolve, lateMs));
    return result;
  };
  Object.defineProperty(subtle, name, { configurable: true, value });
}
