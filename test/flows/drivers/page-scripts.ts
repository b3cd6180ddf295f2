/** Scripts that look into a page's own storage. */

/** Finds the private keys in every IndexedDB store of the page, and tries to take them out. */
export const tryKeys = `
  const done = arguments[arguments.length - 1];
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const within = (value) => value instanceof CryptoKey ? [value]
    : value && typeof value === 'object' && !(value instanceof ArrayBuffer) ? Object.values(value).flatMap(within) : [];
  (async () => {
    const found = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await asked(indexedDB.open(name));
      for (const store of db.objectStoreNames)
        found.push(...(await asked(db.transaction(store).objectStore(store).getAll())).flatMap(within));
      db.close();
    }
    const secret = found.filter((key) => key.type === 'private');
    const refusals = [];
    for (const key of secret)
      for (const format of ['pkcs8', 'jwk'])
        refusals.push(await crypto.subtle.exportKey(format, key).then(() => 'exported', (error) => error.name));
    return { keys: secret.length, refusals };
  })().then(done, (error) => done(String(error)));`;
