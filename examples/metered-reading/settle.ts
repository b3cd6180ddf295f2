/**
 * Settles everything at once, also what readers could still take back: for a story that is taken down for good.
 * `PAYEE=… DATA=… node settle.ts`, beside the server or instead of it.
 */
import { paywallIn } from './paywall.ts';

const { PAYEE, DATA } = process.env;
if (!PAYEE || !DATA) throw new Error('PAYEE is who is paid, a URL at a wallet; DATA the folder.');
const { pay } = await paywallIn(DATA, PAYEE);
console.log(JSON.stringify(await pay.sessions.settle({ everything: true })));
