// Locked texts of items: tree, key and nonce, and the JSON that stands in a page. AES-GCM with a given nonce has one answer.
import { lockText } from '../../src/lock/index.ts';
import { base64url } from '../../src/protocol/index.ts';

const counted = (length, from) => Uint8Array.from({ length }, (_, i) => (from + i) & 255);
const item = 'itm_vectors_0123456789abcd';
const payee = 'https://wallet.example/~maya';

const texts = {
  'a paragraph': [['p', 0, 'They write in ', ['em', { lang: 'en' }, 'gravel'], '.']],
  'a picture and a link': [
    ['figure', 0, ['img', { src: 'river.jpg', alt: 'A river' }], ['figcaption', 0, 'Ä river']],
    ['p', { class: 'more' }, ['a', { href: 'https://example.com/?a=1&b=2' }, 'More']],
  ],
  words: ['Only words.\n'],
};

export async function lockedTexts() {
  const vectors = [];
  for (const [i, [name, tree]] of Object.entries(texts).entries()) {
    const [key, nonce] = [base64url(counted(32, i * 50)), counted(12, 200 + i)];
    const output = await lockText(tree, { item, payee, key, nonce });
    vectors.push({ name, input: { item, payee, key, nonce: base64url(nonce), tree }, output });
  }
  return {
    about: 'Texts of items, and what stands locked in a page: docs/protocol.md, 6.',
    vectors,
  };
}
