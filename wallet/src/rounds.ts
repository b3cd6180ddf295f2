/** Work that is done now, and then again and again. It reads rows, so one that failed is done by the next. */
import type { Context } from './context.ts';

/**
 * @param name how the log calls a failure
 * @returns the way to stop, which waits for work under way
 */
export function inRounds(
  context: Context,
  { name, seconds, work }: { name: string; seconds: number; work: () => Promise<void> },
): () => Promise<void> {
  let stopped = false;
  let cancel = (): void => {};
  let running: Promise<void>;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      context.log(`${name} failed`, { error: error instanceof Error ? error.name : typeof error });
    }
    if (!stopped) cancel = context.schedule(() => void (running = run()), seconds * 1_000);
  };
  running = run();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
