/** Builds an unlocked text: element by element, so that no policy of the page is in the way and no HTML is ever parsed. */
import type { SafeNode } from '../../src/lock/tree.ts';

/** @param text as `openText` gives it: allowed elements only */
export function built(text: readonly SafeNode[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fill(fragment, text);
  return fragment;
}

function fill(parent: ParentNode, nodes: readonly SafeNode[]): void {
  for (const node of nodes) {
    if (typeof node === 'string') {
      parent.append(node);
      continue;
    }
    const [name, attributes, ...children] = node;
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes || {}))
      element.setAttribute(attribute, value);
    fill(element, children);
    parent.append(element);
  }
}
