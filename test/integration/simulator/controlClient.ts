/** A client of the control API, as a tester would write one. */
import type { Simulator } from '../../../src/simulator/server.ts';
import type { Answer } from './signedClient.ts';
import { request } from './signedClient.ts';

/** Calls `METHOD path` with the right token; `document` is sent as JSON. */
export function control(
  simulator: Pick<Simulator, 'controlUrl' | 'controlToken'>,
  route: string,
  document?: unknown,
): Promise<Answer> {
  const [method = 'GET', path = '/'] = route.split(' ');
  return request(`${simulator.controlUrl}${path.slice(1)}`, {
    method,
    headers: { 'X-Sim-Token': simulator.controlToken },
    ...(document !== undefined && { body: JSON.stringify(document) }),
  });
}
