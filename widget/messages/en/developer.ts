/** English words for whoever writes the page: said in the console when an element is not set up right. */
export const developerWords: Record<string, string> = {
  'invalid-price':
    'amount and currency must be like amount="0.02" currency="USD": above zero, at most six decimals, at most a million.',
  'payee-unknown':
    'to must be the payee’s address, like to="https://wallet.example/~news"; or give src.',
  'not-found': 'src must be an http or https address.',
  'malformed-request':
    'meter must be seconds, at most 86400, or "tap"; most must be a number from 1.',
};
