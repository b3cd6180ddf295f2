/** The script of a payee's own pages: each part looks for its own elements, and does nothing where there are none. */
import { checkNames } from './check-names.ts';
import { copyButtons } from './copy.ts';
import { keyMaker } from './make-key.ts';
import { pictureForms } from './picture.ts';
import { snippetMaker } from './snippet-maker.ts';
import { watchTaps } from './watch-taps.ts';

checkNames();
copyButtons();
keyMaker();
pictureForms();
snippetMaker();
watchTaps();
