/** What owning an item is called. */

/** How the scopes of items begin: no payee's server sells under such a name. */
export const itemScopePrefix = 'item:';

export const itemScope = (item: string): string => itemScopePrefix + item;
