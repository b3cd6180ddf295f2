/** The way to the piece that only meters need, of the button and of the SDK. */
import type * as Metered from '../meter/index.ts';

const piece = (): Promise<typeof Metered> => import('../meter/index.ts');

export const meter: typeof Metered.meter = async (...asked) => (await piece()).meter(...asked);

export const meterVisit = async (
  ...made: ConstructorParameters<typeof Metered.MeterVisit>
): Promise<Metered.MeterVisit> => new (await piece()).MeterVisit(...made);
