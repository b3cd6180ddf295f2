/** One check, one line. What fails says why below it, and the exit code tells. */

const counts = { passed: 0, failed: 0 };

/** Each does its work before the next begins: they share a wallet. */
export async function check(title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    counts.passed += 1;
    console.log(`ok    ${title}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${title}`);
    console.log(indented(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  }
}

/** @returns whether nothing failed */
export function summary(): boolean {
  const { passed, failed } = counts;
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

const indented = (text: string): string => text.replace(/^/gm, '        ');
