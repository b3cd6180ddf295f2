/** The script of the page that locks: a file is read, looked at and locked here; only title, price and key are sent. */
import { lockForm } from './lock-form.ts';

lockForm();
