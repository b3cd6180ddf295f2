/** What a payment adds to the looks: spinner, check, messages. Loaded with it, so that a waiting button stays small. */
import { css } from './css.ts';

export const paymentStyles = css`
  button:hover {
    filter: brightness(1.12);
  }
  [part='details'] {
    visibility: visible;
  }
  [aria-busy='true'] [part='icon'] {
    border-inline-end-color: transparent;
  }
  .paid [part='icon'] {
    border: 0;
  }
  .paid [part='icon']::before {
    content: '✓';
  }
  [part='message'] {
    display: block;
    max-width: 38ch;
    margin-block-start: 0.5em;
    font-size: max(12px, 0.9em);
    overflow-wrap: anywhere;
  }
  [part='choice'] {
    margin: 0.6em 0.6em 0 0;
    padding: 0 1em;
    border: 2px solid;
    background: none;
    color: inherit;
    font-weight: 600;
  }
  [part='message']:empty,
  :is(.paying, .paid) ~ [part='message'] {
    position: fixed;
    clip-path: inset(50%);
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media not (prefers-reduced-motion) {
    [aria-busy='true'] [part='icon'] {
      animation: turn 1s linear infinite;
    }
  }
`;
