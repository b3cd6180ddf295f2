/** The one script of the wallet's pages: each part looks for its own elements, and does nothing where there are none. */
import { showDetails } from './details.ts';
import { gateButtons } from './gate.ts';
import { passkeyButtons } from './passkeys.ts';
import { printButtons } from './print.ts';
import { sendForms } from './send.ts';

// The gate first: it has to hear a click before anyone acts on it.
gateButtons();
passkeyButtons();
sendForms();
printButtons();
void showDetails();
