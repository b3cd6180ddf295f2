// For `node --import`: lets a test start the wallet's command from its sources, without a build.
import { registerHooks } from 'node:module';

const protocol = new URL('../../src/protocol/index.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'micro-pay/protocol'
      ? { url: protocol, shortCircuit: true }
      : next(specifier, context),
});
