/** An HTML file as the lock reads it: parsed as browsers do, each node with its place in the source. */
import { parse, type DefaultTreeAdapterTypes } from 'parse5';

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;
export type HtmlParent = DefaultTreeAdapterTypes.ParentNode;
export type HtmlText = DefaultTreeAdapterTypes.TextNode;

/** Characters of the largest file. */
export const maxFile = 8_000_000;

export const parseHtml = (html: string): DefaultTreeAdapterTypes.Document =>
  parse(html, { sourceCodeLocationInfo: true });

export const isElement = (node: HtmlNode | HtmlParent | null | undefined): node is HtmlElement =>
  node != null && 'tagName' in node;

export const isText = (node: HtmlNode): node is HtmlText => node.nodeName === '#text';

export const attributeOf = ({ attrs }: HtmlElement, name: string): string | undefined =>
  attrs.find((one) => one.name === name)?.value;

/** Every node below, in the order of the tree. Without recursion: a file may be as deep as it likes. */
export function* below(root: HtmlParent): Generator<HtmlNode> {
  const open = [...root.childNodes].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    if ('childNodes' in node) open.push(...[...node.childNodes].reverse());
  }
}

/** The words of a node, on one line. */
export function wordsIn(nodes: readonly HtmlNode[]): string {
  const words: string[] = [];
  for (const node of nodes) {
    if (isText(node)) words.push(node.value);
    if ('childNodes' in node)
      for (const inner of below(node)) if (isText(inner) && !isCode(inner)) words.push(inner.value);
  }
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

const isCode = ({ parentNode }: HtmlText): boolean =>
  isElement(parentNode) && ['script', 'style'].includes(parentNode.tagName);

export const lineOf = (node: HtmlNode): number => node.sourceCodeLocation?.startLine ?? 0;
