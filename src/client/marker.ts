/** How keys in localStorage begin that say something is under way at a payee, so that a page can tell without loading the client. */
export const pendingMarker = 'micro-pay:pending ';
