/** `npm run interop`: micro-pay against mppx, both ways, on this machine. */
import { summary } from './check.ts';
import { merchantChecks } from './merchant-checks.ts';
import { serverChecks } from './server-checks.ts';
import { sessionChecks } from './session-checks.ts';
import { sessionMerchantChecks } from './session-merchant-checks.ts';
import { sessionServerChecks } from './session-server-checks.ts';
import { openTown } from './town.ts';
import { validatorChecks } from './validator-checks.ts';
import { vectorChecks } from './vector-checks.ts';

const town = await openTown();
try {
  const shop = await merchantChecks(town);
  await serverChecks(town);
  await sessionChecks();
  const sessionShop = await sessionMerchantChecks(town);
  await sessionServerChecks(town);
  await validatorChecks(town, shop, sessionShop);
  await vectorChecks();
} finally {
  await town.close();
}
process.exitCode = summary() ? 0 : 1;
