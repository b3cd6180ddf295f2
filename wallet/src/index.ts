/** `micro-pay-wallet`: the wallet for embedding and for tests; the command is in `cli.ts`. */
export { createWallet } from './wallet.ts';
export type { Wallet, WalletOptions } from './wallet.ts';
export { startWallet } from './server.ts';
export type { RunningWallet, ServeOptions } from './server.ts';
export { addPayee } from './payees.ts';
export type { Context } from './context.ts';
