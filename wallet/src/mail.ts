/** Mail: handed as RFC 5322 text to a program of the operator's, as `sendmail -t` takes it. */
import { spawn } from 'node:child_process';

export interface Mail {
  /** One address, as `addressFrom` gives it: nothing in it can end a header */
  to: string;
  /** ASCII */
  subject: string;
  text: string;
}

export type SendMail = (mail: Mail) => Promise<void>;

/** Milliseconds until a program that doesn't end is given up. */
const patienceMs = 20_000;

/**
 * @param command run by the shell, with the mail on its standard input
 * @param from the wallet's own address
 * @returns what rejects when the program fails or takes too long
 */
export const mailBy =
  (command: string, from: string): SendMail =>
  (mail) =>
    new Promise((resolve, reject) => {
      const stdio = ['pipe', 'ignore', 'inherit'] as const;
      const child = spawn(command, { shell: true, stdio: [...stdio], timeout: patienceMs });
      child.once('error', reject);
      // A program that reads nothing ends; that it failed is said by its exit code.
      child.stdin.on('error', () => undefined);
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`The mail program ended with ${code}.`)),
      );
      child.stdin.end(textOf(mail, from));
    });

const textOf = ({ to, subject, text }: Mail, from: string): string =>
  [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'Auto-Submitted: auto-generated',
    '',
    text.replaceAll('\n', '\r\n'),
    '',
  ].join('\r\n');
