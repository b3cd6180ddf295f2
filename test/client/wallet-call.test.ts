/** A call to a wallet whose answer got lost is made again, under a proof of its own. */
import { expect, test } from 'vitest';
import { contextFrom } from '../../src/client/context.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { callWallet } from '../../src/client/session/wallet-call.ts';
import { decodeJson } from '../../src/protocol/encoding.ts';
import { newSigner, newWorld, walletOrigin, worldPorts } from './support.ts';

test('the same is asked again, and no proof is used twice', async () => {
  const proofs: unknown[] = [];
  const bodies: unknown[] = [];
  const context = contextFrom(() => import('../../src/client/later/index.ts'), {
    ...worldPorts(await newWorld()),
    storage: memoryStorage(),
    fetch: async (_input, init) => {
      const proof = new Headers(init?.headers).get('authorization')?.split('.')[1];
      proofs.push(Reflect.get(Object(decodeJson(proof ?? '', 'malformed-request')), 'jti'));
      bodies.push(init?.body);
      if (proofs.length < 3) throw new TypeError('fetch failed');
      return Response.json({ good: true });
    },
  });
  const wallet = { origin: walletOrigin, offset: 0, keys: {}, keysAt: 0 };
  const by = { signer: await newSigner(), wallet };
  expect(await callWallet(context, by, '/sessions', { gnt: 'gnt_12345678' })).toEqual({
    good: true,
  });
  expect(new Set(proofs).size).toBe(3);
  expect(new Set(bodies).size).toBe(1);
});
