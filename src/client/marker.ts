/** A word in localStorage that something is under way, so that a page can tell without loading the client. */
export const pendingMarker = 'micro-pay:pending';
