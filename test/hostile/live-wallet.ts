/** A real wallet on a real socket. */
import { rmSync } from 'node:fs';
import { startWallet } from '../../wallet/src/server.ts';
import { addPayees, surroundings, type WalletUnderTest } from '../wallet/support.ts';
import { sendOver } from './wire.ts';

export interface LiveWallet extends WalletUnderTest {
  port: number;
}

/** It believes `X-Forwarded-For`, so that a test can come from many addresses. */
export async function liveWallet(): Promise<LiveWallet> {
  const { options, kept } = surroundings();
  const server = await startWallet({ ...options, proxy: '127.0.0.1', port: 0 });
  await addPayees(server.context);
  return {
    ...kept,
    context: server.context,
    port: server.port,
    door: (request, peer) => sendOver(server.port, request, { 'x-forwarded-for': peer }),
    close: async () => {
      await server.close();
      rmSync(kept.data, { recursive: true });
    },
  };
}
