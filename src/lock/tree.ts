/** A locked text as it is kept: a tree of allowed elements and words, which a page builds again without ever parsing HTML. */
import { isAllowedAttribute, isAllowedElement } from './allowed.ts';

/** Words, or an element: its name, its attributes (0: none), and what is in it. */
export type SafeNode = string | SafeElement;
export type SafeElement = [
  name: string,
  attributes: Record<string, string> | 0,
  ...children: SafeNode[],
];

/** Elements in one another, and in all: far above any article, and little for a browser. */
export const maxDepth = 100;
export const maxNodes = 200_000;

/**
 * Whoever bought a text has its key, and could lock another one with it: so what was unlocked is looked at like anything
 * from outside.
 * @throws Error for anything but a tree of allowed elements
 */
export function assertSafeTree(tree: unknown): asserts tree is SafeNode[] {
  let nodes = 0;
  const look = (children: unknown, depth: number): void => {
    if (!Array.isArray(children) || depth > maxDepth) throw new Error('no safe text');
    for (const child of children as unknown[]) {
      if (++nodes > maxNodes) throw new Error('no safe text');
      if (typeof child === 'string') continue;
      if (!Array.isArray(child)) throw new Error('no safe text');
      const [name, attributes, ...inner] = child as unknown[];
      if (typeof name !== 'string' || !isAllowedElement(name)) throw new Error('no safe text');
      assertSafeAttributes(name, attributes);
      look(inner, depth + 1);
    }
  };
  look(tree, 1);
}

function assertSafeAttributes(element: string, attributes: unknown): void {
  if (attributes === 0) return;
  if (typeof attributes !== 'object' || attributes === null) throw new Error('no safe text');
  for (const [name, value] of Object.entries(attributes))
    if (typeof value !== 'string' || !isAllowedAttribute(element, name, value))
      throw new Error('no safe text');
}
