/** What the command takes from outside, so that a test can hand it in. */
export interface Ports {
  /** @returns the text of a file */
  read: (path: string) => Promise<string>;
  write: (path: string, text: string) => Promise<void>;
  fetch: typeof fetch;
  random: (size: number) => Uint8Array<ArrayBuffer>;
  say: (line: string) => void;
  complain: (line: string) => void;
}
