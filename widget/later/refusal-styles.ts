/** What a refusal, or a limit in the way, adds to the looks. */
import { css } from '../css.ts';

export const refusalStyles = css`
  .alert [part='icon']::before {
    content: '!';
    font-size: 0.7em;
    font-weight: 800;
  }
  [part='message'] a {
    color: inherit;
  }
  [part='message'] p {
    margin: 0.5em 0 0;
  }
  meter {
    display: block;
    width: 100%;
  }
`;
