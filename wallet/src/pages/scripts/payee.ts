/** The script of a payee's own pages: each part looks for its own elements, and does nothing where there are none. */
import { checkNames } from './check-names.ts';
import { copyButtons } from './copy.ts';
import { pictureForms } from './picture.ts';

checkNames();
copyButtons();
pictureForms();
import { keyMaker } from './make-key.ts';

checkNames();
copyButtons();
keyMaker();
