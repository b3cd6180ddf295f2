/** Looks of the panel: a sheet of its own colours, readable at 320 px and at four times the size. */
import { css } from '../css.ts';

export const panelStyles = css`
  dialog {
    box-sizing: border-box;
    width: min(var(--micro-pay-panel-width, 26rem), calc(100vw - 1.5rem));
    max-height: calc(100dvh - 1.5rem);
    overflow: auto;
    padding: 1.25rem;
    border: var(--micro-pay-border, 1px solid light-dark(#d5dcda, #46504d));
    border-radius: var(--micro-pay-panel-radius, 16px);
    background: var(--micro-pay-panel-background, light-dark(#fff, #171d1b));
    color: var(--micro-pay-panel-color, light-dark(#16211e, #e8f0ed));
    box-shadow: 0 12px 48px rgb(0 0 0 / 0.3);
    font-size: 1rem;
    font-weight: 400;
    letter-spacing: normal;
    line-height: 1.5;
    text-align: start;
    text-shadow: none;
    text-transform: none;
    white-space: normal;
    word-spacing: normal;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  h2 {
    margin: 0 0 1rem;
    font-size: 1.3rem;
    line-height: 1.25;
    outline: none;
  }
  h3 {
    margin: 1.5rem 0 0.5rem;
    font-size: 1rem;
  }
  p {
    margin: 0 0 0.75rem;
  }
  li,
  h2 {
    overflow-wrap: anywhere;
  }
  a {
    color: inherit;
  }
  meter {
    display: block;
    width: 100%;
    height: 0.6rem;
  }
  .choices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr));
    gap: 0.75rem;
    margin-block-start: 1.25rem;
  }
  button {
    min-height: 44px;
    padding: 0.5em 1em;
    border: 2px solid;
    border-radius: var(--micro-pay-radius, 10px);
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  button:hover {
    background: light-dark(#eef4f2, #26302d);
  }
  :is(button, input, a):focus-visible {
    outline: 3px solid var(--micro-pay-focus, light-dark(#0a66c2, #8cc8ff));
    outline-offset: 2px;
  }
  form {
    display: grid;
    gap: 0.5rem;
  }
  label {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1rem;
  }
  input {
    box-sizing: border-box;
    width: 5.5em;
    min-height: 44px;
    padding: 0 0.6em;
    border: 1px solid light-dark(#5f6d68, #a9b8b2);
    border-radius: 8px;
    background: transparent;
    color: inherit;
    font: inherit;
    text-align: end;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: 0 1rem;
    padding: 0.4rem 0;
    border-block-start: 1px solid light-dark(#d5dcda, #46504d);
  }
  li bdi {
    grid-column: 1;
    color: light-dark(#4d5b56, #a9b8b2);
  }
  li button {
    grid-area: 1 / 2 / 3;
  }
  [part='receipt'] button {
    display: block;
    margin-block-start: 0.5rem;
  }
  [role='status']:empty {
    margin: 0;
  }
`;
