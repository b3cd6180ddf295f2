/** Looks of a meter: while it runs or rests, its count and two buttons stand where the button was. */
import { css } from '../css.ts';

export const meterStyles = css`
  .row:is(.running, .paused) {
    display: none;
  }
  [part='meter'],
  .figure {
    display: block;
  }
  .figure {
    margin-block-start: 0.5em;
    font-size: max(12px, 0.9em);
    overflow-wrap: anywhere;
  }
  [role='timer'] {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  /* At its end there is no receipt to open that says it. */
  .paid ~ [part='message']:not(:empty) {
    position: static;
    clip-path: none;
  }
`;
