/** Makes the folder a world is kept in. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes sure that a folder is there and may be written to. Not `mkdir` with `recursive`: that goes round for ever where
 * folders cannot be made, such as below `/proc` (Node 20).
 * @throws Error saying what is in the way, and what to name instead.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let known = resolve(path);
  for (; !existsSync(known); known = dirname(known)) missing.unshift(known);
  if (!statSync(known).isDirectory())
    throw new Error(`${known} is not a folder; name one, it is made when it is not there`);
  try {
    accessSync(known, constants.W_OK | constants.X_OK);
    for (const folder of missing) mkdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${known} cannot be written to (${code}); name a folder that can`, {
      cause: error,
    });
  }
}
