// Node reads our TypeScript as it stands; these hooks lead public names to the sources, and plant a defect where one is asked for.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url);
const sources = {
  'micro-pay': 'src/index.ts',
  'micro-pay/protocol': 'src/protocol/index.ts',
  'micro-pay/merchant': 'src/merchant/index.ts',
};

/** JSON of {file, from, to}: the defect to plant, if any */
const defect = process.env.DEFECT ? JSON.parse(process.env.DEFECT) : undefined;
const planted = defect && pathToFileURL(fileURLToPath(new URL(defect.file, root))).href;
const text = planted && readFileSync(fileURLToPath(planted), 'utf8');
// Here, and not where it is loaded: a part of the client that can't be loaded is only "offline" to a story.
if (defect && text.split(defect.from).length !== 2)
  throw new Error(
    `${defect.file} has “${defect.from}” ${text.split(defect.from).length - 1} times`,
  );

registerHooks({
  resolve(specifier, context, next) {
    const source = sources[specifier];
    return source
      ? { url: new URL(source, root).href, shortCircuit: true }
      : next(specifier, context);
  },
  load(url, context, next) {
    if (url !== planted) return next(url, context);
    return {
      format: 'module-typescript',
      source: text.replace(defect.from, () => defect.to),
      shortCircuit: true,
    };
  },
});
