/** Whether anything is still under way: what the simulation waits for after everything has healed. */
import type { Host } from './host.ts';
import type { Watch } from './watch.ts';

/** States in which an order may rest for as long as it likes. */
const RESTING: ReadonlySet<string> = new Set(['ACKED', 'PARTIAL', 'QUARANTINED']);

/** What is still under way, in words; empty when nothing is. */
export function pendingBusiness(host: Host & { readonly watch: Watch }): string {
  const { process, queue } = host;
  const { reader } = host.watch;
  const parts = process?.trader.parts;
  if (!process?.isRunning || !parts) return 'no process is running';
  const { standstill } = parts.session;
  if (standstill !== '') return standstill;
  const moving = reader.openOrders().find(({ state }) => !RESTING.has(state));
  if (moving) return `${moving.intentId} is ${moving.state}`;
  if (parts.resolver.pending > 0) return `${parts.resolver.pending} orders are looked up`;
  if (queue.waiting + queue.activeOf(process) > 0) return 'jobs wait in the queue';
  const jobs = reader.pendingJobs();
  if (jobs > 0) return `${jobs} jobs wait in the outbox`;
  return unbookedFill(host);
}

function unbookedFill({
  exchange,
  watch: { reader, forgotten },
}: Host & { readonly watch: Watch }): string {
  const booked = new Set(reader.fills().map(({ key }) => key));
  const missing = [...exchange.account.trades.select()].find(
    ({ instrument, id, clientOrderId }) =>
      reader.knows(clientOrderId) &&
      !forgotten.has(clientOrderId) &&
      !booked.has(`${instrument.base}/${instrument.quote} ${id}`),
  );
  return missing ? `fill ${missing.id} of ${missing.clientOrderId} is not booked` : '';
}
