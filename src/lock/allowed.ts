/** What a locked text may consist of: words, pictures, tables, sound and film. Nothing that runs, asks, or loads a page into this one. */

const media = 'width height';
const tables = 'colspan rowspan headers scope span';

/** Elements, and the attributes each has beyond those that all have. */
const elements: Record<string, string> = {
  ...each(
    'p h1 h2 h3 h4 h5 h6 hgroup ul dl dt dd pre code kbd samp var em strong b i u s small sub sup mark',
  ),
  ...each('cite abbr dfn span div section article aside header footer figure figcaption address'),
  ...each('br hr wbr ruby rt rp bdi bdo table caption thead tbody tfoot tr summary picture'),
  ...each('blockquote q', 'cite'),
  ...each('del ins', 'cite datetime'),
  ...each('td th col colgroup', tables),
  a: 'href target rel hreflang type download',
  ol: 'start reversed type',
  li: 'value',
  time: 'datetime',
  data: 'value',
  details: 'open name',
  img: `src srcset sizes alt loading decoding ${media}`,
  source: `src srcset sizes media type ${media}`,
  audio: 'src controls loop muted preload',
  video: `src poster controls loop muted preload playsinline ${media}`,
  track: 'src kind srclang label default',
};

function each(names: string, attributes = ''): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, attributes]));
}

const everywhere =
  /^(id|class|lang|dir|title|role|translate|hidden|aria-[a-z]+|data-[a-z][a-z0-9-]*)$/;
/** Ours: a locked text must not look like a button or a locked text of its own. */
const ours = /^data-micropay/;
const addresses = ['href', 'src', 'poster', 'cite'];

export const isAllowedElement = (name: string): boolean => Object.hasOwn(elements, name);

export const isAllowedAttribute = (element: string, name: string, value: string): boolean =>
  isKnownAttribute(element, name) && hasSafeValue(name, value);

/** Whatever its value. */
export const isKnownAttribute = (element: string, name: string): boolean =>
  (everywhere.test(name) && !ours.test(name)) ||
  (isAllowedElement(element) && Boolean(elements[element]?.split(' ').includes(name)));

const schemes = ['https:', 'http:', 'mailto:', 'tel:'];
const picture = /^data:image\/(png|jpeg|gif|webp|avif)[;,]/i;

/** Relative addresses are those of the page. As a browser reads it: spaces and line breaks hide no scheme. */
export function hasSafeValue(name: string, value: string): boolean {
  if (name === 'srcset') return value.split(/[\s,]+/).every((part) => isSafe(part));
  if (!addresses.includes(name)) return true;
  return isSafe(value) || (name === 'src' && picture.test(value));
}

function isSafe(address: string): boolean {
  const { protocol = '' } = URL.parse(address, 'https://page.invalid/') ?? {};
  return schemes.includes(protocol);
}
