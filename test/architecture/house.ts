/** The plan of the house, as a checker over a set of files: who may import whom, what stays pure, how long a file may grow. */
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/** Path from the project's root → text. */
export type Files = ReadonlyMap<string, string>;

/** A folder is a party; arrows go from importer to imported. */
const parties: { name: string; at: RegExp; to: readonly string[] }[] = [
  { name: 'protocol', at: /^src\/protocol\//, to: [] },
  { name: 'client', at: /^src\/(client\/|index\.ts$)/, to: ['protocol'] },
  { name: 'merchant', at: /^src\/merchant\//, to: ['protocol'] },
  { name: 'lock', at: /^src\/lock\//, to: ['protocol'] },
  { name: 'cli', at: /^src\/cli\//, to: ['lock', 'merchant', 'protocol'] },
  { name: 'widget', at: /^widget\//, to: ['client', 'lock', 'protocol'] },
  { name: 'wallet', at: /^wallet\//, to: ['micro-pay/lock', 'micro-pay/protocol'] },
  {
    name: 'examples',
    at: /^examples\//,
    to: [
      'micro-pay',
      'micro-pay/lock',
      'micro-pay/merchant',
      'micro-pay/protocol',
      'micro-pay/widget',
    ],
  },
];

/** Where the platform's clock, randomness and network come in; everything else is handed them. */
const ports = /^(src\/client\/ports|src\/merchant\/ports|wallet\/src\/(wallet|cli))\.ts$/;
/** Runs in a person's browser or starts a process: not part of what a seed must replay. */
const outside = /^(examples|src\/cli|wallet\/src\/pages\/scripts)\//;

const longest = 220;
/** The schema's steps are only ever added to, so that file grows by design. */
const mayGrow = /\/migrations\.ts$/;

export interface Import {
  from: string;
  /** As it is written */
  specifier: string;
  /** Project file it means, where it is one */
  path?: string;
  /** Gone once types are: it orders nothing and bundles nothing */
  typeOnly: boolean;
}

const partyOf = (path: string) => parties.find(({ at }) => at.test(path));

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

/** Every static, dynamic and re-exporting import of a file, types included. */
export function importsOf(path: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    from: path,
    specifier: fileName,
    typeOnly: /\b(?:import|export)\s+type\b[^;]*$/.test(text.slice(0, pos)),
    ...(fileName.startsWith('.') ? { path: join(dirname(path), fileName) } : {}),
  }));
}

const everyImport = (files: Files): Import[] =>
  [...files].flatMap(([path, text]) => importsOf(path, text));

/** Imports along which no arrow goes, each as `file imports specifier: why`. */
export function wrongArrows(files: Files): string[] {
  return everyImport(files).flatMap((one) => {
    const why = wrong(one);
    return why ? [`${one.from} imports ${one.specifier}: ${why}`] : [];
  });
}

function wrong({ from, specifier, path }: Import): string | undefined {
  const party = partyOf(from);
  if (!party) return undefined;
  if (path !== undefined) {
    const target = partyOf(path);
    if (!target) return 'that file belongs to no party';
    if (target === party || party.to.includes(target.name)) return undefined;
    return `no arrow goes from ${party.name} to ${target.name}`;
  }
  const inPage = !['cli', 'wallet', 'examples'].includes(party.name);
  if (inPage && specifier.startsWith('node:')) return 'it must load without Node';
  if (/^micro-pay(\/|$)/.test(specifier) && !party.to.includes(specifier))
    return `no arrow goes from ${party.name} to ${specifier}`;
  return undefined;
}

/** Circles of imports that stand at run time, each named once by its files in order. */
export function circles(files: Files): string[] {
  const to = new Map<string, string[]>();
  for (const { from, path, typeOnly } of everyImport(files))
    if (path !== undefined && !typeOnly) to.set(from, [...(to.get(from) ?? []), path]);
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of to.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of to.keys()) walk(path, []);
  return found;
}

/** Names of the platform that would make an hour impossible to replay. */
const hidden = new Set(['Date.now', 'Math.random', 'crypto.getRandomValues', 'crypto.randomUUID']);
const hiddenInProtocol = new Set(['setTimeout', 'setInterval', 'localStorage', 'indexedDB']);

/** Uses of the platform's clock, randomness or network outside the ports, each as `file:line name`. */
export function impurities(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    if (ports.test(path) || outside.test(path) || !partyOf(path)) return [];
    const isProtocol = partyOf(path)?.name === 'protocol';
    const file = parse(path, text);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const name = platformName(node, isProtocol);
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      if (name) found.push(`${path}:${line} ${name}`);
      if (!ts.isTypeNode(node)) ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
}

function platformName(node: ts.Node, isProtocol: boolean): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText();
    return hidden.has(name) || name === 'globalThis.fetch' ? name : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const called = node.expression.text;
    if (called === 'fetch' && !isBound(node, 'fetch')) return 'fetch';
    if (isProtocol && hiddenInProtocol.has(called)) return called;
  }
  return isProtocol && ts.isIdentifier(node) && /^(localStorage|indexedDB)$/.test(node.text)
    ? node.text
    : undefined;
}

/** Whether a function around the node takes that name as its own parameter or variable. */
function isBound(node: ts.Node, name: string): boolean {
  const bound = new RegExp(`[{,(]\\s*${name}\\s*[,}:)=]|(const|let)\\s+${name}\\b`);
  for (let around = node.parent; around && !ts.isSourceFile(around); around = around.parent)
    if (ts.isFunctionLike(around)) {
      const head = around.parameters.map((parameter) => parameter.getText()).join(', ');
      if (bound.test(`(${head})`) || bound.test(bodyHead(around, node))) return true;
    }
  return false;
}

const bodyHead = (around: ts.Node, node: ts.Node): string =>
  (
    around
      .getSourceFile()
      .text.slice(around.getStart(), node.getStart())
      .match(/(const|let)[^;]*/g) ?? []
  ).join(' ');

/** `export *` keeps whole namespaces in a bundle. */
export const starExports = (files: Files): string[] =>
  [...files].flatMap(([path, text]) => (/^export \*/m.test(text) ? [path] : []));

/** Files that have grown past a screen or three, each as `file: lines`. */
export const tooLong = (files: Files): string[] =>
  [...files].flatMap(([path, text]) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > longest && !mayGrow.test(path) ? [`${path}: ${lines} lines`] : [];
  });

/** Packages a file imports though its own package.json does not name them, each as `file imports name`. */
export function undeclared(
  files: Files,
  declared: ReadonlyMap<string, readonly string[]>,
): string[] {
  return everyImport(files).flatMap(({ from, specifier, path }) => {
    if (path !== undefined || specifier.startsWith('node:')) return [];
    const [, name = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
    const home = [...declared.keys()].find((folder) => from.startsWith(folder));
    return home !== undefined && declared.get(home)?.includes(name)
      ? []
      : [`${from} imports ${name}, which its package.json does not name`];
  });
}
