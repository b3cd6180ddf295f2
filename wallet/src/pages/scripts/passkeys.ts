/** The passkey buttons: to sign up, to sign in, to add a passkey, to confirm that it is still you. */
import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { askJson } from './ask-wallet.ts';
import { deviceKey, publicJwk } from './device-key.ts';
import { Refusal, trying } from './say.ts';

type Creation = { id: string; options: PublicKeyCredentialCreationOptionsJSON };
type Request = { id: string; options: PublicKeyCredentialRequestOptionsJSON };

export function passkeyButtons(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-passkey]'))
    button.addEventListener('click', ({ isTrusted }) => {
      const use = uses[button.dataset['passkey'] ?? ''];
      if (!use || !isTrusted) return;
      void trying(button, async () => {
        await use();
        // The same page again, as someone who is signed in sees it.
        location.reload();
      });
    });
}

const uses: Record<string, () => Promise<void>> = {
  'sign-up': async () => {
    const { id, response } = await register('sign-up');
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await askJson('/passkeys/sign-up', { id, response, zone, device: await device() });
  },
  'sign-in': () => assert('sign-in'),
  add: async () => {
    await askJson('/passkeys/add', await retrying(() => register('add')));
  },
  confirm: confirmPerson,
};

/** A fresh passkey in this login; it gives the login the key of this browser too. */
export function confirmPerson(): Promise<void> {
  return assert('confirm');
}

async function register(purpose: 'sign-up' | 'add') {
  // This wallet's own answer, read as what it is.
  const { id, options } = (await askJson(`/passkeys/${purpose}/ask`)) as Creation;
  return { id, response: await startRegistration({ optionsJSON: options }) };
}

async function assert(purpose: 'sign-in' | 'confirm'): Promise<void> {
  const { id, options } = (await askJson(`/passkeys/${purpose}/ask`)) as Request;
  const response = await startAuthentication({ optionsJSON: options });
  await askJson(`/passkeys/${purpose}`, { id, response, device: await device() });
}

async function device() {
  const key = await deviceKey();
  return key && publicJwk(key);
}

/** Does it again after a passkey, when the wallet asks for one first. */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const due = error instanceof Refusal && error.code === 'step-up-required';
    if (!due || error.nextStep !== 'sign-in') throw error;
    await confirmPerson();
    return work();
  }
}
