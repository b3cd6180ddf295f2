/** What a payment adds to the looks: spinner, check, messages. Loaded with it, so that a waiting button stays small. */
import { css } from 'lit';

export const paymentStyles = css`
  button:hover:not([aria-disabled='true']) {
    filter: brightness(1.12);
  }
  [aria-disabled='true'] {
    cursor: default;
  }
  [part='details'] {
    visibility: visible;
  }
  [part='details']::before {
    content: '';
    display: inline-block;
    width: 0.38em;
    height: 0.38em;
    border: solid;
    border-width: 0 2px 2px 0;
    transform: translateY(-0.15em) rotate(45deg);
  }
  [part='test'] {
    padding: 0.05em 0.55em;
    border: 1px solid;
    border-radius: 1em;
    font-size: 0.8em;
    font-weight: 500;
  }
  [part='icon'] {
    line-height: 1;
  }
  [aria-busy='true'] [part='icon'] {
    border-inline-end-color: transparent;
    animation: turn 0.9s linear infinite;
  }
  .paid [part='icon'] {
    border: 0;
  }
  .paid [part='icon']::before {
    content: '';
    width: 0.3em;
    height: 0.7em;
    border: solid;
    border-width: 0 0.16em 0.16em 0;
    transform: translateY(-0.08em) rotate(45deg);
  }
  .alert [part='icon']::before {
    content: '!';
    font-size: 0.7em;
    font-weight: 800;
  }
  [part='message'] {
    display: block;
    max-width: 38ch;
    margin-block-start: 0.5em;
    font-size: 0.9em;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  [part='message'] a {
    color: inherit;
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
  .paying ~ [part='message'],
  .paid ~ [part='message'] {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    [aria-busy='true'] [part='icon'] {
      animation: none;
      border-style: dotted;
    }
  }
`;
