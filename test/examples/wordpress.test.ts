/** The WordPress plugin: its own tests, which are in PHP, each told here; and its blocks as the editor is told of them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/wordpress/', import.meta.url));
const read = (path: string): string => readFileSync(folder + path, 'utf8');

const rowSchema = v.object({ name: v.string(), failed: v.optional(v.string(), '') });

/** Where there is no PHP this is said, so that nothing is skipped in silence. */
const noPhp = 'skipped: no PHP';
const told = spawnSync('php', ['tests/run.php'], { cwd: folder, encoding: 'utf8' });
const rows = (told.error ? '' : told.stdout)
  .split('\n')
  .filter(Boolean)
  .map((line) => v.parse(rowSchema, JSON.parse(line)));

if (told.error) test.skip(noPhp, () => undefined);

/** Why tests failed whose names contain this; there must be some. */
function failures(words: string): string[] {
  const named = rows.filter(({ name }) => name.includes(words));
  expect(named.length, told.stderr).toBeGreaterThan(0);
  return named.flatMap(({ name, failed }) => (failed ? [`${name}: ${failed}`] : []));
}

describe.skipIf(told.error)('in WordPress', () => {
  test('PHP’s tests ran to their end', () => {
    expect(told.stderr).toBe('');
    expect(rows.length).toBeGreaterThan(180);
    expect(told.status).toBe(rows.some(({ failed }) => failed) ? 1 : 0);
  });

  test.each(rows.map(({ name, failed }) => [name, failed]))('%s', (_, failed) =>
    expect(failed).toBe(''),
  );

  // Red without: examples/wordpress/includes/challenge.php: demand( hash_equals( self::id( $challenge, $shop->secret ), $challenge['id'] ), $code );
  test('T3 an edited challenge opens nothing', () =>
    expect(failures('at the door: an edited')).toEqual([]));

  // Red without: examples/wordpress/includes/offer.php: demand( (int) $amount >= (int) $this->money['amount'], 'payment-insufficient' );
  test('T3 a lower price opens nothing', () => {
    expect(failures('at the door: a challenge of a lower price')).toEqual([]);
    expect(failures('at the door: paid too little')).toEqual([]);
  });

  // Red without: examples/wordpress/includes/taken.php: demand( hash_equals( $earlier['credential'], $credential ), 'invalid-challenge' );
  test('T12 a receipt is taken once', () => expect(failures('T12 ')).toEqual([]));

  // Red without: examples/wordpress/includes/door.php: demand( $receipt['cid'] === $cid, self::CODE );
  test('T14 a copied receipt opens nothing', () =>
    expect(failures('T14 a copied receipt')).toEqual([]));

  // Red without: examples/wordpress/includes/door.php: demand( $grant['sub'] === $receipt['sub'], self::CODE );
  // Red without: examples/wordpress/includes/door.php: $word->verify( $grant['cnf']['jwk']['x'], self::CODE );
  // Red without: examples/wordpress/includes/door.php: demand( hash_equals( $mark, $receipt['ext'] ?? '' ), self::CODE );
  test('T14 evidence is one person’s, here and now', () =>
    expect(failures('T14 evidence')).toEqual([]));

  // Red without: examples/wordpress/includes/front.php: header( 'Cache-Control: private, no-store' );
  // Red without: examples/wordpress/includes/front.php: defined( 'DONOTCACHEPAGE' ) || define( 'DONOTCACHEPAGE', true );
  test('T22 no answer of a sold post is kept by a cache', () =>
    expect(failures('T22 ')).toEqual([]));

  // Red without: examples/wordpress/includes/signed.php: sodium_crypto_sign_ed25519_pk_to_curve25519( $key );
  test('T23 keys of small order or with torsion are refused', () =>
    expect(failures('T23 ')).toEqual([]));
});

describe('the editor', () => {
  interface Block {
    attributes?: Record<string, unknown>;
    supports?: Record<string, unknown>;
    edit: (props: object) => unknown;
    save: () => unknown;
  }

  /** As much of `window.wp` as the file looks at. An element is `[type, props, …children]`. */
  function blocks(): Map<string, Block> {
    const registered = new Map<string, Block>();
    const named = (name: string) => Object.assign(() => undefined, { toString: () => name });
    const wp = {
      blocks: { registerBlockType: (name: string, told: Block) => registered.set(name, told) },
      blockEditor: {
        InnerBlocks: Object.assign(named('InnerBlocks'), { Content: 'the blocks inside' }),
        InspectorControls: named('InspectorControls'),
        useBlockProps: (props = {}) => props,
      },
      components: { PanelBody: named('PanelBody'), TextControl: named('TextControl') },
      element: { createElement: (...parts: unknown[]) => parts },
      i18n: { __: (text: string) => text },
    };
    runInNewContext(read('assets/editor.js'), { window: { wp } });
    return registered;
  }

  test('knows the blocks that PHP draws, by the same names and attributes', () => {
    const php = read('includes/blocks.php');
    const inPhp = [...php.matchAll(/register_block_type\( '([^']+)'/g)].map(([, name]) => name);
    expect(new Set(blocks().keys())).toEqual(new Set(inPhp));
    for (const block of ['micro-pay/tip', 'micro-pay/item'])
      for (const name of Object.keys(blocks().get(block)?.attributes ?? {}))
        expect(php).toContain(`'${name}' => $text`);
  });

  test('keeps what stands in a paid part, of which a post has one', () => {
    const paid = blocks().get('micro-pay/paid');
    expect(paid?.save()).toEqual(['the blocks inside']);
    expect(paid?.supports).toEqual({ multiple: false, html: false });
    expect(blocks().get('micro-pay/tip')?.save()).toBeNull();
  });

  test.each(['tip', 'item'])('writes what is typed into the attributes of a %s', (block) => {
    const set: unknown[] = [];
    const setAttributes = (said: unknown) => set.push(said);
    const drawn = blocks().get(`micro-pay/${block}`)?.edit({ attributes: {}, setAttributes });
    const field = v.object({ onChange: v.custom<(text: string) => void>((f) => !!f) });
    for (const part of v.parse(v.array(v.unknown()), drawn).flat(9))
      if (v.is(field, part)) part.onChange('0.05');
    const names = [...(block === 'item' ? ['item'] : []), 'amount', 'currency', 'reason'];
    expect(set).toEqual(names.map((name) => ({ [name]: '0.05' })));
  });
});
