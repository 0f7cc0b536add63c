/** The system's code of a failed call, such as `ENOENT`. Errors may come from another realm, so their class says nothing. */
export function errorCode(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}
