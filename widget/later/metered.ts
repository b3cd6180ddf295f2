/** The way to the piece that only meters need, of the button and of the SDK. */
import type * as Metered from '../meter/index.ts';

export const meter: typeof Metered.meter = async (...asked) =>
  (await import('../meter/index.ts')).meter(...asked);

export const meterVisit = async (
  ...made: ConstructorParameters<typeof Metered.MeterVisit>
): Promise<Metered.MeterVisit> => new (await import('../meter/index.ts')).MeterVisit(...made);
