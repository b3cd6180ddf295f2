/** The key of this browser: it can sign here and can't be taken away, so that a copied cookie is not enough. */
import { jwkFrom, type Jwk } from 'micro-pay/protocol';

const store = 'keys';
const name = 'device';

/** @returns undefined where the browser knows no Ed25519, or keeps nothing */
export async function deviceKey(): Promise<CryptoKeyPair | undefined> {
  try {
    const db = await open();
    const key = (await kept(db)) ?? (await made(db));
    db.close();
    return key;
  } catch {
    return undefined;
  }
}

const kept = (db: IDBDatabase): Promise<CryptoKeyPair | undefined> =>
  request(db.transaction(store).objectStore(store).get(name));

async function made(db: IDBDatabase): Promise<CryptoKeyPair | undefined> {
  const key = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const keys = db.transaction(store, 'readwrite').objectStore(store);
  // Another tab may have been quicker: the first one kept is the key of all.
  await request(keys.add(key, name)).catch(() => undefined);
  return kept(db);
}

export const publicJwk = async ({ publicKey }: CryptoKeyPair): Promise<Jwk> =>
  jwkFrom(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)));

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open('micropay-wallet', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store);
  return request(opening);
}

const request = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
