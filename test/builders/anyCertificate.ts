/** Lets this process take certificates that nobody vouches for, while a test speaks to an exchange of its own under a real name. */
import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';

/** Node looks at its own environment at each handshake; a test file has only a copy of it. */
export async function takeAnyCertificate(isTaken: boolean): Promise<void> {
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  const change = isTaken ? `process.env.${name} = '0'` : `delete process.env.${name}`;
  await once(new Worker(change, { eval: true, env: SHARE_ENV }), 'exit');
}
