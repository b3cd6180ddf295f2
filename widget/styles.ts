/**
 * Looks of a button that waits for a tap. What a payment adds is loaded with it: the details button has its place from the
 * start, and is shown when it can do something.
 */
import { css } from './css.ts';

export const styles = css`
  :host {
    display: inline-block;
    max-width: 100%;
    text-indent: 0 !important;
    vertical-align: middle;
  }
  * {
    font: inherit;
    font-size: max(12px, 1em);
    line-height: max(1.2em, 1lh);
    white-space: normal;
    -webkit-text-fill-color: currentcolor;
  }
  ::slotted([slot='label']) {
    all: unset !important;
  }
  :host([hidden]),
  :host([compact]) [part='details'] {
    display: none;
  }
  .row,
  [part='button'] {
    display: inline-flex;
    gap: 3px;
  }
  .row {
    max-width: 100%;
  }
  [part='details'] {
    visibility: hidden;
  }
  button {
    overflow-wrap: anywhere;
    min-height: var(--micro-pay-height, 44px);
    padding: 0;
    min-width: 32px;
    border: var(--micro-pay-border, 1px solid transparent);
    border-radius: var(--micro-pay-radius, 10px);
    background: var(--micro-pay-background, light-dark(#0b5345, #9fe8d3));
    color: var(--micro-pay-color, light-dark(#fff, #04211b));
    cursor: pointer;
  }
  :host([compact]) button {
    min-height: var(--micro-pay-height, 24px);
  }
  [part='button'] {
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0 0.5em;
    min-inline-size: 6em;
    padding: 0 var(--micro-pay-padding, 1em);
    font-weight: 600;
  }
  button:focus-visible {
    outline: 3px solid var(--micro-pay-focus, light-dark(#0a66c2, #8cc8ff));
    outline-offset: 2px;
  }
  [part='icon'] {
    display: grid;
    place-items: center;
    box-sizing: border-box;
    width: 1em;
    height: 1em;
    border: 0.14em solid;
    border-radius: 50%;
    line-height: 1;
  }
  [part='test'] {
    padding: 2px 0.6em;
    border: 1px solid;
    border-radius: 1em;
    line-height: 1;
    font-size: max(12px, 0.8em);
    font-weight: 500;
  }
`;
