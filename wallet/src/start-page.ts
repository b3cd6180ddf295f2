/** The links of a stranger's start page, in a time that grows with its length alone. What a site shows of others' words is no link. */

/** Comments, what holds words and no tags, and tags. Each ends with the text at the latest, so no letter is read twice. */
const markup = new RegExp(
  [
    '<!--[^]*?(?:-->|$)',
    '<(script|style|title|textarea|template|noscript|iframe|noembed|noframes|xmp)\\b[^]*?(?:</\\1(?=[\\s/>])|$)',
    '<plaintext\\b[^]*',
    `<\\w(?:=\\s*(?:"[^"]*(?:"|$)|'[^']*(?:'|$))|[^>])*(?:>|$)`,
  ].join('|'),
  'gi',
);

/** @returns the attributes of each `<link>`, by their names in lower case; of two of one name the first counts */
export function linksIn(html: string): Map<string, string>[] {
  return (html.match(markup) ?? [])
    .filter((tag) => /^<link[\s/][^]*>$/i.test(tag))
    .map((tag) => attributesIn(tag.slice('<link'.length, -1)));
}

const attribute = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

function attributesIn(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', ...values] of tag.matchAll(attribute)) {
    const value = values.find((one) => one !== undefined) ?? '';
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value);
  }
  return found;
}
