/** The method `micropay` as mppx wants one: what is asked and shown, for both its intents. */
import { Method, z } from 'mppx';

const request = {
  amount: z.string(),
  currency: z.string(),
  recipient: z.string(),
  description: z.optional(z.string()),
};

export const charge = Method.from({
  name: 'micropay',
  intent: 'charge',
  schema: {
    credential: {
      payload: z.object({
        type: z.literal('receipt'),
        receipt: z.string(),
        grant: z.optional(z.string()),
        proof: z.optional(z.string()),
      }),
    },
    request: z.object({
      ...request,
      externalId: z.optional(z.string()),
      methodDetails: z.optional(
        z.object({
          entitles: z.optional(z.object({ scope: z.string(), seconds: z.number() })),
        }),
      ),
    }),
  },
});

/** As docs/sessions.md says it. */
export const session = Method.from({
  name: 'micropay',
  intent: 'session',
  schema: {
    credential: {
      payload: z.discriminatedUnion('action', [
        z.object({ action: z.literal('open'), grant: z.string(), voucher: z.string() }),
        z.object({
          action: z.literal('voucher'),
          sessionId: z.string(),
          voucher: z.string(),
          grant: z.optional(z.string()),
        }),
        z.object({ action: z.literal('topUp'), sessionId: z.string(), grant: z.string() }),
        z.object({
          action: z.literal('undo'),
          sessionId: z.string(),
          tap: z.string(),
          proof: z.string(),
        }),
        z.object({ action: z.literal('close'), sessionId: z.string(), proof: z.string() }),
      ]),
    },
    request: z.object({
      ...request,
      unitType: z.string(),
      suggestedDeposit: z.optional(z.string()),
      methodDetails: z.optional(z.object({ minVoucherDelta: z.optional(z.string()) })),
    }),
  },
});
