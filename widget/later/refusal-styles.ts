/** What a refusal adds to the looks. */
import { css } from 'lit';

export const refusalStyles = css`
  .alert [part='icon']::before {
    content: '!';
    font-size: 0.7em;
    font-weight: 800;
  }
  [part='message'] a {
    color: inherit;
  }
`;
