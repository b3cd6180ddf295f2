/** Copies the paid part of a file into a safe tree, and says what of it can't be locked. */
import { hasSafeValue, isAllowedElement, isKnownAttribute } from './allowed.ts';
import { isElement, isText, lineOf, type HtmlElement, type HtmlNode } from './source.ts';
import { maxDepth, maxNodes, type SafeElement, type SafeNode } from './tree.ts';

/** Something in the paid part, and where it stands. */
export interface Found {
  line: number;
  /** `<script>`, `onclick on <p>`, `href="javascript:…" on <a>` */
  what: string;
}

export interface SafeCopy {
  tree: SafeNode[];
  /** What runs, asks or loads something: it can't be in a locked text */
  refused: Found[];
  /** What only looks, and is left out */
  dropped: Found[];
}

/** @throws Error for what is too deep or too much */
export function safeCopy(nodes: readonly HtmlNode[]): SafeCopy {
  const copy: SafeCopy = { tree: [], refused: [], dropped: [] };
  let count = 0;
  const copyInto = (into: SafeNode[] | SafeElement, from: readonly HtmlNode[], depth: number) => {
    if (depth > maxDepth) throw new Error(`the paid part is nested more than ${maxDepth} deep`);
    for (const node of from) {
      if (++count > maxNodes) throw new Error('the paid part has too many elements');
      if (isText(node)) into.push(node.value);
      if (!isElement(node)) continue;
      if (!assertPlace(node, copy)) continue;
      const element: SafeElement = [node.tagName, attributesOf(node, copy)];
      into.push(element);
      copyInto(element, node.childNodes, depth + 1);
    }
  };
  copyInto(copy.tree, nodes, 1);
  return copy;
}

const html = 'http://www.w3.org/1999/xhtml';

/** @returns false for an element that can't be in a locked text; it and what is in it are left out */
function assertPlace(node: HtmlElement, { refused, dropped }: SafeCopy): boolean {
  const { tagName, namespaceURI } = node;
  if (namespaceURI === html && isAllowedElement(tagName)) return true;
  // For browsers without script, which open no locked text anyway.
  const list = tagName === 'noscript' ? dropped : refused;
  list.push({ line: lineOf(node), what: `<${tagName}>` });
  return false;
}

function attributesOf(node: HtmlElement, { refused, dropped }: SafeCopy): SafeElement[1] {
  const { tagName, attrs } = node;
  const kept: [string, string][] = [];
  for (const { name, value } of attrs) {
    const found = (what: string): Found => ({
      line: lineOf(node),
      what: `${what} on <${tagName}>`,
    });
    if (!isKnownAttribute(tagName, name))
      (name.startsWith('on') ? refused : dropped).push(found(name));
    else if (!hasSafeValue(name, value))
      refused.push(found(`${name}="${value.slice(0, 40).replace(/\s+/g, ' ')}"`));
    else kept.push([name, value]);
  }
  return kept.length > 0 ? Object.fromEntries(kept) : 0;
}
