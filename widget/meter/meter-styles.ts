/** Looks of a meter: while it runs or rests, its count and two buttons stand where the button was. */
import { css } from '../css.ts';

export const meterStyles = css`
  .row:is(.running, .paused) {
    display: none;
  }
  [part='meter'] {
    display: block;
    margin-block-start: 0.5em;
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }
  .count {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
`;
