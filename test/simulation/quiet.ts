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
  // It finds out with its next write, ends, and another one starts.
  if (process.epoch !== reader.newestEpoch()) return 'another process has taken over and is gone';
  const { standstill } = parts.session;
  if (standstill !== '') return standstill;
  if (parts.resolver.pending > 0) return `${parts.resolver.pending} orders are looked up`;
  if (queue.waiting + queue.activeOf(process) > 0) return 'jobs wait in the queue';
  return pendingOnRecord(reader) || unbookedFill(host);
}

function pendingOnRecord(reader: Watch['reader']): string {
  const moving = reader.openOrders().find(({ state }) => !RESTING.has(state));
  if (moving) return `${moving.intentId} is ${moving.state}`;
  const jobs = reader.pendingJobs();
  return jobs > 0 ? `${jobs} jobs wait in the outbox` : '';
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
