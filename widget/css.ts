/** A sheet of looks as it is written. Lit's own `css` also puts sheets together, which none here needs; this is a third of it. */
export { unsafeCSS as css } from 'lit';
