/** The payer's half of the method: mppx hands over a challenge, and gets a credential. */
import { Credential, Method, PaymentRequest } from 'mppx';
import { charge } from './method.ts';
import type { Payer } from './payer.ts';

export const micropayClient = (payer: Payer) =>
  Method.toClient(charge, {
    createCredential: async ({ challenge }) => {
      // mppx has taken the request apart. RFC 8785 puts it together again as it was.
      const request = PaymentRequest.serialize(challenge.request);
      const { id, realm } = challenge;
      return Credential.serialize({ challenge, payload: await payer.pay({ id, realm, request }) });
    },
  });
