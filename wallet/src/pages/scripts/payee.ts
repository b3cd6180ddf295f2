/** The script of a payee's own pages: each part looks for its own elements, and does nothing where there are none. */
import { checkNames } from './check-names.ts';
import { copyButtons } from './copy.ts';
import { pictureForms } from './picture.ts';

checkNames();
copyButtons();
pictureForms();
import { keyMaker } from './make-key.ts';
import { snippetMaker } from './snippet-maker.ts';
import { watchTaps } from './watch-taps.ts';

checkNames();
copyButtons();
keyMaker();
snippetMaker();
watchTaps();
