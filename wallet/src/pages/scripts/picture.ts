/** A picture is made small where it is chosen: the wallet gets a square of at most 200 kB, and nothing of where it was taken. */
import { longBase64url } from 'micro-pay/protocol';
import { askWallet, textOf } from './ask-wallet.ts';
import { retrying } from './passkeys.ts';
import { Refusal, trying } from './say.ts';

/** Bytes of the largest file that is looked at. */
const maxFile = 20_000_000;
const maxBytes = 200_000;
const side = 512;

export function pictureForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-picture]'))
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void trying(form, async () => {
        const file = form.querySelector<HTMLInputElement>('input[type=file]')?.files?.[0];
        if (!file) return;
        const fields = new URLSearchParams({
          token: form.querySelector<HTMLInputElement>('[name=token]')?.value ?? '',
          picture: longBase64url(await smallSquare(file)),
        });
        const body = { type: 'application/x-www-form-urlencoded', text: String(fields) } as const;
        const go = textOf(await retrying(() => askWallet(form.action, body)), 'go');
        if (go !== undefined) location.assign(go);
      });
    });
}

async function smallSquare(file: File): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > maxFile)
    throw new Refusal('', '', 'That file is larger than 20 MB. Please choose a smaller picture.');
  const image = await createImageBitmap(file).catch(() => {
    throw new Refusal('', '', 'That file is no picture this browser can read.');
  });
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const edge = Math.min(image.width, image.height);
  const [left, top] = [(image.width - edge) / 2, (image.height - edge) / 2];
  canvas.getContext('2d')?.drawImage(image, left, top, edge, edge, 0, 0, side, side);
  for (const quality of [0.9, 0.7, 0.5]) {
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, 'image/jpeg', quality),
    );
    if (blob && blob.size <= maxBytes) return new Uint8Array(await blob.arrayBuffer());
  }
  throw new Refusal('', '', 'That picture can’t be made small enough. Please choose another one.');
}
