/** The addresses that one session's challenge serves: `GET /articles/*`, or one alone. */

/** A star stands for any rest, and only at the end. @param resource method, path and query, as a tap names it */
export const classCovers = (scope: string, resource: string): boolean =>
  scope.endsWith('*') ? resource.startsWith(scope.slice(0, -1)) : resource === scope;
