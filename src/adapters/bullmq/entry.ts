import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { QueueError } from './queueError.ts';

/**
 * Where the compiled form of a file of this folder is: threads and child processes start from JavaScript. Beside this
 * module when that is compiled itself; in `dist` when it runs from source.
 * @param name file name without extension.
 * @throws QueueError `QUEUE_UNAVAILABLE` when the program is not built.
 */
export const compiledEntry = (name: string, here: string = import.meta.url): URL => {
  const beside = new URL(`./${name}.js`, here);
  const path = fileURLToPath(beside);
  const at = path.lastIndexOf('/src/');
  const target = here.endsWith('.ts') ? `${path.slice(0, at)}/dist${path.slice(at)}` : path;
  if (existsSync(target)) return pathToFileURL(target);
  throw new QueueError('QUEUE_UNAVAILABLE', `${target} is missing: run \`npm run build\` first`);
};
