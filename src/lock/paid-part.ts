/** Which part of a file is paid: what follows the mark, what a marked element holds, or what follows the first blocks of the text. */
import {
  attributeOf,
  below,
  isElement,
  isText,
  lineOf,
  wordsIn,
  type HtmlElement,
  type HtmlNode,
  type HtmlParent,
} from './source.ts';

/** `<!-- micro-pay: the rest is paid -->`: all that follows in the same element. */
const comment = /^\s*micro-pay: the rest is paid\s*$/i;
/** `<div data-micropay-body>`: all that is in it. */
const bodyAttribute = 'data-micropay-body';

/** Where a paid part can stand: there the button may stand too. */
const containers = ['article', 'body', 'div', 'main', 'section'];

export interface PaidPart {
  /** In the order of the source */
  nodes: HtmlNode[];
  /** Its place in the source */
  start: number;
  end: number;
  /** Goes too, before it */
  cut?: [from: number, to: number];
  /** How it was found */
  by: 'mark' | 'blocks';
}

/** A block of the text, where no mark says what is paid. */
export interface Block {
  words: string;
  node: HtmlElement;
}

/** @throws Error with words for the publisher */
export function paidPart(document: HtmlParent, free: number | undefined): PaidPart {
  const marks = [...below(document)].filter(isMark);
  const [mark, second] = marks;
  if (second) throw new Error(`there are two marks, at lines ${marks.map(lineOf).join(' and ')}`);
  const part = mark ? markedPart(mark) : partAfter(document, free);
  if (!wordsIn(part.nodes)) throw new Error('there are no words in the paid part');
  assertWhole(document, part);
  return part;
}

const isMark = (node: HtmlNode): boolean =>
  (node.nodeName === '#comment' && 'data' in node && comment.test(node.data)) ||
  (isElement(node) && attributeOf(node, bodyAttribute) !== undefined);

/** The mark itself goes with the paid part: what is locked is not marked any more. */
function markedPart(mark: HtmlNode): PaidPart {
  if (!isElement(mark)) {
    const container = assertContainer(mark.parentNode, lineOf(mark));
    const start = mark.sourceCodeLocation?.startOffset ?? 0;
    return { nodes: [mark, ...followers(mark)], start, end: endOf(container), by: 'mark' };
  }
  const container = assertContainer(mark, lineOf(mark));
  const { startTag, attrs } = container.sourceCodeLocation ?? {};
  const cut = attrs?.[bodyAttribute];
  return {
    nodes: mark.childNodes,
    start: startTag?.endOffset ?? 0,
    end: endOf(container),
    by: 'mark',
    ...(cut ? { cut: [cut.startOffset, cut.endOffset] } : {}),
  };
}

const followers = (node: HtmlNode): HtmlNode[] => {
  const { childNodes = [] } = node.parentNode ?? {};
  return childNodes.slice(childNodes.indexOf(node) + 1);
};

/** What stays of a file, before and after the paid part. */
export function around(
  html: string,
  { start, end, cut: [from, to] = [0, 0] }: PaidPart,
): [string, string] {
  return [html.slice(0, from) + html.slice(to, start), html.slice(end)];
}

/** @param free blocks that stay */
function partAfter(document: HtmlParent, free: number | undefined): PaidPart {
  if (free === undefined)
    throw new Error('no mark says what is paid: <!-- micro-pay: the rest is paid -->');
  const blocks = blocksOf(document);
  const last = blocks[free - 1]?.node;
  const first = blocks[free]?.node;
  if (!last || !first)
    throw new Error(`the text has ${blocks.length} blocks: at least one stays, and one is paid`);
  const container = assertContainer(last.parentNode, lineOf(last));
  const start = last.sourceCodeLocation?.endOffset ?? 0;
  return { nodes: followers(last), start, end: endOf(container), by: 'blocks' };
}

/** The blocks of the text: what stands in the article, the main part or the page, whatever is wrapped around it. */
export function blocksOf(document: HtmlParent): Block[] {
  const named = (name: string) =>
    [...below(document)].find(
      (node): node is HtmlElement => isElement(node) && node.tagName === name,
    );
  let container = named('article') ?? named('main') ?? named('body');
  for (let inner = container; inner; inner = onlyContainerIn(inner)) container = inner;
  return (container?.childNodes ?? [])
    .filter(isElement)
    .filter((node) => wordsIn([node]) !== '' || isPicture(node))
    .map((node) => ({ node, words: wordsIn([node]) }));
}

const isPicture = (node: HtmlElement): boolean =>
  [node, ...below(node)].some((one) => isElement(one) && ['img', 'video'].includes(one.tagName));

function onlyContainerIn({ childNodes }: HtmlElement): HtmlElement | undefined {
  const [only, ...more] = childNodes.filter((node) => isElement(node) || !isBlank(node));
  return isElement(only) && more.length === 0 && containers.includes(only.tagName)
    ? only
    : undefined;
}

const isBlank = (node: HtmlNode): boolean =>
  node.nodeName === '#comment' || (isText(node) && node.value.trim() === '');

function assertContainer(parent: HtmlParent | null, line: number): HtmlElement {
  if (isElement(parent as HtmlElement) && containers.includes((parent as HtmlElement).tagName))
    return parent as HtmlElement;
  throw new Error(
    `line ${line}: the paid part begins between blocks, in one of ${containers.join(', ')}`,
  );
}

/** Where its end tag begins; an element may end without one. */
function endOf({ sourceCodeLocation: place, childNodes }: HtmlElement): number {
  const last = childNodes.at(-1)?.sourceCodeLocation;
  return place?.endTag?.startOffset ?? last?.endOffset ?? place?.endOffset ?? 0;
}

/** The source between start and end must be the paid part and nothing else: tags that overlap can put a node elsewhere. */
function assertWhole(document: HtmlParent, { nodes, start, end }: PaidPart): void {
  const paid = new Set<HtmlNode>(nodes);
  for (const node of nodes)
    if ('childNodes' in node) for (const inner of below(node)) paid.add(inner);
  for (const node of below(document)) {
    const place = node.sourceCodeLocation;
    // Spaces after the end of a page are moved into it.
    if (!place || isBlank(node)) continue;
    const inside = place.startOffset >= start && place.startOffset < end;
    const isWhole = !paid.has(node) || (inside && place.endOffset <= end);
    if (!isWhole || (inside && !paid.has(node)))
      throw new Error(`line ${place.startLine}: the tags around the paid part don’t fit`);
  }
}
